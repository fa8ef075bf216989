import pMap from 'p-map';
import {type TickDependencies} from './deps.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {present} from '#shared/present.ts';
import {hasFinalizer} from '#shared/restore/finalizer.ts';
import {isEnded, type Neo4jRestore} from '#shared/restore/status.ts';
import {handlerOf, type RestoreHandler} from '#shared/restore/steps.ts';

const concurrency = 4;

/**
The function that a restore may be waiting for; undefined for one that has ended. Whatever its step waits for, an event may have told of it in vain.
*/
const waitsFor = (restore: Neo4jRestore): RestoreHandler | undefined => {
	if (restore.metadata.deletionTimestamp) {
		return hasFinalizer(restore) ? 'restore-bringup' : undefined;
	}

	return isEnded(restore) ? undefined : handlerOf(restore.status?.step ?? 'Validate');
};

/**
Has every restore that has not ended looked at, by the function whose step it is at.
*/
export const nudgeRestores = async ({kube, emitter}: Pick<TickDependencies, 'kube' | 'emitter'>, {now, traceparent}: {readonly now: Date; readonly traceparent?: string}): Promise<void> => {
	for await (const page of kube.list<Neo4jRestore>({apiVersion: restoreApiVersion, kind: 'Neo4jRestore'})) {
		const waiting = page.flatMap(restore => {
			const handler = waitsFor(restore);
			return handler ? [{restore, handler}] : [];
		});
		await pMap(waiting, async ({restore, handler}) => emitter.emit(buildReconcileRequest({
			object: restore, handler, reason: `the step ${restore.status?.step ?? 'Validate'} may stand still`, time: now, ...present({traceparent}),
		})), {concurrency, stopOnError: false});
	}
};
