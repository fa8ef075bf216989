import {type DatabaseDependencies} from './deps.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {type BackupStatus, type NooBaa, type RecoveryStatus} from '#shared/noobaa/objects.ts';

/**
Writes `status.dbStatus.backupStatus`, or takes it away, where it is not so already.
*/
export const writeBackupStatus = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, wanted: BackupStatus | undefined): Promise<void> => {
	await write(dependencies, nooBaa, 'backupStatus', {fields: ['lastBackupTime', 'nextBackupTime', 'totalSnapshots', 'availableSnapshots'], wanted});
};

/**
Writes `status.dbStatus.recoveryStatus` where it is not so already, and answers the NooBaa as it is then.
*/
export const writeRecoveryStatus = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, wanted: RecoveryStatus): Promise<NooBaa> =>
	write(dependencies, nooBaa, 'recoveryStatus', {fields: ['status', 'snapshotName', 'recoveryTime'], wanted});

type Part = {readonly fields: readonly string[]; readonly wanted: BackupStatus | RecoveryStatus | undefined};

/** Everything else in the status is NooBaa's own and stays; a write since the NooBaa was read is a conflict, and all is decided anew. */
const write = async ({kube}: DatabaseDependencies, nooBaa: NooBaa, name: 'backupStatus' | 'recoveryStatus', {fields, wanted}: Part): Promise<NooBaa> => {
	const before = nooBaa.status?.dbStatus?.[name] as Readonly<Record<string, unknown>> | undefined;
	const after = wanted as Readonly<Record<string, unknown>> | undefined;
	if ((before === undefined) === (after === undefined) && fields.every(field => JSON.stringify(before?.[field]) === JSON.stringify(after?.[field]))) {
		return nooBaa;
	}

	// A merge patch keeps what it does not name.
	const value = after ? Object.fromEntries(fields.map(field => [field, after[field] ?? null])) : null;
	return kube.patch<NooBaa>(referenceOf(nooBaa), {metadata: {resourceVersion: nooBaa.metadata.resourceVersion}, status: {dbStatus: {[name]: value}}}, {subresource: 'status'});
};
