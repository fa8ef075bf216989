import {type BackupRunEntry, type Work} from './work.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {type KubeObject} from '#shared/kube/object.ts';

export type JobObject = KubeObject & {
	readonly status?: {
		readonly startTime?: string;
		readonly completionTime?: string;
		readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string; readonly lastTransitionTime?: string}>;
	};
};

/** A Pod that has not started by then is worth a look at each scan: it may never. */
const startedWithin = 15 * 60_000;

/**
Why job-completed has to look at an open run, if it has to: its Job has ended, is gone or has been replaced, or is so old that its Pod should have started.
*/
export const openRunWork = (run: BackupRunEntry, job: JobObject | undefined, now: Date): Work | undefined => {
	const look = (reason: string, since: string): Work => ({
		what: 'reconcile', handler: 'job-completed', reason, waitingSince: new Date(since),
	});
	if (!job || job.metadata.uid !== run.jobUID) {
		return look(`the Job of run ${run.runID} is gone`, run.startTime);
	}

	const end = finalCondition(job);
	if (end) {
		return look(`the Job of run ${run.runID} has ended`, job.status?.completionTime ?? end.lastTransitionTime ?? run.startTime);
	}

	const age = now.getTime() - Date.parse(job.status?.startTime ?? run.startTime);
	return age >= startedWithin ? {...look(`the Job of run ${run.runID} is under way`, run.startTime), waitingSince: now} : undefined;
};
