import {type KubeObject} from '#shared/kube/object.ts';
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
		readonly terminated?: {readonly exitCode: number; readonly reason?: string; readonly message?: string};
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
		| {readonly state: 'active'; readonly startTime?: string; readonly started: boolean; readonly podProblem?: string}
		| {readonly state: 'lost'};

/**
The observation of one run's Job and Pods; `job` is undefined when it is gone or is another one under the same name.
*/
export const observeJob = (job: JobObject | undefined, pods: readonly PodObject[]): JobObservation => {
	if (!job) {
		return {state: 'lost'};
	}

	const startTime = job.status?.startTime;
	const newest = pods.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''));
	const base = startTime ? {startTime} : {};
	const complete = condition(job, 'Complete');
	if (complete) {
		const summary = lastSummary(newest);
		const completionTime = job.status?.completionTime ?? complete.lastTransitionTime;
		return {
			state: 'complete', ...base, ...(completionTime && {completionTime}), ...(summary && {summary}),
		};
	}

	const failure = condition(job, 'Failed');
	const podProblem = firstProblem(newest);
	if (!failure) {
		return {
			state: 'active', ...base, started: newest.some(pod => hasStarted(pod)), ...(podProblem && {podProblem}),
		};
	}

	return {
		state: 'failed', ...base, ...failureOf(failure, lastSummary(newest)), ...(podProblem && {podProblem}),
	};
};

const condition = (job: JobObject, type: string): JobCondition | undefined =>
	job.status?.conditions?.find(entry => entry.type === type && entry.status === 'True');

const failureOf = ({reason = 'Failed', message = '', lastTransitionTime}: JobCondition, summary: RunSummary | undefined) => {
	const exitCode = /failed with exit code (?<code>\d+)/v.exec(message)?.groups?.['code'];
	return {
		reason,
		message,
		...(lastTransitionTime && {completionTime: lastTransitionTime}),
		...(exitCode && {exitCode: Number(exitCode)}),
		...(summary && {summary}),
	};
};

const allStatuses = ({status}: PodObject): readonly ContainerStatus[] => [...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? []];

/** `report` speaks last; where it never came to speak, `prepare` did. */
const lastSummary = (pods: readonly PodObject[]): RunSummary | undefined => pods
	.flatMap(pod => allStatuses(pod).filter(({name}) => name === 'report' || name === 'prepare'))
	.map(({state}) => decodeSummary(state?.terminated?.message))
	.find(Boolean);

const hasStarted = (pod: PodObject): boolean => allStatuses(pod).some(({state}) => state?.running ?? state?.terminated);

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
		return `the Pod was ended: ${pod.status.reason}${pod.status.message ? `: ${pod.status.message}` : ''}`;
	}

	if (waiting) {
		return `container ${waiting.name} cannot start: ${waiting.state!.waiting!.reason}${waiting.state?.waiting?.message ? `: ${waiting.state.waiting.message}` : ''}`;
	}

	return unschedulable && `the Pod cannot be placed on a node: ${unschedulable.message ?? unschedulable.reason ?? 'Unschedulable'}`;
};
