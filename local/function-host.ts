import {once} from 'node:events';
import {type AddressInfo} from 'node:net';
import {KubeConfig} from '@kubernetes/client-node';
import {createEmitter, type Emitter} from '#shared/events/emit.ts';
import {createFunctionServer, type Handle} from '#shared/events/host.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {withRights, type Rule} from '#local/kube/rights.ts';
import {type Log} from '#shared/log.ts';

/**
What the embedded runtime gives to each function in place of its configuration.
*/
export type FunctionContext = {
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly log: Log;
	readonly localNow: () => Date;
};

export type FunctionFactory = (context: FunctionContext) => Handle;

type Role = KubeObject & {readonly rules?: readonly Rule[]};

/** What the function's Role in `knative/base` allows. */
const rulesOf = async (kube: KubeClient, name: string, roles: readonly Role[] | undefined): Promise<readonly Rule[]> => {
	const [apiVersion, kind, roleName] = ['rbac.authorization.k8s.io/v1', 'ClusterRole', `neo4j-backup:${name}`];
	const role = roles ? roles.find(({metadata, ...object}) => object.kind === kind && metadata.name === roleName) : await kube.get<Role>({apiVersion, kind, name: roleName});
	return role?.rules ?? [];
};

export type FunctionHost = {readonly url: string; readonly close: () => Promise<void>};

export type HostOptions = {
	readonly kubeconfig: string;
	readonly sink: string;
	readonly log: Log;
	readonly localNow: () => Date;
	/** Manifests with the functions' Roles; those in the API server when absent. */
	readonly roles?: readonly Role[];
};

export type FunctionHosts = {
	/** Where a function is at this moment; undefined while it does not run. */
	readonly url: (name: string) => string | undefined;
	readonly start: () => Promise<void>;
	readonly stop: () => Promise<void>;
};

/**
All functions of an installation, to be started and stopped together, as often as one likes. Each start makes them anew, so that nothing but what the API server holds outlives a stop.
*/
export const createFunctionHosts = (functions: Readonly<Record<string, FunctionFactory>>, options: () => HostOptions): FunctionHosts => {
	const hosts = new Map<string, FunctionHost>();
	return {
		url: name => hosts.get(name)?.url,
		async start() {
			for (const [name, factory] of Object.entries(functions)) {
				hosts.set(name, await hostFunction(name, factory, options()));
			}
		},
		async stop() {
			const running = [...hosts.values()];
			hosts.clear();
			await Promise.all(running.map(async host => host.close()));
		},
	};
};

/**
Runs one function as a server on a free port of the loopback, with clients of its own and no more rights than its Role gives.
*/
const hostFunction = async (name: string, factory: FunctionFactory, options: HostOptions): Promise<FunctionHost> => {
	const log = options.log.child({function: name});
	const stopper = new AbortController();
	const config = new KubeConfig();
	config.loadFromString(options.kubeconfig);
	// Where a test holds the clock, the time that it takes itself does not count.
	const client = createKubeClient(config, {signal: stopper.signal, monotonic: () => options.localNow().getTime()});
	const handle = factory({
		kube: withRights(client, await rulesOf(client, name, options.roles), `the ServiceAccount of ${name}`), emitter: createEmitter({sink: options.sink}), log, localNow: options.localNow,
	});
	const server = createFunctionServer({name, handle, log});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		async close() {
			stopper.abort();
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
};
