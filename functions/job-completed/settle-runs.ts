import {expiredJobs} from './expired-jobs.ts';
import {
	observeJob, type JobObject, type JobObservation, type PodObject,
} from './observation.ts';
import {outcomeEvent} from './outcome-event.ts';
import {runState, type FinalOutcome, type RunState} from './outcome.ts';
import {recordOutcome} from './record-outcome.ts';
import {deleteTemporaryClaims} from './temporary-claims.ts';
import {collect} from '#shared/kube/collect.ts';
import {labels} from '#shared/api/group.ts';
import {type Emitter} from '#shared/events/emit.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {type Reference} from '#shared/kube/object.ts';
import {type Log} from '#shared/log.ts';
import {present} from '#shared/present.ts';
import {findRun, openRuns} from '#shared/runs/history.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';

export type JobDependencies = {
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly log: Log;
};

const reporter = 'job-completed';

/**
Looks at every run of a CR that is not recorded as over, and records those that are: event first, then status, so that a crash in between repeats and never loses (decision D77). What runs staged on goes with their end and, once no run goes on, Jobs that nobody needs, also what an earlier look could not delete.
*/
export const settleRuns = async (dependencies: JobDependencies, reference: Reference, traceparent?: string): Promise<void> => {
	const {kube} = dependencies;
	const first = await kube.get<Neo4jBackup>(reference);
	const open = openRuns(first?.status?.history);
	for (const {runID} of open) {
		const backup = await kube.get<Neo4jBackup>(reference);
		const run = findRun(backup?.status?.history, runID!);
		if (backup && run?.status === 'Running' && run.jobUID) {
			const now = await kube.now();
			await settle(dependencies, backup, {
				run, state: runState(await observe(kube, backup, run), run, now), now, ...present({traceparent}),
			});
		}
	}

	const last = await kube.get<Neo4jBackup>(reference);
	if (last) {
		await tidy(dependencies, last, open.length);
	}
};

const tidy = async (dependencies: JobDependencies, backup: Neo4jBackup, wereOpen: number): Promise<void> => {
	const stillOpen = openRuns(backup.status?.history).length;
	if (stillOpen === 0 || stillOpen < wereOpen) {
		await deleteTemporaryClaims(dependencies.kube, backup);
	}

	if (stillOpen === 0) {
		await deleteExpiredJobs(dependencies, backup);
	}
};

type Settle = {readonly run: BackupRun; readonly state: RunState; readonly now: Date; readonly traceparent?: string};

const observe = async (kube: KubeClient, {metadata: {namespace}}: Neo4jBackup, run: BackupRun): Promise<JobObservation> => {
	const job = await kube.get<JobObject>({
		apiVersion: 'batch/v1', kind: 'Job', namespace: namespace!, name: run.jobName!,
	});
	if (!job || job.metadata.uid !== run.jobUID) {
		return {state: 'lost'};
	}

	return observeJob(job, await collect(kube.list<PodObject>({apiVersion: 'v1', kind: 'Pod', namespace: namespace!}, {labelSelector: `batch.kubernetes.io/job-name=${run.jobName}`})));
};

const settle = async (dependencies: JobDependencies, backup: Neo4jBackup, {run, state, now, traceparent}: Settle): Promise<void> => {
	if (state.state === 'not-started') {
		await notStarted(dependencies, backup, {
			run, state, now, ...present({traceparent}),
		});
	}

	if (state.state === 'final') {
		await finish(dependencies, backup, {
			run, outcome: state.outcome, now, ...present({traceparent}),
		});
	}
};

/** Its Job goes once the status says that the run is over. */
const notStarted = async (dependencies: JobDependencies, backup: Neo4jBackup, {run, state: {giveUp, message}, now, traceparent}: Settle & {state: Extract<RunState, {state: 'not-started'}>}): Promise<void> => {
	await recordEvent(dependencies.kube, backup, {
		type: 'Warning', reason: 'BackupNotStarted', message: `The run ${run.runID} waits: ${message}`, cause: run.runID!, reporter,
	});
	if (giveUp) {
		await finish(dependencies, backup, {
			run, outcome: {
				status: 'Failed', reason: 'NotStarted', message, completionTime: now.toISOString(),
			}, now, ...present({traceparent}),
		});
	}
};

const finish = async (dependencies: JobDependencies, backup: Neo4jBackup, {run, outcome, now, traceparent}: Omit<Settle, 'state'> & {outcome: FinalOutcome}): Promise<void> => {
	const {kube, emitter} = dependencies;
	const status = recordOutcome(backup, run, outcome, now);
	await emitter.emit(outcomeEvent(backup, status.history!.find(({runID}) => runID === run.runID)!, outcome, {now, ...present({traceparent})}));
	await recordEvent(kube, backup, {
		type: outcome.status === 'Succeeded' ? 'Normal' : 'Warning',
		reason: outcome.reason,
		message: status.message!,
		cause: run.runID!,
		reporter,
	});
	await kube.replaceStatus({...backup, status});
};

const deleteExpiredJobs = async ({kube}: JobDependencies, {metadata, status}: Neo4jBackup): Promise<void> => {
	const jobs = await collect(kube.list<JobObject>({apiVersion: 'batch/v1', kind: 'Job', namespace: metadata.namespace!}, {labelSelector: `${labels.backup}=${metadata.name},${labels.component}=backup`}));
	const own = jobs.filter(job => job.metadata.ownerReferences?.some(({uid}) => uid === metadata.uid));
	for (const job of expiredJobs(own, status?.history ?? [])) {
		await kube.delete({
			apiVersion: 'batch/v1', kind: 'Job', namespace: metadata.namespace!, name: job.metadata.name,
		}, {uid: job.metadata.uid!});
	}
};
