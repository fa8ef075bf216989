import {
	asked, manifest, waitingJob, type Flow, type Ground,
} from './flow.ts';

const account = {apiVersion: 'v1', kind: 'ServiceAccount', name: 'neo4j-backup-sa'};

const apply = (spec: Readonly<Record<string, unknown>> = {}): Flow['prepare'] => async (ground, name) => {
	await ground.create(manifest(name, spec));
	return asked(ground, name, 'launch-backup');
};

/** An earlier look has opened the port. */
const applyToClosed = (kind: string, target: string): Flow['prepare'] => async (ground, name) => {
	await ground.kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind, namespace: ground.namespace, name: target,
	}, {spec: {config: null}});
	return apply({target: {kind: 'Cluster', name: target}})(ground, name);
};

const hasJob = async ({find}: Ground, name: string): Promise<boolean> => await find({apiVersion: 'batch/v1', kind: 'Job', name: `${name}-backup`}) !== undefined;

const isIn = (phase: string): Flow['isDone'] => async ({backup}, name) => {
	const found = await backup(name);
	return found?.status?.phase === phase;
};

export const launchFlows: Readonly<Record<string, Flow>> = {
	'a run of a cluster, with a Secret': {
		rights: [
			'get neo4jbackups', 'update neo4jbackups/status', 'update neo4jbackups/finalizers', 'get neo4jenterpriseclusters', 'get statefulsets', 'get configmaps', 'get secrets', 'get serviceaccounts', 'get cronjobs', 'get namespaces', 'create jobs', 'create events',
		],
		prepare: apply(),
		isDone: hasJob,
	},
	'a run of a standalone': {
		rights: ['get neo4jenterprisestandalones'],
		prepare: apply({target: {kind: 'Cluster', name: 'single'}}),
		isDone: hasJob,
	},
	'a run under an account that is not there yet': {
		rights: ['create serviceaccounts', 'patch serviceaccounts'],
		async prepare(ground, name) {
			await ground.kube.delete({...account, namespace: ground.namespace});
			return apply()(ground, name);
		},
		isDone: hasJob,
	},
	'a run into a claim that is not there yet': {
		rights: ['get persistentvolumeclaims', 'create persistentvolumeclaims'],
		prepare: apply({storage: {type: 'pvc', pvc: {size: '1Gi'}}}),
		isDone: hasJob,
	},
	'a run whose Job has been made already': {
		rights: ['get jobs'],
		async prepare(ground, name) {
			await ground.create(waitingJob(`${name}-backup`));
			return apply()(ground, name);
		},
		async isDone({reasons}, name) {
			const found = await reasons(name);
			return found.includes('JobNameTaken');
		},
	},
	'a release of the Helm chart': {
		rights: ['list statefulsets', 'list services'],
		prepare: apply({target: {kind: 'Cluster', name: 'chart'}}),
		isDone: isIn('Waiting'),
	},
	'a cluster whose backup port is closed': {
		rights: ['patch neo4jenterpriseclusters'],
		prepare: applyToClosed('Neo4jEnterpriseCluster', 'closed'),
		isDone: isIn('Waiting'),
	},
	'a standalone whose backup port is closed': {
		rights: ['patch neo4jenterprisestandalones'],
		prepare: applyToClosed('Neo4jEnterpriseStandalone', 'closed-single'),
		isDone: isIn('Waiting'),
	},
};
