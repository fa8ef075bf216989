import {limits, sinceStep} from './limits.ts';
import {endRestorePods, removePlaceholder} from './restore-pods.ts';
import {scaleUp, stopsServers, type Servers} from './scale-up.ts';
import {besides} from './besides.ts';
import {findCondition, type NewCondition} from '#shared/api/conditions.ts';
import {present} from '#shared/present.ts';
import {findHeld} from '#shared/restore/find-held.ts';
import {releaseTarget} from '#shared/restore/hold-target.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';
import {type Step, type StepContext, type StepOutcome} from '#shared/restore/step.ts';

/**
Gives the target its servers back, also after a failure. Nothing comes up while a Pod of the restore may still write: that is waited for without a limit, and people are told.
*/
export const start: Step = async context => {
	const {kube, restore, now} = context;
	const left = await endRestorePods(kube, restore);
	if (left.length > 0) {
		return {
			kind: 'waiting', reason: 'RestorePodRuns', message: `The servers stay down until the restore's Pod has ended, because it may still write to their volume: ${left.join(', ')}. Where its node is gone for good, delete the Pod (kubectl delete pod --force)`, isWarning: sinceStep(restore, now) > limits.pods,
		};
	}

	if (!await removePlaceholder(kube, restore)) {
		return {kind: 'waiting', reason: 'PlaceholderIsLeft', message: `The Pod ${restore.status?.target?.statefulSet}-0 that holds the name of server 0 is being deleted`};
	}

	const {statefulSet} = await findHeld(kube, restore);
	if (!statefulSet) {
		return trouble(restore, 'TargetGone', `The StatefulSet ${restore.status?.target?.statefulSet} is gone: there is nothing to start`);
	}

	if (stopsServers(restore)) {
		const servers = await scaleUp(kube, restore, statefulSet);
		if (servers.ready < servers.wanted) {
			return notReady(context, servers);
		}
	}

	// The label was there to hear of the servers.
	await releaseTarget(kube, {statefulSet}, restore);
	return {kind: 'done', conditions: stopped(restore), message: 'The servers are up'};
};

const notReady = async ({kube, restore, now}: StepContext, {ready, wanted}: Servers): Promise<StepOutcome> => {
	const {statefulSet} = restore.status!.target!;
	const message = `${ready} of ${wanted} servers of StatefulSet ${statefulSet} are ready`;
	if (sinceStep(restore, now) < limits.servers) {
		return {
			kind: 'waiting', reason: 'ServersStarting', message, conditions: stopped(restore),
		};
	}

	const held = await findHeld(kube, restore);
	await releaseTarget(kube, present({statefulSet: held.statefulSet}), restore);
	return {...trouble(restore, 'TargetNotReady', `${message} ${limits.servers / 60_000} minutes after they were started: see why the others do not start (kubectl describe pod)`), conditions: stopped(restore)};
};

/** Of two failures the first one counts. */
const trouble = (restore: Neo4jRestore, reason: string, message: string): StepOutcome => restore.status?.failure
	? {kind: 'done', status: {failure: besides(restore.status.failure, message)}}
	: {kind: 'failed', reason, message};

/** Row R-150: it stays true, for another reason. */
const stopped = ({status}: Neo4jRestore): readonly NewCondition[] => findCondition(status?.conditions, 'ClusterStopped')?.status === 'True'
	? [{
		type: 'ClusterStopped', status: 'True', reason: 'ScaledUp', message: `The servers were stopped for the restore, and StatefulSet ${status?.target?.statefulSet} has been scaled up again`,
	}]
	: [];
