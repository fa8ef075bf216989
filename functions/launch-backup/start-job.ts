import {backupJob} from './backup-job.ts';
import {type LaunchDependencies} from './deps.ts';
import {type RunPlan} from './plan-run.ts';
import {toTime, setCondition} from '#shared/api/conditions.ts';
import {labels} from '#shared/api/group.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {isControlledBy, type KubeObject} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {withRun} from '#shared/runs/history.ts';
import {phaseOf} from '#shared/runs/phase.ts';
import {type BackupRun, type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';

const reporter = 'launch-backup';

type StartJob = {readonly entry: BackupRun; readonly plan: RunPlan; readonly traceparent?: string};

/**
Creates the Job of a run whose intent is stated, or adopts the one that is there already, says `started`, and records the Job's uid: from then on a Job that is gone is a lost one (decision D77).
*/
export const startJob = async (dependencies: LaunchDependencies, backup: Neo4jBackup, {entry, plan, traceparent}: StartJob): Promise<void> => {
	const {kube, emitter} = dependencies;
	const job = await createOrAdopt(dependencies, backup, entry, plan);
	if (!job) {
		return;
	}

	const startTime = toTime(new Date(job.metadata.creationTimestamp ?? entry.startTime));
	const started: BackupRun = {...entry, startTime, jobUID: job.metadata.uid!};
	await recordStart(dependencies, backup, started, plan);
	await emitter.emit(buildEvent('com.neo4j.backup.started.v1', {
		object: backup,
		subject: entry.runID!,
		time: await kube.now(),
		data: {
			runID: entry.runID!, jobName: entry.jobName!, backupType: plan.type.type, trigger: entry.trigger!, location: plan.storage.uri, ...present({scheduledTime: entry.scheduledTime}),
		},
		...(traceparent && {traceparent}),
	}));
	await kube.replaceStatus({...backup, status: {...backup.status, history: withRun(backup.status?.history, started), lastRunTime: startTime}});
};

const createOrAdopt = async ({kube}: LaunchDependencies, backup: Neo4jBackup, entry: BackupRun, plan: RunPlan): Promise<KubeObject | undefined> => {
	const job = backupJob(plan.job);
	try {
		return await kube.create<KubeObject>(job);
	} catch (error) {
		if (error instanceof AlreadyExistsError) {
			return adopt({kube}, backup, entry);
		}

		if (error instanceof KubeError && error.status === 422) {
			await giveUp({kube}, backup, entry, {reason: 'JobRefused', message: `the API server refuses the Job: ${error.message}`});
			return undefined;
		}

		throw error;
	}
};

/**
A Job of that name is there: ours if this CR controls it and it bears this run's id. One of an earlier CR of the same name is on its way out and awaited (decision D32); anyone else's is left alone.
*/
const adopt = async ({kube}: Pick<LaunchDependencies, 'kube'>, backup: Neo4jBackup, entry: BackupRun): Promise<KubeObject | undefined> => {
	const found = await kube.get({
		apiVersion: 'batch/v1', kind: 'Job', namespace: backup.metadata.namespace!, name: entry.jobName!,
	});
	if (!found) {
		throw new Error(`Job ${entry.jobName} was there and is gone: it is made when the event comes again`);
	}

	if (isControlledBy(found, backup) && found.metadata.labels?.[labels.run] === entry.runID) {
		return found;
	}

	const owner = found.metadata.ownerReferences?.find(({controller}) => controller);
	if (owner?.kind === backup.kind && owner.name === backup.metadata.name && owner.uid !== backup.metadata.uid) {
		throw new Error(`Job ${entry.jobName} belongs to an earlier Neo4jBackup of this name and has not been collected yet`);
	}

	await giveUp({kube}, backup, entry, {reason: 'JobNameTaken', message: `a Job ${entry.jobName} that is not of this run is there already and is left alone: delete or rename it, then ask for another run with the annotation neo4j.com/run-now`});
	return undefined;
};

/**
Ends a run that was stated and can get no Job.
*/
export const giveUp = async ({kube}: Pick<LaunchDependencies, 'kube'>, backup: Neo4jBackup, entry: BackupRun, {reason, message}: {reason: string; message: string}): Promise<void> => {
	const now = await kube.now();
	const history = withRun(backup.status?.history, {
		...entry, status: 'Failed', reason, error: message, completionTime: toTime(now),
	});
	const status: BackupStatus = {
		...backup.status, history, message: `The run ${entry.runID} failed: ${message}`, conditions: setCondition(backup.status?.conditions, {
			type: 'Ready', status: 'False', reason, message,
		}, now, backup.metadata.generation),
	};
	await recordEvent(kube, backup, {
		type: 'Warning', reason, message, cause: entry.runID!, reporter,
	});
	await kube.replaceStatus({...backup, status: {...status, phase: phaseOf({spec: backup.spec, status})}});
};

const recordStart = async ({kube}: LaunchDependencies, backup: Neo4jBackup, entry: BackupRun, {type, storage}: RunPlan): Promise<void> => {
	await recordEvent(kube, backup, {
		type: 'Normal', reason: 'BackupStarted', message: `${type.type} backup to ${storage.uri} started as Job ${entry.jobName}`, cause: entry.runID!, reporter,
	});
	if (type.why) {
		await recordEvent(kube, backup, {
			type: 'Normal', reason: 'ChainStarted', message: `The run ${entry.runID} is sent as ${type.type}: ${type.why}`, cause: entry.runID!, reporter,
		});
	}
};
