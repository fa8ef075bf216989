import {type JobObject} from './observation.ts';
import {type KubeObject} from '#shared/kube/object.ts';

/**
The finished backup Jobs of a CR that nobody needs any more: all but the newest finished one and the newest failed one, which `kubectl logs` is used on (decision D32). Jobs that run, and those whose run is not recorded yet, stay.
*/
export const expiredJobs = (jobs: readonly JobObject[], openRunIDs: ReadonlySet<string>, runLabel: string): readonly KubeObject[] => {
	const finished = jobs
		.filter(job => has(job, 'Complete') || has(job, 'Failed'))
		.filter(job => !openRunIDs.has(job.metadata.labels?.[runLabel] ?? ''))
		.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''));
	const kept = new Set([finished[0], finished.find(job => has(job, 'Failed'))]);
	return finished.filter(job => !kept.has(job));
};

const has = (job: JobObject, type: string): boolean => job.status?.conditions?.some(condition => condition.type === type && condition.status === 'True') ?? false;
