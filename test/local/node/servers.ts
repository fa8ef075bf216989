import type {ExecutionContext} from 'ava';
import {openWorkshop, type Workshop} from './workshop.ts';
import {type NodeOptions} from '#local/node/start.ts';
import {type Claim, type Pod, type StatefulSet} from '#local/node/workloads.ts';

export type Servers = Workshop & {
	/** What was started and stopped, in order: the name of the pod, and the folder at `/data`. */
	readonly history: string[];
	/** Where the pods of servers have their data: by the name of the pod. */
	readonly folders: Map<string, string | undefined>;
	/** Applies a StatefulSet named `server` whose image serves, and waits until all is settled. */
	readonly found: (spec?: Readonly<Record<string, unknown>>) => Promise<void>;
	readonly edit: (spec: Readonly<Record<string, unknown>>) => Promise<void>;
	readonly set: () => Promise<StatefulSet>;
	readonly pod: (name: string) => Promise<Pod | undefined>;
	readonly names: () => Promise<readonly string[]>;
	readonly claims: () => Promise<readonly Claim[]>;
	readonly removePod: (name: string) => Promise<void>;
};

const reference = {
	apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'test', name: 'server',
};

/**
A workshop with StatefulSets, and an image `server` that serves; it is ready when `ready` resolves for the name of its pod.
*/
export const openServers = async (t: ExecutionContext, {ready, ...options}: Partial<NodeOptions> & {readonly ready?: ReadonlyMap<string, Promise<void>>} = {}): Promise<Servers> => {
	const history: string[] = [];
	const folders = new Map<string, string | undefined>();
	const workshop = await openWorkshop(t, {
		statefulSets: true,
		images: {
			shell: {entrypoint: ['/bin/sh']},
			server: {
				entrypoint: [],
				async serve({pod: {metadata: {name}}, folderAt}) {
					history.push(`start ${name}`);
					folders.set(name, folderAt('/data'));
					const whenReady = ready?.get(name);
					return {
						...whenReady && {ready: whenReady},
						async stop() {
							history.push(`stop ${name}`);
						},
					};
				},
			},
		},
		...options,
	});
	const {client, list} = workshop.cluster;
	const pod = async (name: string) => client.get<Pod>({
		apiVersion: 'v1', kind: 'Pod', namespace: 'test', name,
	});
	return {
		...workshop,
		history,
		folders,
		pod,
		async found(spec = {}) {
			await workshop.cluster.apply({
				apiVersion: 'apps/v1',
				kind: 'StatefulSet',
				metadata: {name: 'server'},
				spec: {
					replicas: 3,
					serviceName: 'server',
					podManagementPolicy: 'Parallel',
					selector: {matchLabels: {app: 'server'}},
					template: {
						metadata: {labels: {app: 'server'}},
						spec: {containers: [{name: 'main', image: 'server', volumeMounts: [{name: 'data', mountPath: '/data'}]}]},
					},
					volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}}}],
					...spec,
				},
			});
			await workshop.node.settled();
		},
		async edit(spec) {
			await client.patch(reference, {spec});
			await workshop.node.settled();
		},
		set: async () => (await client.get<StatefulSet>(reference))!,
		async names() {
			const pods = await workshop.pods();
			return pods.map(({metadata}) => metadata.name);
		},
		async claims() {
			const {items} = await list('/api/v1/namespaces/test/persistentvolumeclaims', {});
			return items;
		},
		async removePod(name) {
			await client.delete({
				apiVersion: 'v1', kind: 'Pod', namespace: 'test', name,
			});
			await workshop.node.settled();
		},
	};
};
