import {withStatus, type Ground} from './flow.ts';
import {toTime} from '#shared/api/conditions.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Neo4jRestore, type RestoreStatus} from '#shared/restore/status.ts';

type RestoreTarget = NonNullable<RestoreStatus['target']>;

/** What lies in a bucket that nobody asks for. */
const source = (name: string) => ({type: 'storage', storage: {type: 's3', bucket: 'neo4j-backups', path: name}});

/**
A restore into a target of the ground, over what is there and with its servers stopped, because none of them answers.
*/
export const restoreManifest = (name: string, spec: Readonly<Record<string, unknown>> = {}, metadata: Readonly<Record<string, unknown>> = {}): Manifest => ({
	apiVersion: restoreApiVersion, kind: 'Neo4jRestore', metadata: {name, ...metadata}, spec: {
		clusterRef: 'volume-single', databaseName: 'movies', source: source(name), force: true, stopCluster: true, ...spec,
	},
});

/**
A restore of this name, as it is now.
*/
export const restoreOf = async ({find}: Ground, name: string): Promise<Neo4jRestore | undefined> =>
	await find({apiVersion: restoreApiVersion, kind: 'Neo4jRestore', name}) as Neo4jRestore | undefined;

/**
The request that has a function look at a restore.
*/
export const askedOfRestore = ({namespace}: Pick<Ground, 'namespace'>, name: string, handler: string): ReceivedEvent => ({
	id: name, source: '/rights', type: 'com.neo4j.reconcile.requested.v1', specversion: '1.0', data: {}, extensions: {
		handler, apiversion: restoreApiVersion, kind: 'Neo4jRestore', namespace, name,
	},
});

/** What each target that a restore may hold is, and the name of its StatefulSet. */
const targets = {
	'held-single': {
		kind: 'Neo4jEnterpriseStandalone', statefulSet: 'held-single', claim: 'neo4j-data-held-single-0', replicas: 1,
	},
	'held-cluster': {
		kind: 'Neo4jEnterpriseCluster', statefulSet: 'held-cluster-server', claim: 'data-held-cluster-server-0', replicas: 2,
	},
	chart: {
		kind: 'HelmRelease', statefulSet: 'chart', claim: 'data-chart-0', replicas: 1,
	},
} as const;

type TargetName = keyof typeof targets;

/**
A target as the status of a restore names it, which no earlier flow holds any more; with the name of a restore it is held by that one.
*/
export const targetFor = async ({kube, namespace}: Ground, name: TargetName, holder?: string): Promise<RestoreTarget> => {
	const {kind, statefulSet} = targets[name];
	const set = {
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: statefulSet,
	};
	await kube.patch(set, {metadata: {labels: {'neo4j.com/restore': holder ?? null}}});
	const object = await kube.patch(kind === 'HelmRelease'
		? set
		: {
			apiVersion: 'neo4j.neo4j.com/v1beta1', kind, namespace, name,
		}, {metadata: {annotations: {'neo4j.com/restore-in-progress': holder ?? null}}});
	return {
		...targets[name], name, uid: object.metadata.uid!, databaseExists: false,
	};
};

/** Holds a restore as the functions do. */
export const held = {finalizers: ['neo4j.com/target-release']} as const;

/**
A restore that has just come to a step.
*/
export const restoreAt = async (ground: Ground, restore: Manifest, status: RestoreStatus): Promise<Neo4jRestore> => withStatus(ground, restore, {
	phase: 'Running', observedGeneration: 1, startTime: '2026-03-10T12:00:00Z', stepTime: toTime(new Date()), ...status,
}) as Promise<Neo4jRestore>;

/**
Servers that are stopped for a restore. Their own Pods say nothing of what they need, and are never made.
*/
export const stoppedServers = async (ground: Ground, name: string): Promise<RestoreTarget> => {
	const labels = {app: name};
	await ground.create({
		apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name, labels: {'neo4j.com/restore': name}}, spec: {
			replicas: 0, serviceName: name, selector: {matchLabels: labels}, template: {metadata: {labels}, spec: {containers: [{name: 'neo4j', image: 'a'}]}},
		},
	});
	return {
		kind: 'Neo4jEnterpriseStandalone', name, uid: 'gone', statefulSet: name, claim: `neo4j-data-${name}-0`, replicas: 1, databaseExists: false,
	};
};

/**
A Pod that no node takes, under the name of the first server.
*/
export const gatedPod = (name: string, metadata: Readonly<Record<string, unknown>> = {}): Manifest => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: {name: `${name}-0`, ...metadata},
	spec: {schedulingGates: [{name: 'neo4j.com/test'}], containers: [{name: 'a', image: 'a', resources: {limits: {cpu: '1m', memory: '1Mi'}}}]},
});
