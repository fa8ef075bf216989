import {isControlledBy, type KubeObject} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {decodeSummary, type RunSummary} from '#shared/runs/summary.ts';

type JobCondition = {readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string; readonly lastTransitionTime?: string};

export type JobObject = KubeObject & {
	readonly status?: {
		readonly conditions?: readonly JobCondition[];
		readonly startTime?: string;
		readonly completionTime?: string;
		readonly active?: number;
	};
};

type ContainerStatus = {
	readonly name: string;
	readonly state?: {
		readonly waiting?: {readonly reason?: string; readonly message?: string};
		readonly running?: Record<string, unknown>;
		readonly terminated?: {readonly exitCode: number; readonly reason?: string; readonly message?: string; readonly finishedAt?: string};
	};
};

export type PodObject = KubeObject & {
	readonly status?: {
		readonly phase?: string;
		readonly reason?: string;
		readonly message?: string;
		readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string}>;
		readonly initContainerStatuses?: readonly ContainerStatus[];
		readonly containerStatuses?: readonly ContainerStatus[];
	};
};

/**
What became of a Job, read from its conditions and never from its pod counters: a failed Pod is not a failed Job.
*/
export type JobObservation
	= | {readonly state: 'complete'; readonly startTime?: string; readonly completionTime?: string; readonly summary?: RunSummary}
		| {readonly state: 'failed'; readonly startTime?: string; readonly completionTime?: string; readonly reason: string; readonly message: string; readonly exitCode?: number; readonly summary?: RunSummary; readonly podProblem?: string}
		| {
			readonly state: 'active';
			readonly startTime?: string;
			/** Since when no container of the Job has run; absent while one runs. */
			readonly idleSince?: string;
			readonly podProblem?: string;
		}
		| {readonly state: 'lost'};

/**
The observation of one run's Job and Pods; `job` is undefined when it is gone or is another one under the same name.
*/
export const observeJob = (job: JobObject | undefined, pods: readonly PodObject[]): JobObservation => {
	if (!job) {
		return {state: 'lost'};
	}

	const own = pods.filter(pod => isControlledBy(pod, job)).toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''));
	const base = present({startTime: job.status?.startTime});
	const complete = condition(job, 'Complete');
	if (complete) {
		return {
			state: 'complete', ...base, ...present({completionTime: job.status?.completionTime ?? complete.lastTransitionTime, summary: lastSummary(own, pod => pod.status?.phase === 'Succeeded')}),
		};
	}

	const failure = condition(job, 'Failed');
	const podProblem = firstProblem(own);
	return failure
		? {
			state: 'failed', ...base, ...failureOf(failure, own), ...present({podProblem}),
		}
		: {state: 'active', ...base, ...present({idleSince: idleSince(job, own), podProblem})};
};

const condition = (job: JobObject, type: string): JobCondition | undefined =>
	job.status?.conditions?.find(entry => entry.type === type && entry.status === 'True');

const failureOf = ({reason = 'Failed', message = '', lastTransitionTime}: JobCondition, pods: readonly PodObject[]) => {
	const {pod, exitCode} = /for pod [^\s\/]+\/(?<pod>\S+) failed with exit code (?<exitCode>\d+)/v.exec(message)?.groups ?? {};
	return {
		reason,
		message,
		...present({
			completionTime: lastTransitionTime,
			exitCode: exitCode === undefined ? undefined : Number(exitCode),
			summary: lastSummary(pods, ({metadata}) => metadata.name === pod),
		}),
	};
};

const allStatuses = ({status}: PodObject): readonly ContainerStatus[] => [...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? []];

const ownContainers: ReadonlySet<string> = new Set(['report', 'encrypt', 'gather', 'prepare']);

/** `report` speaks last; where it never came to speak, an earlier container of ours did. Pods can be made in the same second, so the one that decided goes before the newest. */
const lastSummary = (pods: readonly PodObject[], isDecisive: (pod: PodObject) => boolean): RunSummary | undefined => [...pods.filter(pod => isDecisive(pod)), ...pods]
	.flatMap(pod => allStatuses(pod).filter(({name}) => ownContainers.has(name)))
	.map(({state}) => decodeSummary(state?.terminated?.message))
	.find(Boolean);

/**
A Pod can stand still at its start, and between two containers too: when the second one's image cannot be pulled.
*/
const idleSince = (job: JobObject, pods: readonly PodObject[]): string | undefined => {
	const statuses = pods.flatMap(pod => allStatuses(pod));
	if (statuses.some(({state}) => state?.running) || pods.some(pod => pod.status?.phase === 'Succeeded')) {
		return undefined;
	}

	const signs = [job.status?.startTime ?? job.metadata.creationTimestamp, ...pods.map(({metadata}) => metadata.creationTimestamp), ...statuses.map(({state}) => state?.terminated?.finishedAt)];
	return signs.filter(time => time !== undefined).toSorted((a, b) => a.localeCompare(b)).at(-1);
};

const harmless = new Set(['ContainerCreating', 'PodInitializing', 'Completed']);

/**
Why a Pod does not run, or how it died, in words: its image cannot be pulled, it does not fit on a node, it was evicted or ran out of memory.
*/
const firstProblem = (pods: readonly PodObject[]): string | undefined => pods.map(pod => podProblem(pod)).find(Boolean);

const podProblem = (pod: PodObject): string | undefined => {
	const unschedulable = pod.status?.conditions?.find(({type, status}) => type === 'PodScheduled' && status === 'False');
	const waiting = allStatuses(pod).find(({state}) => state?.waiting?.reason && !harmless.has(state.waiting.reason));
	const killed = allStatuses(pod).find(({state}) => state?.terminated?.reason === 'OOMKilled');
	if (killed) {
		return `container ${killed.name} ran out of memory (OOMKilled): raise options.resources.limits.memory`;
	}

	if (pod.status?.reason) {
		return endedBecause(pod.status.reason, pod.status.message);
	}

	if (waiting) {
		return cannotStart(waiting.name, waiting.state!.waiting!);
	}

	return unschedulable && `the Pod cannot be placed on a node: ${unschedulable.message ?? unschedulable.reason ?? 'Unschedulable'}`;
};

const pullFailures = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']);

const cannotStart = (name: string, {reason = '', message = ''}: {readonly reason?: string; readonly message?: string}): string => [
	`container ${name} cannot start: ${reason}${message && `: ${message.replace(/\.$/v, '')}`}`,
	...pullFailures.has(reason) ? [`check the image of ${ownContainers.has(name) ? 'the functions' : 'the target'}, and that the node or the target's pull secrets have access to its registry`] : [],
].join('; ');

const endedBecause = (reason: string, message = ''): string => [
	`the Pod was ended: ${reason}${message && `: ${message.replace(/\.$/v, '')}`}`,
	...reason === 'Evicted' && /storage|disk/iv.test(message) ? ['give it room of its own with options.tempStorage'] : [],
	...reason === 'Evicted' && /memory/iv.test(message) ? ['ask for what it needs with options.resources.requests.memory'] : [],
].join('; ');
