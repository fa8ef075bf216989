import {type JobObject, type PodObject} from './observation.ts';
import {type JobDependencies} from './settle-runs.ts';
import {volumeInUse, type MountingJob} from './volume-in-use.ts';
import {collect} from '#shared/kube/collect.ts';
import {labels} from '#shared/api/group.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {isControlledBy, referenceOf, type Reference} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {askForRelease} from '#shared/retention/ask-for-release.ts';
import {decodeOutcome, failedJobOutcome, waitingOutcome} from '#shared/retention/outcome.ts';
import {recordSweep} from '#shared/retention/record-sweep.ts';
import {type SweepOutcome} from '#shared/retention/sweep-outcome.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
Records what finished sweep Jobs of a CR did: event first, then status, then the Job is deleted, so that what is there still has to be recorded. A Pod's last words hold at most 20 names; the full list lies in the directory.
*/
export const settleSweeps = async (dependencies: JobDependencies, reference: Reference, traceparent?: string): Promise<void> => {
	const {kube} = dependencies;
	const backup = await kube.get<Neo4jBackup>(reference);
	const jobs = backup ? await finishedSweeps(kube, backup) : [];
	if (!backup) {
		return;
	}

	if (backup.metadata.deletionTimestamp) {
		const [job] = jobs;
		// What came of the Job that deletes its backups, retention-sweep sees.
		await (job && askForRelease(dependencies, backup, `the Job ${job.metadata.name} has ended`));
		return;
	}

	for (const job of jobs) {
		const outcome = await outcomeOf(kube, backup, job);
		await announce(dependencies, backup, {outcome, ...present({traceparent})});
		await recordSweep(kube, backup, {outcome, reporter: 'job-completed'});
		await kube.delete(referenceOf(job), {uid: job.metadata.uid!});
	}
};

const finishedSweeps = async (kube: KubeClient, backup: Neo4jBackup): Promise<readonly JobObject[]> => {
	const {namespace, name} = backup.metadata;
	const jobs = await collect(kube.list<JobObject>({apiVersion: 'batch/v1', kind: 'Job', namespace: namespace!}, {labelSelector: `${labels.backup}=${name},${labels.component}=sweep`}));
	return jobs.filter(job => isControlledBy(job, backup) && finalCondition(job));
};

const outcomeOf = async (kube: KubeClient, backup: Neo4jBackup, job: JobObject): Promise<SweepOutcome> => {
	const pods = await collect(kube.list<PodObject>({apiVersion: 'v1', kind: 'Pod', namespace: backup.metadata.namespace!}, {labelSelector: `batch.kubernetes.io/job-name=${job.metadata.name}`}));
	const messages = pods.flatMap(pod => pod.status?.containerStatuses ?? []).map(({state}) => state?.terminated?.message);
	const said = messages.map(message => decodeOutcome(message)).find(outcome => outcome !== undefined);
	const why = messages.find(Boolean) ?? finalCondition(job)?.message ?? 'its Pod left no word';
	if (said) {
		return said;
	}

	const inUse = volumeInUse(job, await runJobs(kube, backup));
	return inUse ? waitingOutcome(backup, {...inUse, sweepID: job.metadata.name}, await kube.now()) : failedJobOutcome(backup, {jobName: job.metadata.name, message: why}, await kube.now());
};

const runJobs = async (kube: KubeClient, {metadata: {namespace}}: Neo4jBackup): Promise<readonly MountingJob[]> =>
	collect(kube.list<MountingJob>({apiVersion: 'batch/v1', kind: 'Job', namespace: namespace!}, {labelSelector: `${labels.backup},${labels.component}=backup`}));

const announce = async ({emitter, kube}: JobDependencies, backup: Neo4jBackup, {outcome, traceparent}: {outcome: SweepOutcome; traceparent?: string}): Promise<void> => {
	if (outcome.deletedCount + outcome.failureCount === 0) {
		return;
	}

	const {sweepID, mode, deleted, kept, expiring, failures} = outcome;
	await emitter.emit(buildEvent(eventTypes.retentionSwept, {
		object: backup,
		subject: sweepID,
		time: await kube.now(),
		data: {
			sweepID, part: 1, parts: 1, mode, deleted: [...deleted], kept, expired: expiring, failures: [...failures],
		},
		occurrence: '1',
		...present({traceparent}),
	}));
};
