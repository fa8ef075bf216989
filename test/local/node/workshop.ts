import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {startCluster, type Cluster} from '../cluster.ts';
import {type Images} from '#local/node/images.ts';
import {startNode, type Node, type NodeOptions} from '#local/node/start.ts';
import {type ContainerStatus, type Job, type Pod} from '#local/node/workloads.ts';
import {silentLog} from '#shared/log.ts';
import {type KubeObject} from '#shared/kube/object.ts';

export type Workshop = {
	readonly cluster: Cluster;
	readonly node: Node;
	readonly state: string;
	readonly start: (options?: Partial<NodeOptions>) => Promise<Node>;
	/** Applies a Job of that spec. */
	readonly submit: (spec: Record<string, unknown>, name?: string) => Promise<Job>;
	/** Applies a Job, waits until all is settled and reads it again. */
	readonly run: (spec: Record<string, unknown>, name?: string) => Promise<Job>;
	readonly job: (name?: string) => Promise<Job | undefined>;
	readonly pods: () => Promise<readonly Pod[]>;
	/** Waits for the only pod to be as told. */
	readonly podWhen: (isSo: (pod: Pod) => boolean) => Promise<Pod>;
	readonly events: () => Promise<ReadonlyArray<KubeObject & {reason: string; message: string}>>;
	/** What `kubectl logs` would show. */
	readonly log: (pod: Pod, container: string, query?: string) => Promise<string>;
	/** Waits for the log of the container `main` to be as told. */
	readonly logWhen: (pod: Pod, isSo: (text: string) => boolean) => Promise<void>;
};

const images: Images = {shell: {entrypoint: ['/bin/sh']}};

/**
A node on an embedded API server, with one image `shell`, for one test. The Job controller's back-off of 10 s is 10 ms.
*/
export const openWorkshop = async (t: ExecutionContext, options: Partial<NodeOptions> = {}): Promise<Workshop> => {
	const cluster = await startCluster(t);
	const state = await mkdtemp(join(tmpdir(), 'node-'));
	t.teardown(async () => rm(state, {recursive: true, force: true}));
	const start = async (more: Partial<NodeOptions> = {}) => {
		const node = await startNode({
			kubeconfig: cluster.kubeconfig, images, state, log: silentLog(), backoffScale: 0.001, retryMs: 20, ...options, ...more,
		});
		t.teardown(node.close);
		return node;
	};

	const node = await start();
	cluster.apiServer.setLogSource(node.logs);
	const job = async (name = 'job') => cluster.client.get<Job>({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'test', name,
	});
	const submit = async (spec: Record<string, unknown>, name = 'job') => cluster.apply<Job>({
		apiVersion: 'batch/v1', kind: 'Job', metadata: {name}, spec,
	});
	const pods = async () => {
		const {items} = await cluster.list('/api/v1/namespaces/test/pods', {});
		return items as unknown as readonly Pod[];
	};

	const log = async (pod: Pod, container: string, query = '') => {
		const answer = await fetch(`${cluster.server}/api/v1/namespaces/test/pods/${pod.metadata.name}/log?container=${container}${query}`);
		const body = await answer.text();
		if (!answer.ok) {
			throw new Error((JSON.parse(body) as {message: string}).message);
		}

		return body;
	};

	return {
		cluster, node, state, start, job, submit, pods,
		async run(spec, name) {
			await submit(spec, name);
			await node.settled();
			return (await job(name))!;
		},
		async podWhen(isSo) {
			for (;;) {
				const [pod] = await pods();
				if (pod && isSo(pod)) {
					return pod;
				}

				await wait(10);
			}
		},
		async events() {
			const {items} = await cluster.list('/api/v1/namespaces/test/events', {});
			return items as unknown as ReadonlyArray<KubeObject & {reason: string; message: string}>;
		},
		log,
		async logWhen(pod, isSo) {
			while (!isSo(await log(pod, 'main'))) {
				await wait(10);
			}
		},
	};
};

type ScriptOptions = {
	readonly [field: string]: unknown;
	readonly pod?: Readonly<Record<string, unknown>>;
	readonly container?: Readonly<Record<string, unknown>>;
};

/**
The spec of a Job whose only container runs a shell script.
*/
export const script = (command: string, {pod = {}, container = {}, ...spec}: ScriptOptions = {}): Record<string, unknown> => ({
	backoffLimit: 0,
	...spec,
	template: {
		metadata: {labels: {app: 'test'}},
		spec: {
			restartPolicy: 'Never', containers: [{
				name: 'main', image: 'shell', command: ['sh', '-c', command], ...container,
			}], ...pod,
		},
	},
});

/**
The exit code, or `undefined` while there is none.
*/
export const exitCode = (pod: Pod, container = 'main'): number | undefined => statusOf(pod, container)?.state.terminated?.exitCode;

/**
The status of a container by name, init containers too.
*/
export const statusOf = ({status}: Pod, container = 'main'): ContainerStatus | undefined =>
	[...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(({name}) => name === container);
