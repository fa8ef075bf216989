import {rm} from 'node:fs/promises';
import {createAttachments} from './attachments.ts';
import {bindClaim} from './claims.ts';
import {protectClaim, releaseClaims} from './claim-protection.ts';
import {foldersIn} from './folders.ts';
import {type Images} from './images.ts';
import {createJobController} from './job-controller.ts';
import {createKubelet} from './kubelet.ts';
import {createLogSource} from './log-source.ts';
import {type NodeContext} from './node-context.ts';
import {type PodIdentity} from './pod-identity.ts';
import {createStatefulSetController} from './stateful-set-controller.ts';
import {createTurns} from './turns.ts';
import {type Pod} from './workloads.ts';
import {toError} from '#shared/errors.ts';
import {resourcePath} from '#shared/kube/resource-path.ts';
import {type Log} from '#shared/log.ts';
import {type LogSource} from '#local/apiserver/logs.ts';
import {catchUpAfterChanges} from '#local/kube/catch-up.ts';
import {connect} from '#local/kube/connect.ts';
import {wallDelay} from '#local/kube/delay.ts';
import {follow, type Change} from '#local/kube/follow.ts';
import {createInFlight, settle} from '#local/kube/in-flight.ts';

export type NodeOptions = {
	readonly kubeconfig: string;
	readonly images: Images;
	/** The table of server names that `LOCAL_HOSTS` carries into containers of images with `knowsHosts`. */
	readonly hosts?: () => Readonly<Record<string, string>>;
	/** The folder for volumes, claims and logs. */
	readonly state: string;
	readonly now?: () => Date;
	readonly log: Log;
	/** Multiplies the Job controller's back-off of 10 s, 20 s, 40 s …; 1 when absent. */
	readonly backoffScale?: number;
	/** How often to look for a missing Secret, ConfigMap or claim; 200 ms when absent. */
	readonly retryMs?: number;
	/** The nodes that this one stands for, which differ in the volumes that are attached to them alone; one named `embedded` when absent. */
	readonly nodes?: readonly string[];
	/** Whether StatefulSets get pods; without that, they are left to whoever stands in for their controller. */
	readonly statefulSets?: boolean;
	/** Absent: Pods are nobody outside of the cluster. */
	readonly identity?: PodIdentity;
};

export type Node = {
	readonly logs: LogSource;
	/** Resolves when every change in the API server was seen, no Job waits for its back-off, and whatever still runs waits for something that only somebody else can bring. */
	readonly settled: () => Promise<void>;
	/** Where the contents of a claim are. */
	readonly claimFolder: (namespace: string, name: string) => string;
	/** Ends all processes and stops. The API server goes on saying that they run, until a node starts again. */
	readonly close: () => Promise<void>;
};

/**
Starts the embedded node: the controllers of Jobs and, if asked for, StatefulSets, a scheduler and a kubelet in small, which run containers as processes. It is a stand-in for development and tests: no isolation, no limits (so nothing is ever OOMKilled), no restarts, no probes, and mount paths as `mount-paths.ts` says.
*/
export const startNode = async (options: NodeOptions): Promise<Node> => {
	const {log} = options;
	const stopper = new AbortController();
	const {signal} = stopper;
	const connection = connect(options.kubeconfig, signal);
	const inFlight = createInFlight();
	const folders = foldersIn(options.state);
	const context: NodeContext = {
		client: connection.client,
		bind: connection.bind,
		removeNow: connection.removeNow,
		images: options.images,
		hosts: options.hosts ?? (() => ({})),
		folders,
		nodes: options.nodes ?? ['embedded'],
		statefulSets: options.statefulSets ?? false,
		attachments: createAttachments(),
		turns: createTurns(),
		retryMs: options.retryMs ?? 200,
		backoffScale: options.backoffScale ?? 1,
		...(options.identity && {identity: options.identity}),
		inFlight,
		now: options.now ?? (() => new Date()),
		signal,
		log,
	};
	const kubelet = createKubelet(context);
	const controller = createJobController(context, connection);
	const sets = options.statefulSets ? createStatefulSetController(context, connection) : undefined;

	const read = (apiVersion: string, kind: string, onChange: (change: Change) => void) =>
		follow(connection, {
			path: resourcePath({apiVersion, kind}), replay: true, onChange, signal, log,
		});

	const attend = async ({object}: Change, work: () => Promise<void>) => {
		try {
			await work();
		} catch (error) {
			log.debug({object: object.metadata.name, error: toError(error).message}, 'a claim could not be attended to');
		}
	};

	const changeClaim = async ({type, object}: Change): Promise<void> => {
		if (type === 'delete') {
			sets?.claimGone(object);
			await rm(folders.claim(object.metadata.namespace!, object.metadata.name), {recursive: true, force: true});
			return;
		}

		await protectClaim(connection.client, object);
		await bindClaim(connection.client, object);
	};

	const follows = [
		read('v1', 'PersistentVolumeClaim', change => {
			void inFlight.track(attend(change, async () => changeClaim(change)));
		}),
		read('v1', 'Pod', change => {
			const {type, object} = change;
			const pod = object as Pod;
			if (type === 'delete') {
				void inFlight.track(attend(change, async () => releaseClaims(connection.client, pod)));
			}

			(type === 'delete' ? kubelet.removed : kubelet.reconcile)(pod);
			controller.podChanged(pod);
			sets?.podChanged(type, pod);
		}),
		read('batch/v1', 'Job', ({object}) => {
			controller.jobChanged(object);
		}),
		...(sets
			? [read('apps/v1', 'StatefulSet', ({object}) => {
				sets.setChanged(object);
			})]
			: []),
	];
	await Promise.all(follows.map(async ({started}) => started));

	const catchUp = catchUpAfterChanges(connection, async () => {
		await Promise.all(follows.map(async ({caughtUp}) => caughtUp()));
	});
	const isQuiet = () => kubelet.isQuiet() && !controller.isBackingOff();
	return {
		logs: createLogSource(connection.client, folders),
		claimFolder: folders.claim,
		async settled() {
			do {
				while (!isQuiet()) {
					await wallDelay(10);
				}

				await settle(inFlight, catchUp);
			} while (!isQuiet());
		},
		async close() {
			stopper.abort();
			controller.close();
			sets?.close();
			await kubelet.close();
			await inFlight.idle();
		},
	};
};
