import {backupJob, type Job} from '../../functions/launch-backup/backup-job.ts';
import {planRun} from '../../functions/launch-backup/plan-run.ts';
import {intentStatus, startedRun} from '../../functions/launch-backup/status.ts';
import {type WantedRun} from '../../functions/launch-backup/wanted-run.ts';
import {image} from './functions.ts';
import {backupJobName, scheduledRunID} from '#shared/api/names.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {silentLog} from '#shared/log.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
What a run of a Neo4jBackup writes at the least, as `launch-backup` writes it: the status that states the run, and its Job.
*/
export type PlannedRun = {readonly stated: Neo4jBackup; readonly job: Job};

/**
Looks up all that a run of a schedule needs, and writes nothing.
*/
export const planScheduledRun = async (kube: KubeClient, backup: Neo4jBackup, scheduledTime: Date): Promise<PlannedRun> => {
	const run: WantedRun = {
		runID: scheduledRunID(backup.metadata.uid!, scheduledTime),
		jobName: backupJobName(backup.metadata.name, scheduledTime),
		trigger: 'schedule',
		scheduledTime,
		wantedType: 'AUTO',
		remember: {},
	};
	const plan = await planRun({
		kube, config: {image}, log: silentLog(), localNow: () => scheduledTime, emitter: {emit: async () => undefined},
	}, backup, run, scheduledTime);
	const entry = startedRun(backup, run, plan, scheduledTime);
	return {
		stated: {
			...backup, status: intentStatus(backup, {
				run, entry, decision: {run, skipped: []}, now: scheduledTime,
			}),
		},
		job: backupJob(plan.job),
	};
};
