import {mayBeDown} from './may-be-down.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {type FoundRestoreTarget} from '#shared/restore/find-target.ts';
import {type RestoreSpec} from '#shared/restore/status.ts';

/**
Why a target cannot be restored into now, though it may later. A target that is broken may be restored into offline, where that is asked for and an existing database may be replaced (decision D17).
*/
export const readinessProblem = (spec: RestoreSpec, target: FoundRestoreTarget): NotYetError | undefined => {
	const {holder, statefulSet, kind, name} = target;
	const replicas = statefulSet.spec?.replicas ?? 1;
	if (holder.metadata.deletionTimestamp) {
		return new NotYetError('TargetNotReady', `${kind} ${name} is being deleted: the restore waits until there is another`);
	}

	if (replicas === 0) {
		return new NotYetError('TargetNotReady', `${kind} ${name} has no servers (StatefulSet ${statefulSet.metadata.name} has 0 replicas): the restore waits until it has as many as it shall have afterwards`);
	}

	const ready = statefulSet.status?.readyReplicas ?? 0;
	return ready >= replicas || mayBeDown(spec)
		? undefined
		: new NotYetError('TargetNotReady', `${ready} of ${replicas} servers of ${kind} ${name} are ready: the restore waits for all of them. One that cannot come up is restored into with stopCluster: true and force: true`);
};
