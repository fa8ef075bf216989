import {
	endOf, pendingEnd, preliminary, wasSuspended, withCondition, type Ending,
} from './job-conditions.ts';
import {
	countPods, endingOf, uncounted, type Count,
} from './job-count.ts';
import {
	isFinished, isReady, toTimestamp, type Condition, type Job, type JobStatus, type Pod,
} from './workloads.ts';

const firstBackoffMs = 10_000;
const longestBackoffMs = 600_000;

export type JobEvent = {readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string};

/**
What the controller is to do for a Job now.
*/
export type JobPlan = {
	readonly status: JobStatus;
	/** How many pods to start now. */
	readonly create: number;
	/** Pods to delete because the Job is suspended or over. */
	readonly remove: readonly Pod[];
	/** Finished pods that the status has counted: their finalizer can go. */
	readonly release: readonly Pod[];
	readonly events: readonly JobEvent[];
	/** In how many milliseconds to look again without any change, because of a back-off, a deadline or a time to live. */
	readonly wakeMs?: number;
	/** A replacement is due but has to wait. */
	readonly backsOff: boolean;
	/** The Job has outlived its time to live. */
	readonly expired: boolean;
};

export type JobSituation = {
	readonly job: Job;
	/** All pods that the Job controls. */
	readonly pods: readonly Pod[];
	/** How long ago, by the machine's clock, the last pod was seen to have failed: a back-off goes on when somebody holds `now`. */
	readonly sinceFailureMs?: number;
	readonly now: Date;
	/** Multiplies the back-off of 10 s, 20 s, 40 s …. */
	readonly backoffScale: number;
};

/**
The Job controller's decision, from what the API server shows. A finished pod is counted while it carries the tracking finalizer, and then released, so that it is counted once. A replacement waits until its predecessor has ended. Only the NonIndexed mode is known.
*/
export const planJob = (situation: JobSituation): JobPlan => {
	const {job, pods, now} = situation;
	const before = job.status ?? {};
	if (endOf(before)) {
		return afterTheEnd(situation);
	}

	const count = countPods(job, pods);
	const running = pods.filter(pod => !isFinished(pod));
	const isSuspended = job.spec.suspend === true;
	const startTime = isSuspended ? undefined : before.startTime ?? toTimestamp(now);
	const deadline = deadlineOf(job, startTime);
	const ending = pendingEnd(before) ?? endingOf(job, count, deadline !== undefined && deadline <= now);
	const stage = {
		...situation, count, running, ...(deadline && {deadline}),
	};
	const part = ending ? end(stage, ending) : (isSuspended ? suspend(stage) : carryOn(stage));
	return {
		create: 0,
		remove: [],
		release: count.counted,
		backsOff: false,
		expired: false,
		...part,
		status: {...(startTime && {startTime}), ...numbers(stage, part), ...part.status},
	};
};

type Stage = JobSituation & {readonly count: Count; readonly running: readonly Pod[]; readonly deadline?: Date};

/** `remove` is there, even if empty, when no pod is to stay. */
type Part = Partial<Omit<JobPlan, 'status'>> & {readonly status: JobStatus; readonly events: readonly JobEvent[]};

const numbers = ({running, count: {succeeded, failed}}: Stage, {create = 0, remove}: Part): JobStatus => {
	const active = remove ? 0 : removable(running).length;
	return {
		active: active + create,
		terminating: running.length - active,
		ready: removable(running).filter(pod => isReady(pod)).length,
		...(succeeded > 0 && {succeeded}),
		...(failed > 0 && {failed}),
		uncountedTerminatedPods: {},
	};
};

const deadlineOf = ({spec: {activeDeadlineSeconds}}: Job, startTime: string | undefined): Date | undefined =>
	startTime === undefined || activeDeadlineSeconds === undefined ? undefined : new Date(Date.parse(startTime) + (activeDeadlineSeconds * 1000));

const removable = (running: readonly Pod[]): readonly Pod[] => running.filter(pod => !pod.metadata.deletionTimestamp);

const conditionsOf = ({status}: Job): readonly Condition[] => status?.conditions ?? [];

const end = ({job, now, running}: Stage, {type, reason, message}: Ending): Part => {
	const conditions = withCondition(conditionsOf(job), {
		type: preliminary[type], status: 'True', reason, message,
	}, now);
	if (running.length > 0) {
		return {status: {conditions}, remove: removable(running), events: []};
	}

	return {
		status: {
			...(type === 'Complete' && {completionTime: toTimestamp(now)}),
			conditions: withCondition(conditions, {
				type, status: 'True', reason, message,
			}, now),
		},
		remove: [],
		events: [type === 'Complete' ? {type: 'Normal', reason: 'Completed', message: 'Job completed'} : {type: 'Warning', reason, message}],
	};
};

const suspend = ({job, now, running}: Stage): Part => ({
	status: {
		conditions: withCondition(conditionsOf(job), {
			type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended',
		}, now),
	},
	remove: removable(running),
	events: wasSuspended(job.status ?? {}) ? [] : [{type: 'Normal', reason: 'Suspended', message: 'Job suspended'}],
});

const carryOn = (stage: Stage): Part => {
	const {job, now, running, count, deadline} = stage;
	const isResumed = wasSuspended(job.status ?? {});
	const missing = Math.max(0, Math.min(job.spec.parallelism ?? 1, (job.spec.completions ?? 1) - count.succeeded) - running.length);
	const waitMs = missing > 0 ? backoffMs(stage) : 0;
	const wakeMs = Math.min(waitMs > 0 ? waitMs : Infinity, deadline ? deadline.getTime() - now.getTime() : Infinity);
	return {
		status: isResumed
			? {
				conditions: withCondition(conditionsOf(job), {
					type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed',
				}, now),
			}
			: (job.status?.conditions ? {conditions: job.status.conditions} : {}),
		create: waitMs > 0 ? 0 : missing,
		backsOff: waitMs > 0,
		events: isResumed ? [{type: 'Normal', reason: 'Resumed', message: 'Job resumed'}] : [],
		...(Number.isFinite(wakeMs) && {wakeMs}),
	};
};

/** What is left of the back-off: 0 or less when there is none. */
const backoffMs = ({sinceFailureMs = Infinity, backoffScale, count: {failed, counted}}: Stage): number => {
	const elapsed = counted.some(pod => pod.status!.phase === 'Failed') ? 0 : sinceFailureMs;
	return failed === 0 ? 0 : (Math.min(firstBackoffMs * (2 ** (failed - 1)), longestBackoffMs) * backoffScale) - elapsed;
};

const afterTheEnd = ({job, pods, now}: JobSituation): JobPlan => {
	const {ttlSecondsAfterFinished} = job.spec;
	const ended = Date.parse(endOf(job.status!)!.lastTransitionTime ?? toTimestamp(now));
	const expiry = ttlSecondsAfterFinished === undefined ? undefined : new Date(ended + (ttlSecondsAfterFinished * 1000));
	return {
		status: job.status!,
		create: 0,
		remove: [],
		release: uncounted(pods),
		events: [],
		backsOff: false,
		expired: expiry !== undefined && expiry <= now,
		...(expiry && {wakeMs: expiry.getTime() - now.getTime()}),
	};
};
