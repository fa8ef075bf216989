import {mountedClaims, type MountingSpec} from './mounted-claims.ts';
import {type JobObject} from './observation.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';

/** A Job, and the claims that its Pods mount. */
export type MountingJob = JobObject & {
	readonly spec?: {readonly template?: {readonly spec?: MountingSpec}};
};

/**
The Job of a run, of whatever CR, behind which a sweep Job has waited in vain: it was at work on the same claim, which mostly only one node can mount, while the sweep came to its deadline. Undefined for a sweep that failed by itself.
*/
export const volumeInUse = (sweep: MountingJob, runs: readonly MountingJob[]): {readonly claim: string; readonly job: string} | undefined => {
	const [claim] = claimsOf(sweep);
	if (claim === undefined || finalCondition(sweep)?.reason !== 'DeadlineExceeded') {
		return undefined;
	}

	const since = Date.parse(sweep.status?.startTime ?? '');
	const run = runs.find(job => claimsOf(job).includes(claim) && !hasEndedBefore(job, since));
	return run && {claim, job: run.metadata.name};
};

const claimsOf = ({spec}: MountingJob): readonly string[] => mountedClaims(spec?.template?.spec);

const hasEndedBefore = (job: JobObject, time: number): boolean => {
	const end = finalCondition(job);
	return end !== undefined && Date.parse(end.lastTransitionTime ?? '') < time;
};
