import {type JobDependencies} from './settle-runs.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {present} from '#shared/present.ts';
import {isEnded, type Neo4jRestore} from '#shared/restore/status.ts';
import {handlerOf} from '#shared/restore/steps.ts';

/**
A Job of a restore has ended: the function whose step the restore is at judges it, because what follows depends on more than the Job.
*/
export const passOnRestore = async ({kube, emitter}: JobDependencies, named: {readonly namespace: string; readonly name: string}, traceparent?: string): Promise<void> => {
	const restore = await kube.get<Neo4jRestore>({apiVersion: restoreApiVersion, kind: 'Neo4jRestore', ...named});
	if (!restore || isEnded(restore)) {
		return;
	}

	await emitter.emit(buildReconcileRequest({
		object: restore, handler: handlerOf(restore.status?.step ?? 'Validate'), reason: 'a Job of the restore has ended', time: await kube.now(), ...present({traceparent}),
	}));
};
