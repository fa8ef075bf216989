import path from 'node:path';
import process from 'node:process';
import {KubeConfig} from '@kubernetes/client-node';
import {createFunctionHosts, type FunctionFactory, type FunctionHosts} from './function-host.ts';
import {applyManifests, readManifests} from './manifests.ts';
import {startApiServer, type ApiServer, type ServerOptions} from '#local/apiserver/server.ts';
import {type Change} from '#local/apiserver/storage/storage.ts';
import {type ChaosRule} from '#local/eventing/chaos.ts';
import {startEventing, type Eventing} from '#local/eventing/start.ts';
import {type Delay} from '#local/kube/delay.ts';
import {neo4jImage} from '#local/neo4j/image.ts';
import {type Images, type Serve} from '#local/node/images.ts';
import {type PodIdentity} from '#local/node/pod-identity.ts';
import {idleNode} from '#local/node/idle.ts';
import {startNode, type Node} from '#local/node/start.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Log} from '#shared/log.ts';
import {present} from '#shared/present.ts';

const root = path.join(import.meta.dirname, '..');

/** The namespace that the functions are installed in. */
export const systemNamespace = 'neo4j-backup';

/** What the embedded node takes for the project's own image. */
export const ownImage = 'neo4j-backup-functions:embedded';

/**
The API server of a runtime, and what others do to it that no client of it could.
*/
export type RuntimeApi = Pick<ApiServer, 'url' | 'kubeconfig' | 'setLogSource' | 'close'> & {
	/** Hears of every version of an object once it is stored; returns what ends that. */
	readonly onChange: (listener: (change: Pick<Change, 'type' | 'object'>) => void) => () => void;
	/** Resolves when its own controllers have done what follows from what was deleted. */
	readonly settled: () => Promise<void>;
};

export type StartApi = (options: Pick<ServerOptions, 'fault' | 'onRequest'> & {readonly now: () => Date; readonly state: string}) => Promise<RuntimeApi>;

export type RuntimeOptions = {
	/** Folder for everything that lies on disk. */
	readonly state: string;
	readonly log: Log;
	/** The functions by the name of their KService. */
	readonly functions: Readonly<Record<string, FunctionFactory>>;
	/** Version of the stand-in for Neo4j in Jobs. */
	readonly neo4jVersion: string;
	/** Addresses of the stand-in's servers. */
	readonly hosts: () => Readonly<Record<string, string>>;
	/** The clock of the API server and of everything that runs on it. */
	readonly now?: () => Date;
	/** The wall clock of the functions, which they only compare with the API server's; the same clock when absent. */
	readonly localNow?: () => Date;
	/** What is installed, CRDs included; `crds` and `knative/base` when absent. */
	readonly installation?: readonly Manifest[];
	/** Heartbeats and pings come from `tick` alone. */
	readonly manual?: boolean;
	readonly chaos?: ChaosRule;
	readonly mode?: 'async' | 'sync';
	/** The wait before a delivery is tried again. */
	readonly delay?: Delay;
	/** What starts the API server; the embedded one when absent. */
	readonly startApi?: StartApi;
	readonly fault?: ServerOptions['fault'];
	readonly onRequest?: ServerOptions['onRequest'];
	/** Multiplies the 10 seconds that a Job waits before it makes another Pod. */
	readonly backoffScale?: number;
	/** False for no node at all: Jobs stay as they were made, and whoever looks on says what becomes of them. */
	readonly runJobs?: boolean;
	/** What stands in for Neo4j's servers in their Pods; without it StatefulSets have no Pods. */
	readonly servers?: Serve;
	/** The nodes that the embedded one stands for, where it matters which of them has a volume. */
	readonly nodes?: readonly string[];
	/** Further environment of containers of the project's own image. */
	readonly ownEnvironment?: () => Readonly<Record<string, string>>;
	/** How Pods come to be somebody in a cloud. */
	readonly identity?: PodIdentity;
	/** Further environment of Neo4j's containers: faults and the clock of the stand-in. */
	readonly neo4jEnvironment?: () => Readonly<Record<string, string>>;
};

export type Runtime = {
	readonly kube: KubeClient;
	readonly kubeconfig: string;
	readonly api: RuntimeApi;
	readonly eventing: Eventing;
	readonly node: Node;
	/** The functions, which can be stopped and started; what is sent to them meanwhile is missed. */
	readonly functions: Pick<FunctionHosts, 'start' | 'stop'>;
	/** The address of a function, as the Broker calls it. */
	readonly functionUrl: (name: string) => string;
	/** Where events are posted by hand. */
	readonly brokerUrl: string;
	/** Resolves when no event is under way and no Job is moving. */
	readonly settled: () => Promise<void>;
	readonly close: () => Promise<void>;
};

/**
Starts the whole system on this machine: an API server, eventing and a node that are stand-ins, with the real manifests of `knative/base` and the real functions.
*/
export const startRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
	const {now = () => new Date(), state} = options;
	const api = await (options.startApi ?? embeddedApi)({
		now, state: path.join(state, 'objects'), ...(options.fault && {fault: options.fault}), ...(options.onRequest && {onRequest: options.onRequest}),
	});
	try {
		return await startOn(api, options, now);
	} catch (error) {
		await api.close();
		throw error;
	}
};

const startOn = async (api: RuntimeApi, options: RuntimeOptions, now: () => Date): Promise<Runtime> => {
	const {log, state} = options;
	const kubeconfig = api.kubeconfig();
	const kube = clientOf(kubeconfig);
	await install(kube, options.installation ?? [...await ownManifests('crds'), ...await ownManifests('knative/base')]);

	const functions = createFunctionHosts(options.functions, () => ({
		kubeconfig, sink: brokerUrl, log, localNow: options.localNow ?? now,
	}));
	const eventing = await startEventing({
		kubeconfig,
		now,
		log: log.child({part: 'eventing'}),
		resolve: async target => 'name' in target ? functions.url(target.name) : undefined,
		manual: options.manual ?? false,
		...(options.chaos && {chaos: options.chaos}),
		...(options.mode && {mode: options.mode}),
		...(options.delay && {delay: options.delay}),
	});
	const brokerUrl = `${eventing.url}/${systemNamespace}/neo4j-backup`;
	await functions.start();

	const node = options.runJobs === false
		? idleNode
		: await startNode({
			kubeconfig,
			now,
			state: path.join(state, 'node'),
			log: log.child({part: 'node'}),
			images: imagesOf(options),
			hosts: options.hosts,
			backoffScale: options.backoffScale ?? 1,
			statefulSets: options.servers !== undefined,
			...present({identity: options.identity, nodes: options.nodes}),
		});
	api.setLogSource(node.logs);

	return {
		kube,
		kubeconfig,
		api,
		eventing,
		node,
		brokerUrl,
		functions,
		functionUrl: name => functions.url(name)!,
		settled: async () => settled(eventing, node, api),
		async close() {
			await eventing.close();
			await functions.stop();
			await node.close();
			await api.close();
		},
	};
};

/**
The embedded API server, whose controllers have done their part before it answers another request.
*/
export const embeddedApi: StartApi = async options => {
	const {storage, ...api} = await startApiServer(options);
	return {...api, onChange: storage.subscribe, settled: async () => undefined};
};

const clientOf = (kubeconfig: string): KubeClient => {
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	return createKubeClient(config);
};

const install = async (kube: KubeClient, installation: readonly Manifest[]): Promise<void> => {
	const namespace = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: systemNamespace}};
	await applyManifests(kube, [
		...await ownManifests('local/eventing/crds.yaml'),
		...await ownManifests('local/neo4j/crds.yaml'),
		...installation.filter(({kind}) => kind === 'CustomResourceDefinition'),
		namespace,
		...installation.filter(({kind}) => kind !== 'CustomResourceDefinition'),
	], systemNamespace);
};

const read = new Map<string, Promise<readonly Manifest[]>>();

/** Manifests of this checkout: parsed once, however many systems a process starts. */
const ownManifests = async (location: string): Promise<readonly Manifest[]> => {
	const manifests = read.get(location) ?? readManifests(path.join(root, location));
	read.set(location, manifests);
	return manifests;
};

/** A change in one can start something in the other: both are quiet when two looks in a row find nothing. */
const settled = async (eventing: Eventing, node: Node, api: RuntimeApi): Promise<void> => {
	for (let quiet = 0; quiet < 2; quiet++) {
		await api.settled();
		await eventing.settled();
		await node.settled();
	}
};

/** Jobs start many short processes of the same few programs. */
const compileCache = {NODE_COMPILE_CACHE: path.join(root, 'node_modules/.cache/compile')};

const imagesOf = ({neo4jVersion, neo4jEnvironment, ownEnvironment, servers}: RuntimeOptions): Images => {
	const neo4j = neo4jImage(neo4jVersion);
	return {
		[ownImage]: {
			entrypoint: [process.execPath],
			get env() {
				return {...compileCache, ...ownEnvironment?.()};
			},
			resolve: ([node, program = '', ...rest]) => [node!, path.join(root, 'jobs', program.replace(/\.mjs$/v, ''), 'main.ts'), ...rest],
		},
		'neo4j:': {
			entrypoint: [],
			path: neo4j.path,
			builtIn: neo4j.builtIn,
			knowsHosts: true,
			...(servers && {serve: servers}),
			get env() {
				return {...neo4j.env, ...compileCache, ...neo4jEnvironment?.()};
			},
		},
	};
};
