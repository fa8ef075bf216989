import {waitingJob, type Flow, type Ground} from './flow.ts';
import {
	askedOfRestore, gatedPod, held, restoreAt, restoreManifest, restoreOf, stoppedServers, targetFor,
} from './restores.ts';
import {controllerReference} from '#shared/kube/object.ts';
import {type RestoreStep} from '#shared/restore/status.ts';

const asked = (ground: Ground, name: string) => askedOfRestore(ground, name, 'restore-bringup');

/** The restore holds its target. */
const atStep = (step: RestoreStep, target: 'held-single' | 'held-cluster' | 'chart'): Flow['prepare'] => async (ground, name) => {
	await restoreAt(ground, restoreManifest(name, {clusterRef: target}, held), {step, target: await targetFor(ground, target, name)});
	return asked(ground, name);
};

const isCompleted: Flow['isDone'] = async (ground, name) => {
	const restore = await restoreOf(ground, name);
	return restore?.status?.phase === 'Completed';
};

const waitsForBolt: Flow['isDone'] = async (ground, name) => {
	const restore = await restoreOf(ground, name);
	return /cannot be brought online yet: .* does not answer over Bolt/v.test(restore?.status?.message ?? '');
};

/**
The ways through restore-bringup.
*/
export const bringUpFlows: Readonly<Record<string, Flow>> = {
	'a standalone that is released': {
		rights: [
			'get neo4jrestores', 'patch neo4jrestores', 'update neo4jrestores/status', 'get statefulsets', 'patch statefulsets', 'get neo4jenterprisestandalones', 'patch neo4jenterprisestandalones', 'create events',
		],
		prepare: atStep('Completed', 'held-single'),
		isDone: isCompleted,
	},
	'a cluster that is released': {
		rights: ['get neo4jenterpriseclusters', 'patch neo4jenterpriseclusters'],
		prepare: atStep('Completed', 'held-cluster'),
		isDone: isCompleted,
	},
	'a restore that is given up while its Job goes on': {
		rights: ['get jobs', 'delete jobs', 'list pods', 'get pods'],
		async prepare(ground, name) {
			const restore = await restoreAt(ground, restoreManifest(name, {clusterRef: 'held-single'}, held), {step: 'Start', target: await targetFor(ground, 'held-single', name)});
			await ground.create(waitingJob(`${name}-restore`, {ownerReferences: [controllerReference(restore)]}));
			return asked(ground, name);
		},
		async isDone({find}, name) {
			const job = await find({apiVersion: 'batch/v1', kind: 'Job', name: `${name}-restore`});
			return job === undefined || job.metadata.deletionTimestamp !== undefined;
		},
	},
	'servers one of whose names is held': {
		rights: ['delete pods'],
		async prepare({withPods}, name) {
			const restore = await restoreAt(withPods, restoreManifest(name, {}, held), {step: 'Start', target: await stoppedServers(withPods, name)});
			await withPods.create(gatedPod(name, {ownerReferences: [controllerReference(restore)]}));
			return asked(withPods, name);
		},
		async isDone({withPods}, name) {
			const pod = await withPods.find({apiVersion: 'v1', kind: 'Pod', name: `${name}-0`});
			return pod === undefined || pod.metadata.ownerReferences?.[0]?.kind === 'StatefulSet';
		},
	},
	'a target that is asked over Bolt': {
		rights: ['get secrets', 'get configmaps'],
		prepare: atStep('BringUp', 'held-cluster'),
		isDone: waitsForBolt,
	},
	'a release of the Helm chart that is asked over Bolt': {
		rights: ['list statefulsets', 'list services'],
		prepare: atStep('BringUp', 'chart'),
		isDone: waitsForBolt,
	},
};
