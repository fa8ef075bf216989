import {backupJob, type JobInput} from './backup-job.ts';
import {createForRun, isOfEarlier, type Refusal} from './create-for-run.ts';
import {type LaunchDependencies} from './deps.ts';
import {giveUp} from './give-up.ts';
import {askForEnd} from './late-record.ts';
import {ensureTemporaryClaim} from './temporary-claim.ts';
import {toTime} from '#shared/api/conditions.ts';
import {labels} from '#shared/api/group.ts';
import {ConflictError} from '#shared/errors.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {isControlledBy, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {findRun, withRun} from '#shared/runs/history.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';

const reporter = 'launch-backup';

type Start = {readonly entry: BackupRun; readonly traceparent?: string};

/**
Creates what a run needs whose intent is stated, its Job last, or adopts what is there already, says `started`, and records the Job's uid: from then on a Job that is gone is a lost one (decision D77). Answers the CR as it is then.
*/
export const startJob = async (dependencies: LaunchDependencies, backup: Neo4jBackup, {entry, job, ...context}: Start & {readonly job: JobInput}): Promise<Neo4jBackup> => {
	const found = await createOrAdopt(dependencies, backup, entry, job);
	return 'refusal' in found
		? giveUp(dependencies, backup, entry, found.refusal)
		: recordStarted(dependencies, backup, {...context, entry, job: found});
};

/**
The Job of a run if somebody has created it already, whatever has become of its CR since.
*/
export const findOwnJob = async ({kube}: Pick<LaunchDependencies, 'kube'>, backup: Neo4jBackup, entry: BackupRun): Promise<KubeObject | undefined> => {
	const found = await findJob({kube}, backup, entry);
	return found && isOfRun(found, backup, entry) ? found : undefined;
};

/**
Says that a run's Job is there: Event, `started`, and last the status that knows its uid. Answers the CR as it is then.
*/
export const recordStarted = async ({kube, emitter}: LaunchDependencies, backup: Neo4jBackup, {entry, job, traceparent}: Start & {readonly job: KubeObject}): Promise<Neo4jBackup> => {
	const {runID, jobName, backupType, trigger, location, scheduledTime} = entry;
	const startTime = toTime(new Date(job.metadata.creationTimestamp ?? entry.startTime));
	await recordEvent(kube, backup, {
		type: 'Normal', reason: 'BackupStarted', message: `${backupType} backup to ${location} started as Job ${jobName}`, cause: runID!, reporter,
	});
	await emitter.emit(buildEvent('com.neo4j.backup.started.v1', {
		object: backup,
		subject: runID!,
		time: await kube.now(),
		data: {
			runID: runID!, jobName: jobName!, backupType: backupType!, trigger: trigger!, location: location!, ...present({scheduledTime}),
		},
		...present({traceparent}),
	}));
	const recorded = await recordJob({kube}, backup, {...entry, startTime, jobUID: job.metadata.uid!});
	await askForEnd({kube, emitter}, recorded, job);
	return recorded;
};

/** How often a write that lost a race is made again at once. */
const attempts = 5;

/**
Records the Job of a run. What somebody else wrote meanwhile stays, and the record is made again upon it: whoever decided anew would see a run that was stated just now, take its starter for still at work, and leave it open until a scan.
*/
const recordJob = async ({kube}: Pick<LaunchDependencies, 'kube'>, backup: Neo4jBackup, started: BackupRun): Promise<Neo4jBackup> => {
	let current = backup;
	for (let attempt = 1; ; attempt++) {
		try {
			return await kube.replaceStatus({...current, status: {...current.status, history: withRun(current.status?.history, started), lastRunTime: started.startTime}});
		} catch (error) {
			const found = error instanceof ConflictError && attempt < attempts ? await kube.get<Neo4jBackup>(referenceOf(backup)) : undefined;
			if (!found || found.metadata.uid !== backup.metadata.uid) {
				throw error;
			}

			if (!isUnrecorded(findRun(found.status?.history, started.runID!))) {
				return found;
			}

			current = found;
		}
	}
};

const isUnrecorded = (run: BackupRun | undefined): boolean => run?.status === 'Running' && run.jobUID === undefined;

const createOrAdopt = async ({kube}: LaunchDependencies, backup: Neo4jBackup, entry: BackupRun, input: JobInput): Promise<KubeObject | Refusal> => {
	const {temporaryClaim: claim} = input;
	const refusal = claim && await ensureTemporaryClaim({kube}, {backup, entry, claim});
	if (refusal) {
		return refusal;
	}

	const made = await createForRun({kube}, {
		backup, entry, object: backupJob(input), refused: 'JobRefused',
	});
	return made ?? adopt({kube}, backup, entry);
};

/**
A Job of that name is there: ours if this CR controls it and it bears this run's id. One of an earlier CR of the same name is on its way out and awaited (decision D32); anyone else's is left alone.
*/
const adopt = async ({kube}: Pick<LaunchDependencies, 'kube'>, backup: Neo4jBackup, entry: BackupRun): Promise<KubeObject | Refusal> => {
	const found = await findJob({kube}, backup, entry);
	if (!found) {
		throw new Error(`Job ${entry.jobName} was there and is gone: it is made when the event comes again`);
	}

	if (isOfRun(found, backup, entry)) {
		return found;
	}

	if (isOfEarlier(found, backup)) {
		throw new Error(`Job ${entry.jobName} belongs to an earlier Neo4jBackup of this name and has not been collected yet`);
	}

	return {refusal: {reason: 'JobNameTaken', message: `a Job ${entry.jobName} that is not of this run is there already and is left alone: delete or rename it, then ask for another run with the annotation neo4j.com/run-now`}};
};

const findJob = async ({kube}: Pick<LaunchDependencies, 'kube'>, {metadata: {namespace}}: Neo4jBackup, {jobName}: BackupRun): Promise<KubeObject | undefined> => kube.get({
	apiVersion: 'batch/v1', kind: 'Job', namespace: namespace!, name: jobName!,
});

const isOfRun = (job: KubeObject, backup: Neo4jBackup, {runID}: BackupRun): boolean => isControlledBy(job, backup) && job.metadata.labels?.[labels.run] === runID;
