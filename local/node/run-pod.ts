import {rm} from 'node:fs/promises';
import {attachVolumes} from './attach-volumes.ts';
import {ContainerConfigError, createLookups} from './lookups.ts';
import {type NodeContext} from './node-context.ts';
import {podStatus, type Progress} from './pod-status.ts';
import {type RunningProcess} from './process.ts';
import {runContainer} from './run-container.ts';
import {schedulePod, type Placed} from './schedule-pod.ts';
import {prepareVolumes} from './volumes.ts';
import {
	toTimestamp, type Container, type Pod,
} from './workloads.ts';
import {wallDelay} from '#local/kube/delay.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {toError} from '#shared/errors.ts';

export type PodRun = {
	/** Resolves when the pod has ended and its last status is written. */
	readonly ended: Promise<void>;
	/** Ends the pod: SIGTERM, the grace, SIGKILL. */
	readonly kill: (graceMs: number, reason?: {readonly reason: string; readonly message: string}) => void;
	/** Whether it waits for something that only somebody else can bring: an image, a Secret, a claim, the end of what serves. */
	readonly isStuck: () => boolean;
};

/**
Runs a pod once, from placing it to its end: volumes, init containers one after the other, then all containers at once. A failed init container ends the pod. Nothing is ever restarted, whatever `restartPolicy` says.
*/
export const runPod = (context: NodeContext, pod: Pod): PodRun => {
	const progress: Progress = {states: new Map(), unready: new Set()};
	const stopper = new AbortController();
	const processes = new Set<RunningProcess>();
	let killed: {readonly reason?: string; readonly message?: string} | undefined;
	let graceMs = 0;
	let stuck = false;
	let serving = 0;
	let written: Promise<void> = Promise.resolve();

	const publish = async () => {
		written = written.then(async () => writePodStatus(context, pod, progress));
		await written;
	};

	const pause = async () => {
		stuck = true;
		const turn = Promise.withResolvers<void>();
		const goOn = () => {
			stuck = false;
			turn.resolve();
		};

		const forget = context.turns.next(goOn);
		try {
			await Promise.race([turn.promise, wallDelay(context.retryMs, AbortSignal.any([context.signal, stopper.signal]))]);
		} finally {
			forget();
			goOn();
		}
	};

	const run = async (container: Container) => runContainer(context, pod, container, {
		async report(state, isReady = true) {
			progress.states.set(container.name, state);
			progress.unready[isReady ? 'delete' : 'add'](container.name);
			await publish();
		},
		serves() {
			serving++;
		},
		pause,
		started(running) {
			processes.add(running);
			if (killed) {
				running.kill(graceMs);
			}
		},
	});

	const place = async () => {
		let placed = await schedulePod(context, pod);
		while ('problem' in placed) {
			progress.unschedulable = placed.problem;
			await publish();
			await pause();
			placed = await schedulePod(context, pod);
		}

		progress.unschedulable = undefined;
		progress.startTime = toTimestamp(context.now());
		await publish();
		return placed;
	};

	const mount = async (placed: Placed) => {
		await attachVolumes(context, pod, {...placed, pause});
		const lookups = createLookups(context.client, pod.metadata.namespace!, context.identity?.token);
		for (;;) {
			try {
				await prepareVolumes(pod, context.folders, lookups);
				return;
			} catch (error) {
				if (!(error instanceof ContainerConfigError)) {
					throw error;
				}

				progress.states.set(pod.spec.containers[0]!.name, {waiting: {reason: 'ContainerCreating', message: error.message}});
				await publish();
				await pause();
			}
		}
	};

	const runAll = async (): Promise<boolean> => {
		refuseUnknown(pod);
		await mount(await place());
		progress.states.clear();
		for (const container of pod.spec.initContainers ?? []) {
			stopper.signal.throwIfAborted();
			if (await run(container) !== 0) {
				return false;
			}
		}

		stopper.signal.throwIfAborted();
		const codes = await Promise.all(pod.spec.containers.map(async container => run(container)));
		return codes.every(code => code === 0);
	};

	const live = async () => {
		let succeeded = false;
		try {
			succeeded = await runAll();
		} catch (error) {
			if (!killed && !context.signal.aborted) {
				killed = {reason: 'NodeError', message: toError(error).message};
				context.log.error({pod: pod.metadata.name, err: error}, 'a pod could not be run');
			}
		}

		if (!context.signal.aborted) {
			progress.ended = succeeded && !killed?.reason ? {phase: 'Succeeded'} : {phase: 'Failed', ...killed};
			await publish();
		}

		context.attachments.release(pod.metadata.uid!);
		context.turns.podEnded();
	};

	return {
		ended: live(),
		kill(grace, reason) {
			killed ??= reason ?? {};
			graceMs = grace;
			stopper.abort();
			for (const running of processes) {
				running.kill(graceMs);
			}
		},
		isStuck: () => stuck || (serving === pod.spec.containers.length && !killed),
	};
};

/**
Removes what a pod that is gone left on the node: its volumes other than claims. Its logs stay.
*/
export const forgetPod = async ({folders}: NodeContext, uid: string): Promise<void> => rm(folders.pod(uid), {recursive: true, force: true});

const refuseUnknown = ({spec: {initContainers = []}}: Pod): void => {
	const sidecar = initContainers.find(({restartPolicy}) => restartPolicy !== undefined);
	if (sidecar) {
		throw new Error(`The embedded node does not run init containers with a restartPolicy: ${sidecar.name}`);
	}
};

const writePodStatus = async ({client, now, log}: {client: KubeClient; now: () => Date; log: NodeContext['log']}, pod: Pod, progress: Progress): Promise<void> => {
	try {
		const current = await client.get<Pod>(referenceOf(pod));
		if (current?.metadata.uid === pod.metadata.uid) {
			await client.patch(referenceOf(pod), {status: podStatus(current!, progress, now())}, {subresource: 'status'});
		}
	} catch (error) {
		log.warn({pod: pod.metadata.name, error: toError(error).message}, 'the status of a pod was not written');
	}
};
