import {type NooBaa} from '#shared/noobaa/objects.ts';

/**
What the status of a NooBaa says of its backups, in lines for people; and of a recovery, where one is asked for.
*/
export const renderStatus = ({metadata: {name}, status}: NooBaa): string => {
	const {backupStatus, recoveryStatus} = status?.dbStatus ?? {};
	const available = backupStatus?.availableSnapshots ?? [];
	const lines = backupStatus
		? [
			`Last Backup: ${backupStatus.lastBackupTime ?? 'none'}`,
			`Next Backup: ${backupStatus.nextBackupTime ?? 'not known'}`,
			`Total Snapshots: ${backupStatus.totalSnapshots ?? 0}`,
			`Available Snapshots: ${available.length === 0 ? 'none' : available.join(', ')}`,
		]
		: [`No backup is configured for NooBaa ${name}: its status says nothing of backups. Set spec.dbSpec.dbBackup`];
	const {status: recovery = 'None', snapshotName, recoveryTime} = recoveryStatus ?? {};
	const since = recoveryTime === undefined ? '' : ` since ${recoveryTime}`;
	return [...lines, ...recovery === 'None' ? [] : [`Recovery: ${recovery} from ${snapshotName}${since}`]].map(line => `${line}\n`).join('');
};
