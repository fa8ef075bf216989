import {createAnew} from '../create-anew.ts';
import {backupApi, type Ground} from './flow.ts';
import {applyTarget} from '#local/neo4j/target.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Kind, type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {chartObjects} from '#test/shared/neo4j/helm-chart.ts';

export type OwnGround = Ground & {readonly close: () => Promise<void>};

/**
A namespace in which no Pod is ever made, with a target of each kind: open ones, ones whose backup port nobody has opened, and ones with volumes, into which can be restored, and which a restore may hold. Beside it one in which Pods may be made that say what they need, as a quota of processors and memory asks.
*/
export const createGround = async (kube: KubeClient, namespace: string): Promise<OwnGround> => {
	const beside = `${namespace}-with-pods`;
	for (const name of [namespace, beside]) {
		await createAnew(kube, {apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
	}

	const ground = groundIn(kube, namespace, groundIn(kube, beside));
	try {
		await furnish(kube, namespace);
		await kube.create(quota(beside, {
			'requests.cpu': '1', 'limits.cpu': '1', 'requests.memory': '1Gi', 'limits.memory': '1Gi',
		}));
		return ground;
	} catch (error) {
		await ground.close();
		throw error;
	}
};

const targets = [
	['Neo4jEnterpriseCluster', 'graph'],
	['Neo4jEnterpriseStandalone', 'single'],
	['Neo4jEnterpriseCluster', 'closed'],
	['Neo4jEnterpriseStandalone', 'closed-single'],
	['Neo4jEnterpriseStandalone', 'volume-single'],
	['Neo4jEnterpriseCluster', 'held-cluster'],
	['Neo4jEnterpriseStandalone', 'held-single'],
] as const;

const furnish = async (kube: KubeClient, namespace: string): Promise<void> => {
	await kube.create(quota(namespace, {pods: '0'}));
	for (const [kind, name] of targets) {
		const hasVolumes = name.startsWith('held') || name.startsWith('volume');
		await applyTarget(kube, {
			kind, namespace, name, servers: kind === 'Neo4jEnterpriseCluster' ? 2 : 1, version: '2025.12.0', password: 'a-long-password', ...!hasVolumes && {claims: false},
		});
		if (name.startsWith('closed')) {
			await kube.patch({
				apiVersion: 'v1', kind: 'ConfigMap', namespace, name: `${name}-config`,
			}, {data: {'neo4j.conf': 'server.backup.enabled=true\n'}});
		}
	}

	for (const object of chartObjects({
		name: 'chart', release: 'chart', namespace, image: 'neo4j:2025.12.0-enterprise',
	})) {
		await kube.create<KubeObject>(object);
	}
};

const quota = (namespace: string, hard: Readonly<Record<string, string>>): KubeObject & {readonly spec: unknown} => ({
	apiVersion: 'v1', kind: 'ResourceQuota', metadata: {name: 'pods', namespace}, spec: {hard},
});

const groundIn = (kube: KubeClient, namespace: string, beside?: OwnGround): OwnGround => ({
	namespace,
	kube,
	get withPods() {
		return beside ?? this;
	},
	create: async object => kube.create<KubeObject>({...object, metadata: {...object.metadata, namespace}}),
	backup: async name => kube.get<Neo4jBackup>({...backupApi, namespace, name}),
	find: async reference => kube.get({...reference, namespace}),
	async reasons(name) {
		const found: string[] = [];
		for await (const page of kube.list<KubeObject & {readonly reason: string; readonly involvedObject: {readonly name: string}}>({apiVersion: 'v1', kind: 'Event', namespace})) {
			found.push(...page.filter(event => event.involvedObject.name === name).map(({reason}) => reason));
		}

		return found;
	},
	async close() {
		// The finalizers of what a flow has left would hold the namespace.
		await removeFinalizers(kube, {...backupApi, namespace});
		await removeFinalizers(kube, {apiVersion: restoreApiVersion, kind: 'Neo4jRestore', namespace});
		await removeFinalizers(kube, {apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace});
		await kube.delete({apiVersion: 'v1', kind: 'Namespace', name: namespace});
		await beside?.close();
	},
});

const removeFinalizers = async (kube: KubeClient, kind: Kind & {readonly namespace: string}): Promise<void> => {
	for await (const page of kube.list(kind)) {
		for (const {metadata: {name}} of page.filter(({metadata: {finalizers = []}}) => finalizers.length > 0)) {
			await kube.patch({...kind, name}, {metadata: {finalizers: null}});
		}
	}
};
