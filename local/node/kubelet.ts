import {type NodeContext} from './node-context.ts';
import {forgetPod, runPod, type PodRun} from './run-pod.ts';
import {isFinished, type Pod} from './workloads.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {toError} from '#shared/errors.ts';

const defaultGraceSeconds = 30;

export type Kubelet = {
	/** Brings what runs in line with a pod as the API server shows it. */
	readonly reconcile: (pod: Pod) => void;
	/** The pod is gone from the API server. */
	readonly removed: (pod: Pod) => void;
	/** Whether every pod that still runs waits for something that only somebody else can bring. */
	readonly isQuiet: () => boolean;
	/** Ends every process at once, without a word to the API server. */
	readonly close: () => Promise<void>;
};

/**
Runs pods, but those of built-in controllers that the node does not have: they are left to whoever stands in for those. So is a pod on somebody else's node; one with scheduling gates waits until the last of them is taken away. A pod that was under way when the node started has lost its processes with the previous node and is marked Failed.
*/
export const createKubelet = (context: NodeContext): Kubelet => {
	const runs = new Map<string, PodRun>();
	const known = new Set<string>();

	const start = (pod: Pod) => {
		const run = runPod(context, pod);
		const uid = pod.metadata.uid!;
		runs.set(uid, run);
		const deadline = armDeadline(pod, run);
		void run.ended.finally(() => {
			clearTimeout(deadline);
			runs.delete(uid);
		});
	};

	const reconcile = (pod: Pod) => {
		const {uid = '', deletionTimestamp} = pod.metadata;
		if (!isOurs(context, pod)) {
			return;
		}

		if (deletionTimestamp) {
			finish(pod, runs.get(uid));
		} else if (!known.has(uid) && !isFinished(pod) && !pod.spec.schedulingGates?.length) {
			known.add(uid);
			if (pod.status?.['startTime'] === undefined) {
				start(pod);
			} else {
				void context.inFlight.track(markLost(context, pod));
			}
		}
	};

	const finish = (pod: Pod, run: PodRun | undefined) => {
		const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
		run?.kill(grace * 1000);
		void context.inFlight.track(removeWhenEnded(context, pod, run));
	};

	return {
		reconcile,
		removed(pod) {
			const run = runs.get(pod.metadata.uid!);
			known.delete(pod.metadata.uid!);
			run?.kill(0);
			void context.inFlight.track(Promise.resolve(run?.ended).then(async () => forgetPod(context, pod.metadata.uid!)));
		},
		isQuiet: () => [...runs.values()].every(run => run.isStuck()),
		async close() {
			const ends = [...runs.values()].map(async run => {
				run.kill(0);
				await run.ended;
			});
			await Promise.all(ends);
		},
	};
};

const elsewhere = new Set(['ReplicaSet', 'ReplicationController', 'DaemonSet']);

const isOurs = ({nodes, statefulSets}: NodeContext, {metadata, spec: {nodeName}}: Pod): boolean => {
	const {kind = ''} = metadata.ownerReferences?.find(reference => reference.controller === true) ?? {};
	return !elsewhere.has(kind) && (statefulSets || kind !== 'StatefulSet') && (!nodeName || nodes.includes(nodeName));
};

const markLost = async ({client, log}: NodeContext, pod: Pod): Promise<void> => {
	try {
		await client.patch(referenceOf(pod), {
			status: {phase: 'Failed', reason: 'NodeLost', message: 'The node was started again and the processes of this pod are gone'},
		}, {subresource: 'status'});
	} catch (error) {
		log.warn({pod: pod.metadata.name, error: toError(error).message}, 'a lost pod was not marked');
	}
};

const removeWhenEnded = async ({removeNow, log}: NodeContext, pod: Pod, run: PodRun | undefined): Promise<void> => {
	await run?.ended;
	try {
		await removeNow(referenceOf(pod));
	} catch (error) {
		log.debug({pod: pod.metadata.name, error: toError(error).message}, 'a pod was not removed');
	}
};

const armDeadline = ({spec: {activeDeadlineSeconds, terminationGracePeriodSeconds = defaultGraceSeconds}}: Pod, run: PodRun): NodeJS.Timeout | undefined => activeDeadlineSeconds === undefined
	? undefined
	: setTimeout(() => {
		run.kill(terminationGracePeriodSeconds * 1000, {reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline'});
	}, activeDeadlineSeconds * 1000).unref();
