import {passOnRestore} from './pass-on-restore.ts';
import {settleSweeps} from './settle-sweeps.ts';
import {settleRuns, type JobDependencies} from './settle-runs.ts';
import {isUnderWay} from './under-way.ts';
import {backupApiVersion, labels} from '#shared/api/group.ts';
import {type Handle} from '#shared/events/host.ts';
import {namedObject} from '#shared/events/named-object.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {type KubeObject, type Reference} from '#shared/kube/object.ts';
import {ConflictError} from '#shared/errors.ts';
import {namedRestore} from '#shared/restore/named-restore.ts';

/** How often a write that lost a race is decided anew at once; after that the event comes again. */
const attempts = 5;

/**
Records what finished Jobs of a CR achieved. The event names the Job, or the CR; which runs are open and how their Jobs stand is read anew.
*/
export const createHandle = (dependencies: JobDependencies): Handle => async (event, {log, traceparent}) => {
	if (isUnderWay(event)) {
		return;
	}

	const restore = namedObject(event)?.kind === 'Job' ? namedRestore(event) : undefined;
	if (restore) {
		await passOnRestore({...dependencies, log}, restore, traceparent);
		return;
	}

	const reference = backupOf(event);
	if (!reference) {
		return;
	}

	for (let attempt = 1; ; attempt++) {
		try {
			await settleRuns({...dependencies, log}, reference, traceparent);
			await settleSweeps({...dependencies, log}, reference, traceparent);
			return;
		} catch (error) {
			if (!(error instanceof ConflictError) || attempt === attempts) {
				throw error;
			}
		}
	}
};

/**
The CR that an event is about: named outright, or by the label of the Job that changed.
*/
const backupOf = (event: ReceivedEvent): Reference | undefined => {
	const named = namedObject(event);
	if (named?.kind === 'Neo4jBackup' && named.apiVersion === backupApiVersion) {
		return named;
	}

	const name = (event.data as Partial<KubeObject> | undefined)?.metadata?.labels?.[labels.backup];
	return named?.kind === 'Job' && typeof name === 'string' && /^[a-z0-9][a-z0-9.\-]*$/v.test(name)
		? {
			apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: named.namespace!, name,
		}
		: undefined;
};
