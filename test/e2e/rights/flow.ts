import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject, type Manifest, type Reference} from '#shared/kube/object.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/** Where flows run; everything here is done with all rights. */
export type Ground = {
	readonly namespace: string;
	readonly kube: KubeClient;
	readonly create: (manifest: Manifest) => Promise<KubeObject>;
	readonly backup: (name: string) => Promise<Neo4jBackup | undefined>;
	readonly find: (reference: Omit<Reference, 'namespace'>) => Promise<KubeObject | undefined>;
	/** Reasons of the Events of an object. */
	readonly reasons: (name: string) => Promise<readonly string[]>;
	/** A namespace beside it without targets, in which Pods may be made that say what they need. */
	readonly withPods: Ground;
};

/**
One way through a function that needs the rights that it names.
*/
export type Flow = {
	readonly rights: readonly string[];
	/** Makes what the flow begins with, under this name, and answers the event that wakes the function. */
	readonly prepare: (ground: Ground, name: string) => Promise<ReceivedEvent>;
	/** How often the event comes; once unless told. */
	readonly times?: number;
	/** Whether the flow has come to its end. */
	readonly isDone: (ground: Ground, name: string) => Promise<boolean>;
};

export const backupApi = {apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup'} as const;

export const manifest = (name: string, spec: Readonly<Record<string, unknown>> = {}, metadata: Readonly<Record<string, unknown>> = {}): Manifest => ({
	...backupApi, metadata: {name, ...metadata}, spec: {target: {kind: 'Cluster', name: 'graph'}, storage: {type: 's3', bucket: 'neo4j-backups', path: name}, ...spec},
});

/**
The request that anybody may send to have a function look at a CR.
*/
export const asked = ({namespace}: Pick<Ground, 'namespace'>, name: string, handler: string): ReceivedEvent => ({
	id: name, source: '/rights', type: 'com.neo4j.reconcile.requested.v1', specversion: '1.0', data: {}, extensions: {
		handler, apiversion: backupApi.apiVersion, kind: backupApi.kind, namespace, name,
	},
});

export const ping = (data: unknown = {}): ReceivedEvent => ({
	id: '1', source: '/rights', type: 'dev.knative.sources.ping', specversion: '1.0', time: new Date().toISOString(), extensions: {}, data,
});

/**
A Job whose Pods wait, so that the node has nothing to do with it.
*/
export const waitingJob = (name: string, metadata: Readonly<Record<string, unknown>> = {}): Manifest => ({
	apiVersion: 'batch/v1', kind: 'Job', metadata: {name, ...metadata}, spec: {suspend: true, template: {spec: {restartPolicy: 'Never', containers: [{name: 'a', image: 'a'}]}}},
});

/**
A CR with this status, as if the functions had been at work on it.
*/
export const withStatus = async ({create, kube}: Ground, object: Manifest, status: Readonly<Record<string, unknown>>): Promise<KubeObject> => {
	const created = await create(object);
	return kube.replaceStatus({...created, status} as KubeObject);
};
