import {type NooBaa} from '#shared/noobaa/objects.ts';
import {whoManages} from '#shared/noobaa/who-manages.ts';

/** Whatever event of its database got lost, it is looked at so often. */
const everyMinutes = 10;

/**
Why noobaa-database has to look at a NooBaa at this minute, if it has to. What was overlooked can be told only by one who reads all its backups and snapshots, so that a NooBaa with backups is looked at now and then.
*/
export const nooBaaWork = (nooBaa: NooBaa, now: Date): string | undefined => {
	const {metadata, spec} = nooBaa;
	const isWanted = metadata.deletionTimestamp === undefined && spec.dbSpec?.dbBackup !== undefined && whoManages(nooBaa, false).isOurs;
	return isWanted && now.getUTCMinutes() % everyMinutes === 0 ? 'its backups are looked at now and then' : undefined;
};
