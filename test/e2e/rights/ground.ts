import {createAnew} from '../create-anew.ts';
import {backupApi, type Ground} from './flow.ts';
import {applyTarget} from '#local/neo4j/target.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Kind, type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {chartObjects} from '#test/shared/neo4j/helm-chart.ts';

export type OwnGround = Ground & {readonly close: () => Promise<void>};

/**
A namespace in which no Pod is ever made, with a target of each kind: open ones, and ones whose backup port nobody has opened.
*/
export const createGround = async (kube: KubeClient, namespace: string): Promise<OwnGround> => {
	await createAnew(kube, {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
	const ground = groundIn(kube, namespace);
	try {
		await furnish(kube, namespace);
		return ground;
	} catch (error) {
		await ground.close();
		throw error;
	}
};

const furnish = async (kube: KubeClient, namespace: string): Promise<void> => {
	await kube.create({
		apiVersion: 'v1', kind: 'ResourceQuota', metadata: {name: 'no-pods', namespace}, spec: {hard: {pods: '0'}},
	} as KubeObject);
	for (const [kind, name] of [['Neo4jEnterpriseCluster', 'graph'], ['Neo4jEnterpriseStandalone', 'single'], ['Neo4jEnterpriseCluster', 'closed'], ['Neo4jEnterpriseStandalone', 'closed-single']] as const) {
		await applyTarget(kube, {
			kind, namespace, name, servers: kind === 'Neo4jEnterpriseCluster' ? 2 : 1, version: '2025.12.0', password: 'a-long-password', claims: false,
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

const groundIn = (kube: KubeClient, namespace: string): OwnGround => ({
	namespace,
	kube,
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
		await removeFinalizers(kube, {apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace});
		await kube.delete({apiVersion: 'v1', kind: 'Namespace', name: namespace});
	},
});

const removeFinalizers = async (kube: KubeClient, kind: Kind & {readonly namespace: string}): Promise<void> => {
	for await (const page of kube.list(kind)) {
		for (const {metadata: {name}} of page.filter(({metadata: {finalizers = []}}) => finalizers.length > 0)) {
			await kube.patch({...kind, name}, {metadata: {finalizers: null}});
		}
	}
};
