import {waitingJob, type Flow, type Ground} from './flow.ts';
import {
	askedOfRestore, gatedPod, restoreAt, restoreManifest, restoreOf, stoppedServers, targetFor,
} from './restores.ts';
import {controllerReference} from '#shared/kube/object.ts';

const asked = (ground: Ground, name: string) => askedOfRestore(ground, name, 'launch-restore');

const apply = (spec: Readonly<Record<string, unknown>> = {}): Flow['prepare'] => async (ground, name) => {
	await ground.create(restoreManifest(name, spec));
	return asked(ground, name);
};

const has = (reason: string): Flow['isDone'] => async ({reasons}, name) => {
	const found = await reasons(name);
	return found.includes(reason);
};

const hasJob: Flow['isDone'] = async ({find}, name) => await find({apiVersion: 'batch/v1', kind: 'Job', name: `${name}-resolve`}) !== undefined;

/** The target is free, and nothing of it is stopped. */
const applyToFree = (target: 'held-single' | 'held-cluster'): Flow['prepare'] => async (ground, name) => {
	await restoreAt(ground, restoreManifest(name, {clusterRef: target}), {step: 'PreHooks', target: await targetFor(ground, target)});
	return asked(ground, name);
};

const isStopped = (statefulSet: string): Flow['isDone'] => async ({find}, name) => {
	const found = await find({apiVersion: 'apps/v1', kind: 'StatefulSet', name: statefulSet});
	return found?.metadata.labels?.['neo4j.com/restore'] === name;
};

const failedWith = (reason: string): Flow['isDone'] => async (ground, name) => {
	const restore = await restoreOf(ground, name);
	return restore?.status?.failure?.reason === reason;
};

/** Servers are stopped, and a Pod may be made that holds the name of the first one. */
const holdServers = (isNameTaken: boolean): Flow['prepare'] => async ({withPods}, name) => {
	const target = await stoppedServers(withPods, name);
	await (isNameTaken && withPods.create(gatedPod(name)));
	await restoreAt(withPods, restoreManifest(name), {step: 'Stop', target});
	return asked(withPods, name);
};

/**
The ways through launch-restore.
*/
export const restoreFlows: Readonly<Record<string, Flow>> = {
	'a restore into a standalone': {
		rights: [
			'get neo4jrestores', 'update neo4jrestores/status', 'update neo4jrestores/finalizers', 'get neo4jenterpriseclusters', 'get neo4jenterprisestandalones', 'get statefulsets', 'get configmaps', 'get serviceaccounts', 'create jobs',
		],
		prepare: apply(),
		isDone: hasJob,
	},
	'a source whose Secret is missing': {
		rights: ['get secrets', 'create events'],
		prepare: apply({source: {type: 's3', storage: {type: 's3', bucket: 'neo4j-backups', cloud: {credentialsSecretRef: 'missing'}}}}),
		isDone: has('CredentialsInvalid'),
	},
	'a source on a claim': {
		rights: ['get persistentvolumeclaims'],
		prepare: apply({source: {type: 'storage', storage: {type: 'pvc', pvc: {name: 'missing'}}}}),
		isDone: has('ClaimNotFound'),
	},
	'the source of a Neo4jBackup': {
		rights: ['get neo4jbackups'],
		prepare: apply({source: {type: 'backup', backupRef: 'missing'}}),
		isDone: has('BackupNotFound'),
	},
	'a restore under an account that is not there yet': {
		rights: ['create serviceaccounts', 'patch serviceaccounts'],
		async prepare(ground, name) {
			await ground.kube.delete({
				apiVersion: 'v1', kind: 'ServiceAccount', namespace: ground.namespace, name: 'neo4j-backup-sa',
			});
			return apply()(ground, name);
		},
		isDone: hasJob,
	},
	'a restore whose Job was made for another manifest': {
		rights: ['get jobs', 'delete jobs'],
		async prepare(ground, name) {
			const restore = await ground.create(restoreManifest(name));
			await ground.create(waitingJob(`${name}-resolve`, {ownerReferences: [controllerReference(restore)], annotations: {'neo4j.com/generation': '0'}}));
			return asked(ground, name);
		},
		async isDone(ground, name) {
			const job = await ground.find({apiVersion: 'batch/v1', kind: 'Job', name: `${name}-resolve`});
			return job === undefined || job.metadata.deletionTimestamp !== undefined;
		},
	},
	'a release of the Helm chart': {
		rights: ['list statefulsets', 'list services'],
		prepare: apply({clusterRef: 'chart'}),
		isDone: hasJob,
	},
	'a standalone that is stopped': {
		rights: ['patch neo4jrestores', 'patch neo4jenterprisestandalones', 'list neo4jbackups', 'patch statefulsets'],
		prepare: applyToFree('held-single'),
		isDone: isStopped('held-single'),
	},
	'a cluster that is stopped': {
		rights: ['patch neo4jenterpriseclusters'],
		prepare: applyToFree('held-cluster'),
		isDone: isStopped('held-cluster-server'),
	},
	'servers that are stopped': {
		rights: ['list pods', 'create pods'],
		prepare: holdServers(false),
		isDone: async ({withPods}, name) => await withPods.find({apiVersion: 'v1', kind: 'Pod', name: `${name}-0`}) !== undefined,
	},
	'servers that are stopped, one of whose names somebody else has': {
		rights: ['get pods'],
		prepare: holdServers(true),
		isDone: async ({withPods}, name) => failedWith('PodNameTaken')(withPods, name),
	},
};
