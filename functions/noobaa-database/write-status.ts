import {type DatabaseDependencies} from './deps.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {type BackupStatus, type NooBaa} from '#shared/noobaa/objects.ts';

const fields = ['lastBackupTime', 'nextBackupTime', 'totalSnapshots', 'availableSnapshots'] as const;

/**
Writes `status.dbStatus.backupStatus`, or takes it away, where it is not so already. Everything else in the status is NooBaa's own and stays; a write since the NooBaa was read is a conflict, and all is decided anew.
*/
export const writeBackupStatus = async ({kube}: DatabaseDependencies, nooBaa: NooBaa, wanted: BackupStatus | undefined): Promise<void> => {
	const before = nooBaa.status?.dbStatus?.backupStatus;
	if (JSON.stringify(fields.map(field => before?.[field])) === JSON.stringify(fields.map(field => wanted?.[field])) && (before === undefined) === (wanted === undefined)) {
		return;
	}

	// A merge patch keeps what it does not name.
	const backupStatus = wanted ? Object.fromEntries(fields.map(field => [field, wanted[field] ?? null])) : null;
	await kube.patch(referenceOf(nooBaa), {metadata: {resourceVersion: nooBaa.metadata.resourceVersion}, status: {dbStatus: {backupStatus}}}, {subresource: 'status'});
};
