import {type Ending} from './job-conditions.ts';
import {judgeFailure} from './pod-failure-policy.ts';
import {isFinished, type Job, type Pod} from './workloads.ts';

/**
Marks a pod that its Job has not counted yet.
*/
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

export type Count = {
	readonly succeeded: number;
	readonly failed: number;
	/** Why the podFailurePolicy ends the Job. */
	readonly failJob?: string;
	/** Finished pods that are in the numbers now: their finalizer can go. */
	readonly counted: readonly Pod[];
};

/**
The Job's totals: what its status says, and the finished pods that still carry the tracking finalizer. A failure that the podFailurePolicy ignores is in no number.
*/
export const countPods = (job: Job, pods: readonly Pod[]): Count => {
	const counted = uncounted(pods);
	const verdicts = counted.filter(pod => pod.status!.phase === 'Failed').map(pod => judgeFailure(job, pod));
	const failJob = verdicts.find(verdict => verdict.action === 'FailJob');
	return {
		succeeded: (job.status?.succeeded ?? 0) + counted.length - verdicts.length,
		failed: (job.status?.failed ?? 0) + verdicts.filter(({action}) => action !== 'Ignore').length,
		...(failJob && {failJob: failJob.message}),
		counted,
	};
};

/**
The finished pods that still carry the tracking finalizer.
*/
export const uncounted = (pods: readonly Pod[]): readonly Pod[] =>
	pods.filter(pod => isFinished(pod) && pod.metadata.finalizers?.includes(trackingFinalizer));

/**
Whether a Job with these totals is to end, and how.
*/
export const endingOf = ({spec}: Job, {failJob, failed, succeeded}: Count, isPastDeadline: boolean): Ending | undefined => {
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

	if (isPastDeadline) {
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
