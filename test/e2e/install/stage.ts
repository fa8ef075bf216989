import {HttpMethod} from '@kubernetes/client-node';
import {createAnew} from '../create-anew.ts';
import {until} from '../until.ts';
import {type Installation} from './installation.ts';
import {applyManifests} from '#local/manifests.ts';
import {applyTarget, type TargetOptions} from '#local/neo4j/target.ts';
import {targetNames} from '#shared/neo4j/target-names.ts';
import {type KubeObject, type Manifest, type Reference} from '#shared/kube/object.ts';
import {createSend} from '#shared/kube/send.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const backupKind = {apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup'} as const;

/**
A namespace of a suite's own on a cluster with the functions, with one target whose servers are Pods.
*/
export type Stage = {
	readonly namespace: string;
	readonly apply: (...objects: readonly Manifest[]) => Promise<void>;
	/** Changes a Neo4jBackup by a merge patch, as `kubectl patch` and `kubectl annotate` do. */
	readonly edit: (name: string, patch: Readonly<Record<string, unknown>>) => Promise<void>;
	readonly backup: (name: string) => Promise<Neo4jBackup>;
	/** Waits until a Neo4jBackup is as wanted. Throws with what its status says instead. */
	readonly awaitBackup: (name: string, isWanted: (backup: Neo4jBackup) => boolean, seconds?: number) => Promise<Neo4jBackup>;
	readonly all: <T extends KubeObject>(apiVersion: string, kind: string, labelSelector?: string) => Promise<readonly T[]>;
	/** Calls a method of the target's DBMS: `createDatabase`, `write`, `statements`, … */
	readonly dbms: (command: string, ...values: readonly unknown[]) => Promise<unknown>;
	readonly close: () => Promise<void>;
};

export type StageOptions = {readonly namespace: string; readonly target?: Partial<TargetOptions>};

/**
Makes a namespace that refuses every Pod that is not `restricted`, and puts a target into it whose servers answer.
*/
export const openStage = async (installation: Installation, {namespace, target}: StageOptions): Promise<Stage> => {
	const {kube, kubeConfig} = installation;
	const options: TargetOptions = {
		kind: 'Neo4jEnterpriseCluster', namespace, name: 'production-cluster', servers: 2, version: '2025.12.0', password: 'a-long-password', databases: ['neo4j', 'mydb'], claims: false, ...target,
	};
	await createAnew(kube, {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace, labels: {'pod-security.kubernetes.io/enforce': 'restricted'}}});
	const close = async (): Promise<void> => kube.delete({apiVersion: 'v1', kind: 'Namespace', name: namespace});
	const {statefulSet} = targetNames(options.kind, options.name);
	try {
		await applyTarget(kube, options);
		await until(async () => isReady(await kube.get({
			apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: statefulSet,
		})), `the Pods of StatefulSet ${statefulSet}`);
	} catch (error) {
		await close();
		throw error;
	}

	const send = createSend(kubeConfig, {timeoutMs: 10_000});
	const reference = (name: string): Reference => ({...backupKind, namespace, name});
	const backup = async (name: string): Promise<Neo4jBackup> => (await kube.get<Neo4jBackup>(reference(name)))!;
	return {
		namespace,
		backup,
		apply: async (...objects) => applyManifests(kube, objects, namespace),
		async edit(name, patch) {
			await kube.patch(reference(name), patch);
		},
		async awaitBackup(name, isWanted, seconds) {
			try {
				await until(async () => isWanted(await backup(name)), `Neo4jBackup ${name}`, seconds);
			} catch (error) {
				const {status} = await backup(name);
				throw new Error(`Neo4jBackup ${name} is not as it should be: ${JSON.stringify(status, undefined, 2)}`, {cause: error});
			}

			return backup(name);
		},
		async all<T extends KubeObject>(apiVersion: string, kind: string, labelSelector?: string) {
			const found: T[] = [];
			for await (const page of kube.list<T>({apiVersion, kind, namespace}, labelSelector === undefined ? {} : {labelSelector})) {
				found.push(...page);
			}

			return found;
		},
		async dbms(command, ...values) {
			const {status, text} = await send(HttpMethod.POST, `/api/v1/namespaces/${namespace}/pods/${statefulSet}-0:7474/proxy/${command}`, {text: JSON.stringify(values), contentType: 'application/json'});
			if (status !== 200) {
				throw new Error(`${command} was refused with ${status}: ${text}`);
			}

			return JSON.parse(text) as unknown;
		},
		close,
	};
};

const isReady = (statefulSet: (KubeObject & {readonly spec: {readonly replicas: number}; readonly status?: {readonly readyReplicas?: number}}) | undefined): boolean =>
	statefulSet?.status?.readyReplicas === statefulSet?.spec.replicas;
