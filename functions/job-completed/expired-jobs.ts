import {type JobObject} from './observation.ts';
import {labels} from '#shared/api/group.ts';
import {type BackupRun} from '#shared/runs/status.ts';

/**
The backup Jobs of a CR that have to go. Of the finished ones all but the newest and the newest failed one, which `kubectl logs` is used on (decision D32); those whose run is not recorded yet stay. And one that goes on although its run is recorded as over: it was given up.
*/
export const expiredJobs = (jobs: readonly JobObject[], history: readonly BackupRun[]): readonly JobObject[] => {
	const finished = jobs
		.filter(job => has(job, 'Complete') || has(job, 'Failed'))
		.filter(job => !history.some(run => run.status === 'Running' && run.runID === job.metadata.labels?.[labels.run]))
		.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''));
	const kept = new Set([finished[0], finished.find(job => has(job, 'Failed'))]);
	const givenUp = jobs.filter(job => !finished.includes(job) && history.some(run => run.status !== 'Running' && run.jobUID === job.metadata.uid));
	return [...finished.filter(job => !kept.has(job)), ...givenUp];
};

const has = (job: JobObject, type: string): boolean => job.status?.conditions?.some(condition => condition.type === type && condition.status === 'True') ?? false;
