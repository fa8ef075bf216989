import {type JobObject, type PodObject} from '../../../functions/job-completed/observation.ts';
import {encodeSummary, type RunSummary} from '#shared/runs/summary.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';

export const jobUID = 'job-1';
export const runID = '20261120020000-0a1b2c3d';
export const jobName = 'daily-backup-20261120020000';

type JobStatus = NonNullable<JobObject['status']>;
type Condition = NonNullable<JobStatus['conditions']>[number];

/**
A Job of the CR `daily` that was made at two o'clock.
*/
export const job = (conditions: readonly Condition[] = [], status: JobStatus = {}): JobObject => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {
		name: jobName, namespace: 'neo4j', uid: jobUID, creationTimestamp: '2026-11-20T02:00:01Z', labels: {'neo4j.com/backup': 'daily', 'neo4j.com/run': runID},
	},
	status: {startTime: '2026-11-20T02:00:02Z', ...(conditions.length > 0 && {conditions}), ...status},
});

export const completed = (): JobObject => job([
	{type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached'},
	{type: 'Complete', status: 'True', lastTransitionTime: '2026-11-20T02:05:32Z'},
], {completionTime: '2026-11-20T02:05:32Z'});

export const failed = (reason: string, message = ''): JobObject => job([
	{
		type: 'FailureTarget', status: 'True', reason, message,
	},
	{
		type: 'Failed', status: 'True', reason, message, lastTransitionTime: '2026-11-20T02:05:32Z',
	},
]);

export const failedWith = (exitCode: number, pod = 'pod-1', container = 'report'): JobObject =>
	failed('PodFailurePolicy', `Container ${container} for pod neo4j/${pod} failed with exit code ${exitCode} matching FailJob rule at index 1`);

type PodStatus = NonNullable<PodObject['status']>;
type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number];

/**
A Pod of that Job.
*/
export const pod = (status: PodStatus, {name = 'pod-1', created = '2026-11-20T02:00:02Z', owner = jobUID}: {name?: string; created?: string; owner?: string} = {}): PodObject => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: {
		name, namespace: 'neo4j', creationTimestamp: created, ownerReferences: [{
			apiVersion: 'batch/v1', kind: 'Job', name: jobName, uid: owner, controller: true,
		}],
	},
	status,
});

export const running = (name: string): ContainerStatus => ({name, state: {running: {startedAt: '2026-11-20T02:00:04Z'}}});

export const waiting = (name: string, reason: string, message?: string): ContainerStatus => ({name, state: {waiting: {reason, ...(message && {message})}}});

export const ended = (name: string, exitCode = 0, {message, reason = exitCode === 0 ? 'Completed' : 'Error', finishedAt = '2026-11-20T02:05:30Z'}: {message?: string; reason?: string; finishedAt?: string} = {}): ContainerStatus =>
	({
		name, state: {
			terminated: {
				exitCode, reason, finishedAt, ...(message !== undefined && {message}),
			},
		},
	});

/**
The Pod of a finished attempt, whose `report` said this and ended so.
*/
export const reported = (summary: RunSummary, exitCode: number, options?: Parameters<typeof pod>[1]): PodObject => pod({
	phase: exitCode === 0 ? 'Succeeded' : 'Failed',
	initContainerStatuses: ['prepare', 'backup', 'inspect'].map(name => ended(name)),
	containerStatuses: [ended('report', exitCode, {message: encodeSummary(summary)})],
}, options);

/**
The last words of a run that backed up two databases.
*/
export const summary = (changes: Partial<RunSummary> = {}): RunSummary => ({
	runID,
	outcome: 'succeeded',
	message: '2 artifacts proven in the store',
	artifactCount: 2,
	bytes: 2_750_000_000,
	artifacts: [
		{
			name: 'neo4j-2026-11-20T02-00-10.backup', database: 'neo4j', size: 2_700_000_000, full: true,
		},
		{
			name: 'system-2026-11-20T02-00-12.backup', database: 'system', size: 50_000_000, full: true,
		},
	],
	missing: [],
	missingCount: 0,
	fullCount: 2,
	storage: {
		restorePoints: 7, bytes: 9_000_000_000, oldest: '2026-11-14T02:00:10Z', newest: '2026-11-20T02:00:12Z',
	},
	...changes,
});

/**
The entry of that run while it goes on.
*/
export const openRun = (changes: Partial<BackupRun> = {}): BackupRun => ({
	runID, jobName, jobUID, startTime: '2026-11-20T02:00:01Z', status: 'Running', trigger: 'schedule', scheduledTime: '2026-11-20T02:00:00Z', backupType: 'FULL', location: 's3://backups/daily/', ...changes,
});

/**
A nightly CR with that run under way.
*/
export const backup = ({spec, status}: {spec?: Partial<Neo4jBackup['spec']>; status?: Neo4jBackup['status']} = {}): Neo4jBackup => ({
	apiVersion: 'neo4j.neo4j.com/v1alpha1',
	kind: 'Neo4jBackup',
	metadata: {
		name: 'daily', namespace: 'neo4j', uid: 'backup-1', resourceVersion: '7', generation: 3, creationTimestamp: '2026-11-01T00:00:00Z',
	},
	spec: {
		target: {kind: 'Cluster', name: 'c'}, storage: {type: 's3', bucket: 'backups'}, schedule: '0 2 * * *', ...spec,
	},
	status: {
		phase: 'Running', observedGeneration: 3, history: [openRun()], ...status,
	},
});
