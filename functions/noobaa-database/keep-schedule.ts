import {reporter, type DatabaseDependencies} from './deps.ts';
import {type Database} from './find-database.ts';
import {
	configurationChange, configurationRemoval, scheduleChange, wantedSchedule,
} from './wanted-schedule.ts';
import {AlreadyExistsError, ConflictError} from '#shared/errors.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {isControlledBy, referenceOf} from '#shared/kube/object.ts';
import {type NooBaa} from '#shared/noobaa/objects.ts';

type DbBackup = NonNullable<NonNullable<NooBaa['spec']['dbSpec']>['dbBackup']>;

type Wanted = {readonly dbBackup: DbBackup; readonly expression: string};

/**
Whether somebody else has a ScheduledBackup by the name that these functions use: then it is left alone, and so are the backups that it makes.
*/
export const isForeign = (nooBaa: NooBaa, {schedule}: Database): boolean => schedule !== undefined && !isControlledBy(schedule, nooBaa);

/**
Sees to the Cluster's snapshot class and to the ScheduledBackup, in this order: CloudNativePG refuses backups of a Cluster without a class. Without the Cluster nothing is done; it starts when the Cluster appears.
*/
export const keepSchedule = async ({kube, log}: DatabaseDependencies, nooBaa: NooBaa, database: Database, {dbBackup, expression}: Wanted): Promise<void> => {
	const {cluster, schedule, apiVersion} = database;
	if (!cluster || cluster.metadata.deletionTimestamp) {
		return;
	}

	const configuration = configurationChange(cluster, dbBackup.volumeSnapshot.volumeSnapshotClass);
	if (configuration) {
		await kube.patch(referenceOf(cluster), {spec: configuration});
	}

	const wanted = wantedSchedule(nooBaa, {apiVersion, expression});
	if (!schedule) {
		try {
			await kube.create(wanted);
			log.info({schedule: wanted.metadata.name, expression}, 'backups are scheduled');
			return;
		} catch (error) {
			throw error instanceof AlreadyExistsError ? new ConflictError(error.message) : error;
		}
	}

	const change = scheduleChange(schedule, wanted);
	if (change) {
		await kube.patch(referenceOf(schedule), {spec: change});
		log.info({schedule: wanted.metadata.name, change}, 'the schedule is as it should be again');
	}
};

/**
Says that the name is taken.
*/
export const tellForeign = async ({kube}: DatabaseDependencies, nooBaa: NooBaa, {schedule}: Database): Promise<void> => recordEvent(kube, nooBaa, {
	type: 'Warning', reason: 'ScheduleNameTaken', message: `No backups are made and none are swept: ScheduledBackup ${schedule!.metadata.name} is there and does not belong to this NooBaa. Delete it, or give it another name`, cause: schedule!.metadata.uid ?? '', reporter,
});

/**
Takes back what `keepSchedule` did, the ScheduledBackup last: as long as it is there it says that there is something to take back. Backups and snapshots stay.
*/
export const endSchedule = async ({kube, log}: DatabaseDependencies, {cluster, schedule}: Database, {keepsConfiguration}: {readonly keepsConfiguration: boolean}): Promise<void> => {
	const removal = cluster && !keepsConfiguration ? configurationRemoval(cluster) : undefined;
	if (removal) {
		await kube.patch(referenceOf(cluster!), {spec: removal});
	}

	await kube.delete(referenceOf(schedule!), {uid: schedule!.metadata.uid!});
	log.info({schedule: schedule!.metadata.name}, 'backups are no longer scheduled here');
};
