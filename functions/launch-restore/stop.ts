import {openRun} from './open-run.ts';
import {placeholderPod} from './placeholder.ts';
import {stopDatabase} from './stop-database.ts';
import {ensureChild} from './child.ts';
import {labels} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {isControlledBy, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {type StatefulSet} from '#shared/neo4j/target-object.ts';
import {findHeld} from '#shared/restore/find-held.ts';
import {type Step, type StepOutcome} from '#shared/restore/step.ts';

/**
Stops what must not run while the data is replaced: the database itself, so that `system` keeps it stopped when servers come back (decision D68); with stopCluster all servers too, whose first one's name a placeholder holds from then on (decision D51).
*/
export const stop: Step = async context => {
	const {kube, restore} = context;
	const {statefulSet} = await findHeld(kube, restore);
	if (!statefulSet) {
		return {kind: 'failed', reason: 'TargetGone', message: `StatefulSet ${restore.status?.target?.statefulSet} is gone`};
	}

	const isScaled = statefulSet.metadata.labels?.[labels.restore] === restore.metadata.name;
	if (!isScaled) {
		const run = await openRun(kube, restore);
		if (run) {
			return {kind: 'waiting', reason: 'BackupRunning', message: `The run ${run} backs the target up: the restore stops nothing before it has ended`};
		}

		const waiting = await stopDatabase(context);
		if (waiting) {
			return waiting;
		}
	}

	if (!restore.spec.stopCluster) {
		return {
			kind: 'done',
			message: `${restore.spec.databaseName} is stopped`,
			conditions: [{
				type: 'ClusterStopped', status: 'False', reason: 'NotRequested', message: 'spec.stopCluster is false: the servers go on running',
			}],
		};
	}

	return isScaled ? holdServers(context, statefulSet) : scaleDown(kube, restore, statefulSet);
};

/** One patch: whoever finds the label knows that the servers were scaled down, and that replicas of more are somebody else's doing. */
const scaleDown = async (kube: KubeClient, {metadata: {name}}: KubeObject, statefulSet: StatefulSet): Promise<StepOutcome> => {
	const {metadata: {resourceVersion, name: statefulSetName}} = statefulSet;
	await kube.patch(referenceOf(statefulSet), {metadata: {resourceVersion, labels: {[labels.restore]: name}}, spec: {replicas: 0}});
	return {kind: 'waiting', reason: 'StoppingServers', message: `StatefulSet ${statefulSetName} was scaled to 0: its servers stop`};
};

const holdServers = async ({kube, restore, config}: Parameters<Step>[0], statefulSet: StatefulSet): Promise<StepOutcome> => {
	const {metadata: {name}, spec} = statefulSet;
	if ((spec?.replicas ?? 1) > 0) {
		return {kind: 'failed', reason: 'TargetOperatorInterferes', message: `StatefulSet ${name} was scaled up again while the restore had it stopped: keep whoever scales it away, then create the restore again`};
	}

	const running: string[] = [];
	for await (const page of kube.list<KubeObject>({apiVersion: 'v1', kind: 'Pod', namespace: restore.metadata.namespace!})) {
		running.push(...page.filter(pod => isControlledBy(pod, statefulSet)).map(pod => pod.metadata.name));
	}

	if (running.length > 0) {
		return {kind: 'waiting', reason: 'StoppingServers', message: `${running.join(', ')} ${running.length === 1 ? 'has' : 'have'} yet to stop`};
	}

	await ensureChild(kube, restore, placeholderPod(restore, statefulSet, config.image));
	return {
		kind: 'done',
		message: `All servers of ${name} are stopped`,
		conditions: [{
			type: 'ClusterStopped', status: 'True', reason: 'ServersStopped', message: `StatefulSet ${name} has no Pods`,
		}],
	};
};
