import {type NooBaa} from '#shared/noobaa/objects.ts';
import {whoManages} from '#shared/noobaa/who-manages.ts';

/** Whatever event of its database got lost, it is looked at so often. */
const everyMinutes = 10;

/**
Why noobaa-database has to look at a NooBaa at this minute, if it has to. What was overlooked can be told only by one who reads all its backups and snapshots, so that a NooBaa with backups is looked at now and then. A Cluster that is to be recovered is waited for by people, and a Job that failed to is told by no event: that is seen within a minute.
*/
export const nooBaaWork = async (nooBaa: NooBaa, hasCluster: () => Promise<boolean>, now: Date): Promise<string | undefined> => {
	const {metadata, spec: {dbSpec}, status} = nooBaa;
	if (metadata.deletionTimestamp !== undefined || !whoManages(nooBaa, false).isOurs) {
		return undefined;
	}

	if (dbSpec?.dbRecovery !== undefined && (status?.dbStatus?.recoveryStatus?.status === 'Running' || !await hasCluster())) {
		return 'its recovery is not over';
	}

	return dbSpec?.dbBackup !== undefined && now.getUTCMinutes() % everyMinutes === 0 ? 'its backups are looked at now and then' : undefined;
};
