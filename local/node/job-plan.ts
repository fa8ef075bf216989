import {judgeFailure} from './pod-failure-policy.ts';
import {
	isFinished, toTimestamp, type Condition, type Job, type JobStatus, type Pod,
} from './workloads.ts';

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

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
	/** When to look again without any change, because of a back-off, a deadline or a time to live. */
	readonly wakeAt?: Date;
	/** A replacement is due but has to wait. */
	readonly backsOff?: boolean;
	/** The Job has outlived its time to live. */
	readonly expired: boolean;
};

export type JobSituation = {
	readonly job: Job;
	/** All pods that the Job controls. */
	readonly pods: readonly Pod[];
	/** When the last pod that counts as failed was seen to have failed. */
	readonly lastFailure?: Date;
	readonly now: Date;
	/** Multiplies the back-off of 10 s, 20 s, 40 s …. */
	readonly backoffScale: number;
};

type Ending = {readonly type: 'Complete' | 'Failed'; readonly reason: string; readonly message: string};

/**
The Job controller's decision, from what the API server shows. A finished pod is counted while it carries the tracking finalizer, and then released, so that it is counted once. A replacement waits until its predecessor has ended. Only the NonIndexed mode is known.
*/
export const planJob = (situation: JobSituation): JobPlan => {
	const {job, pods, now} = situation;
	const before = job.status ?? {};
	if (endOf(before)) {
		return afterTheEnd(situation);
	}

	const counted = count(situation);
	const running = pods.filter(pod => !isFinished(pod));
	const active = running.filter(pod => !pod.metadata.deletionTimestamp);
	const suspended = job.spec.suspend === true;
	const startTime = suspended ? undefined : before.startTime ?? toTimestamp(now);
	const deadline = startTime === undefined || job.spec.activeDeadlineSeconds === undefined ? undefined : new Date(Date.parse(startTime) + (job.spec.activeDeadlineSeconds * 1000));
	const ending = pendingEnd(before) ?? endingOf(situation, {...counted, deadline});
	const numbers = {
		...(startTime && {startTime}),
		active: ending || suspended ? 0 : active.length,
		terminating: running.length - active.length + (ending || suspended ? active.length : 0),
		ready: active.filter(pod => pod.status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True')).length,
		...(counted.succeeded > 0 && {succeeded: counted.succeeded}),
		...(counted.failed > 0 && {failed: counted.failed}),
		uncountedTerminatedPods: {},
	};
	const shared = {release: counted.release, expired: false};
	if (ending) {
		return {...shared, ...end(situation, ending, {running, active, numbers})};
	}

	if (suspended) {
		return {...shared, ...suspend(situation, {active, numbers})};
	}

	return {
		...shared, ...carryOn(situation, {
			running, counted, numbers, deadline,
		}),
	};
};

type Count = {readonly succeeded: number; readonly failed: number; readonly failJob?: string; readonly release: readonly Pod[]};

const count = ({job, pods}: JobSituation): Count => {
	const fresh = pods.filter(pod => isFinished(pod) && pod.metadata.finalizers?.includes(trackingFinalizer));
	const failures = fresh.filter(pod => pod.status!.phase === 'Failed').map(pod => judgeFailure(job, pod));
	const failJob = failures.find(verdict => verdict.action === 'FailJob');
	return {
		succeeded: (job.status?.succeeded ?? 0) + fresh.length - failures.length,
		failed: (job.status?.failed ?? 0) + failures.filter(({action}) => action !== 'Ignore').length,
		...(failJob && {failJob: failJob.message}),
		release: fresh,
	};
};

const endingOf = ({job: {spec}, now}: JobSituation, {failJob, failed, succeeded, deadline}: Count & {deadline: Date | undefined}): Ending | undefined => {
	const unknown = unknownFeature(spec);
	if (unknown !== undefined) {
		return {type: 'Failed', reason: 'NotSupported', message: `The embedded node does not run Jobs with ${unknown}`};
	}

	if (failJob !== undefined) {
		return {type: 'Failed', reason: 'PodFailurePolicy', message: failJob};
	}

	if (failed > (spec.backoffLimit ?? 6)) {
		return {type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit'};
	}

	if (deadline && deadline <= now) {
		return {type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline'};
	}

	return succeeded >= (spec.completions ?? 1) ? {type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods'} : undefined;
};

const unknownFeature = ({completionMode, template}: Job['spec']): string | undefined => {
	if (completionMode === 'Indexed') {
		return 'completionMode Indexed';
	}

	return template.spec?.restartPolicy === 'Never' ? undefined : `restartPolicy ${template.spec?.restartPolicy ?? 'Always'}`;
};

const preliminary = {Complete: 'SuccessCriteriaMet', Failed: 'FailureTarget'} as const;

const endOf = ({conditions = []}: JobStatus): Condition | undefined =>
	conditions.find(({type, status}) => (type === 'Complete' || type === 'Failed') && status === 'True');

/** A Job that is to end keeps its reason while its last pods go. */
const pendingEnd = ({conditions = []}: JobStatus): Ending | undefined => {
	for (const type of ['Complete', 'Failed'] as const) {
		const condition = conditions.find(candidate => candidate.type === preliminary[type]);
		if (condition) {
			return {type, reason: condition.reason ?? '', message: condition.message ?? ''};
		}
	}

	return undefined;
};

type Parts = Omit<JobPlan, 'release' | 'expired'>;

const end = ({job, now}: JobSituation, ending: Ending, {running, active, numbers}: {running: readonly Pod[]; active: readonly Pod[]; numbers: JobStatus}): Parts => {
	const conditions = withCondition(job.status?.conditions, {
		type: preliminary[ending.type], status: 'True', reason: ending.reason, message: ending.message,
	}, now);
	if (running.length > 0) {
		return {
			status: {...numbers, conditions}, create: 0, remove: active, events: [],
		};
	}

	const isSuccess = ending.type === 'Complete';
	return {
		status: {
			...numbers,
			...(isSuccess && {completionTime: toTimestamp(now)}),
			conditions: withCondition(conditions, {
				type: ending.type, status: 'True', reason: ending.reason, message: ending.message,
			}, now),
		},
		create: 0,
		remove: [],
		events: [isSuccess ? {type: 'Normal', reason: 'Completed', message: 'Job completed'} : {type: 'Warning', reason: ending.reason, message: ending.message}],
	};
};

const suspend = ({job, now}: JobSituation, {active, numbers}: {active: readonly Pod[]; numbers: JobStatus}): Parts => {
	const isNew = !job.status?.conditions?.some(({type, status}) => type === 'Suspended' && status === 'True');
	return {
		status: {
			...numbers, conditions: withCondition(job.status?.conditions, {
				type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended',
			}, now),
		},
		create: 0,
		remove: active,
		events: isNew ? [{type: 'Normal', reason: 'Suspended', message: 'Job suspended'}] : [],
	};
};

const carryOn = (situation: JobSituation, {running, counted, numbers, deadline}: {running: readonly Pod[]; counted: Count; numbers: JobStatus; deadline: Date | undefined}): Parts => {
	const {job, now} = situation;
	const wasSuspended = job.status?.conditions?.some(({type, status}) => type === 'Suspended' && status === 'True');
	const conditions = wasSuspended
		? withCondition(job.status?.conditions, {
			type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed',
		}, now)
		: job.status?.conditions;
	const missing = Math.min(job.spec.parallelism ?? 1, (job.spec.completions ?? 1) - counted.succeeded) - running.length;
	const notBefore = backoffEnd(situation, counted);
	const waits = missing > 0 && notBefore > now;
	const wakes = [...(waits ? [notBefore] : []), ...(deadline ? [deadline] : [])].toSorted((a, b) => a.getTime() - b.getTime());
	return {
		status: {...numbers, active: numbers.active! + (waits ? 0 : Math.max(0, missing)), ...(conditions && {conditions})},
		create: waits ? 0 : Math.max(0, missing),
		...(waits && {backsOff: true}),
		remove: [],
		events: wasSuspended ? [{type: 'Normal', reason: 'Resumed', message: 'Job resumed'}] : [],
		...(wakes[0] && {wakeAt: wakes[0]}),
	};
};

const backoffEnd = ({lastFailure, now, backoffScale}: JobSituation, {failed, release}: Count): Date => {
	const fresh = release.some(pod => pod.status!.phase === 'Failed') ? now : undefined;
	const from = fresh ?? lastFailure;
	return from && failed > 0
		? new Date(from.getTime() + (Math.min(firstBackoffMs * (2 ** (failed - 1)), longestBackoffMs) * backoffScale))
		: new Date(0);
};

const afterTheEnd = ({job, pods, now}: JobSituation): JobPlan => {
	const ended = endOf(job.status!)!;
	const ttl = job.spec.ttlSecondsAfterFinished;
	const expiry = ttl === undefined ? undefined : new Date(Date.parse(ended.lastTransitionTime ?? toTimestamp(now)) + (ttl * 1000));
	return {
		status: job.status!,
		create: 0,
		remove: [],
		release: pods.filter(pod => isFinished(pod) && pod.metadata.finalizers?.includes(trackingFinalizer)),
		events: [],
		expired: expiry !== undefined && expiry <= now,
		...(expiry && {wakeAt: expiry}),
	};
};

const withCondition = (conditions: readonly Condition[] = [], condition: Condition, now: Date): readonly Condition[] => {
	const before = conditions.find(({type}) => type === condition.type);
	if (before?.status === condition.status) {
		return conditions;
	}

	const at = toTimestamp(now);
	return [...conditions.filter(({type}) => type !== condition.type), {...condition, lastProbeTime: at, lastTransitionTime: at}];
};
