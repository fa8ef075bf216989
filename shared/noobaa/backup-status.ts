import {toTime} from '../api/conditions.ts';
import {present} from '../present.ts';
import {
	cnpgAnnotations, type BackupStatus, type CnpgBackup, type VolumeSnapshot,
} from './objects.ts';
import {dataSnapshot, snapshotSets} from './snapshot-set.ts';

export type Taken = {
	/** Name of the Cluster. */
	readonly cluster: string;
	readonly backups: readonly CnpgBackup[];
	readonly snapshots: readonly VolumeSnapshot[];
	/** The next instant of the schedule. */
	readonly next: Date | undefined;
	/** As it was told before. */
	readonly before: BackupStatus | undefined;
};

/**
`status.dbStatus.backupStatus`: the end of the last backup that succeeded, which does not go back when that one is deleted; the next instant of the schedule; and the snapshots that a recovery can be told the name of now, in order of time, whoever took them.
*/
export const backupStatus = ({cluster, backups, snapshots, next, before}: Taken): BackupStatus => {
	const usable = [...snapshotSets(cluster, snapshots, backups).values()]
		.filter(({isUsable}) => isUsable)
		.map(({snapshots: found}) => dataSnapshot(found)!.metadata)
		.toSorted((one, other) => compare(one.creationTimestamp!, other.creationTimestamp!) || compare(one.name, other.name));
	const ends = [
		before?.lastBackupTime,
		...backups.filter(({spec, status}) => spec.cluster.name === cluster && status?.phase === 'completed').map(({status}) => status?.stoppedAt),
		...usable.map(({annotations}) => annotations?.[cnpgAnnotations.backupEndTime]),
	].filter(time => time !== undefined).map(time => Date.parse(time)).filter(time => !Number.isNaN(time));
	return {
		...present({
			lastBackupTime: ends.length === 0 ? undefined : toTime(new Date(Math.max(...ends))),
			nextBackupTime: next && toTime(next),
		}),
		totalSnapshots: usable.length,
		availableSnapshots: usable.map(({name}) => name),
	};
};

const compare = (one: string, other: string): number => one < other ? -1 : Number(one > other);
