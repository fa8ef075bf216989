import {reporter, type DatabaseDependencies} from './deps.ts';
import {findDatabase, type Database} from './find-database.ts';
import {
	endSchedule, isForeign, keepSchedule, tellForeign,
} from './keep-schedule.ts';
import {readTaken, sweepSchedule} from './sweep-schedule.ts';
import {settleRecovery} from './settle-recovery.ts';
import {writeBackupStatus} from './write-status.ts';
import {annotations} from '#shared/api/group.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {type Reference} from '#shared/kube/object.ts';
import {backupStatus} from '#shared/noobaa/backup-status.ts';
import {parseCnpgSchedule, type CnpgSchedule} from '#shared/noobaa/cron.ts';
import {snapshotKind, type NooBaa} from '#shared/noobaa/objects.ts';
import {whoManages} from '#shared/noobaa/who-manages.ts';

/**
Brings the database of one NooBaa to where its `dbBackup` and `dbRecovery` want it. The reference is a hint: what is to be done is worked out from what the API server holds now.
*/
export const settleDatabase = async (dependencies: DatabaseDependencies, reference: Reference, traceparent: string | undefined): Promise<void> => {
	const {kube} = dependencies;
	const nooBaa = await kube.get<NooBaa>(reference);
	if (!nooBaa || nooBaa.metadata.deletionTimestamp) {
		return;
	}

	const {dbBackup, dbRecovery} = nooBaa.spec.dbSpec ?? {};
	const isAsked = dbBackup !== undefined;
	const asksAtAll = isAsked || dbRecovery !== undefined;
	const database = await findDatabase(kube, nooBaa);
	if (!database) {
		await (asksAtAll && warn(dependencies, nooBaa, 'DatabaseNotServed', 'No backups are made and none is recovered: CloudNativePG is not installed in this cluster, under neither of its groups, postgresql.cnpg.noobaa.io and postgresql.cnpg.io'));
		return;
	}

	const manager = whoManages(nooBaa, database.hasNooBaasSchedule);
	if (manager.isOurs) {
		const settled = await settleRecovery(dependencies, nooBaa, database);
		await (isAsked ? settleBackups(dependencies, settled, {database, traceparent}) : endBackups(dependencies, settled, database));
		return;
	}

	// What NooBaa's operator takes over it also has the status and the configuration for.
	await (isOwn(nooBaa, database) && endSchedule(dependencies, database, {keepsConfiguration: isAsked}));
	await (asksAtAll && recordEvent(kube, nooBaa, {
		type: 'Normal', reason: 'LeftToNooBaa', message: `Backups and recovery of the database are left to NooBaa: ${manager.reason}. If nothing makes them, set the annotation ${annotations.manageBackups}: "true"`, cause: manager.reason, reporter,
	}));
};

const isOwn = (nooBaa: NooBaa, database: Database): boolean => database.schedule !== undefined && !isForeign(nooBaa, database);

const endBackups = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, database: Database): Promise<void> => {
	await writeBackupStatus(dependencies, nooBaa, undefined);
	await (isOwn(nooBaa, database) && endSchedule(dependencies, database, {keepsConfiguration: false}));
};

const settleBackups = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, {database, traceparent}: {readonly database: Database; readonly traceparent: string | undefined}): Promise<void> => {
	const {kube} = dependencies;
	if (!await kube.served(snapshotKind.apiVersion, snapshotKind.kind)) {
		await warn(dependencies, nooBaa, 'SnapshotsNotServed', 'No backups are made: this cluster has no VolumeSnapshots. Install the CRDs and the controller of kubernetes-csi/external-snapshotter, and a driver that can make snapshots');
		return;
	}

	if (isForeign(nooBaa, database)) {
		await tellForeign(dependencies, nooBaa, database);
		return;
	}

	const dbBackup = nooBaa.spec.dbSpec!.dbBackup!;
	const schedule = await readSchedule(dependencies, nooBaa, dbBackup.schedule);
	if (schedule) {
		await keepSchedule(dependencies, nooBaa, database, {dbBackup, expression: schedule.expression});
	}

	const taken = await sweepSchedule(dependencies, nooBaa, {database, taken: await readTaken(dependencies, nooBaa, database), traceparent});
	await writeBackupStatus(dependencies, nooBaa, backupStatus({
		...taken, cluster: database.clusterName, next: database.cluster && nextInstant(schedule, database, await kube.now()), before: nooBaa.status?.dbStatus?.backupStatus,
	}));
};

/** A schedule that nobody can run: the one that is there goes on, so that a slip of the pen ends no backups. */
const readSchedule = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, text: string): Promise<CnpgSchedule | undefined> => {
	try {
		return parseCnpgSchedule(text);
	} catch (error) {
		if (!(error instanceof ConfigurationError)) {
			throw error;
		}

		await warn(dependencies, nooBaa, error.reason, error.message);
		return undefined;
	}
};

const nextInstant = (schedule: CnpgSchedule | undefined, database: Database, now: Date): Date | undefined => {
	const told = database.schedule?.status?.nextScheduleTime;
	return schedule?.nextAfter(now) ?? (told === undefined ? undefined : new Date(told));
};

const warn = async ({kube, log}: DatabaseDependencies, nooBaa: NooBaa, reason: string, message: string): Promise<void> => {
	log.warn({noobaa: `${nooBaa.metadata.namespace}/${nooBaa.metadata.name}`, reason}, message);
	await recordEvent(kube, nooBaa, {
		type: 'Warning', reason, message, cause: String(nooBaa.metadata.generation), reporter,
	});
};
