import {bytesOf} from '../api/quantity.ts';
import {
	cnpgAnnotations, cnpgLabels, type CnpgBackup, type VolumeSnapshot,
} from './objects.ts';

/**
The VolumeSnapshots of one backup of CloudNativePG: one of the data, and one each of a volume for the write-ahead log and of tablespaces, where the Cluster has them. A backup is restored from all of them or not at all.
*/
export type SnapshotSet = {
	/** Name of the backup. */
	readonly backup: string;
	readonly snapshots: readonly VolumeSnapshot[];
	/** Whether the backup was complete, and each of its snapshots is there and can be restored from. */
	readonly isUsable: boolean;
	readonly bytes: number;
};

/**
Sorts the VolumeSnapshots of a Cluster by the backup that made them. Those of other Clusters, and those that no backup made, are left out, whatever they are called: what belongs together is told by CloudNativePG's labels, never by names.
*/
export const snapshotSets = (cluster: string, snapshots: readonly VolumeSnapshot[], backups: readonly CnpgBackup[]): ReadonlyMap<string, SnapshotSet> => {
	const elements = new Map(backups.map(({metadata: {name}, status}) => [name, status?.snapshotBackupStatus?.elements ?? []]));
	const ofBackups = snapshots.filter(({metadata: {labels}}) => labels?.[cnpgLabels.cluster] === cluster && labels[cnpgLabels.backupName]);
	const groups = Map.groupBy(ofBackups, ({metadata}) => metadata.labels![cnpgLabels.backupName]!);
	return new Map([...groups].map(([backup, found]) => [backup, {
		backup,
		snapshots: found,
		isUsable: isWhole(found, (elements.get(backup) ?? []).map(({name}) => name)) && found.every(snapshot => isReady(snapshot)),
		bytes: found.reduce((sum, {status}) => sum + (bytesOf(status?.restoreSize ?? '') ?? 0), 0),
	}]));
};

/**
Whether a volume can be made from a snapshot: it is cut, ready, not on its way out, and the backup that it is part of was completed.
*/
const isReady = ({metadata: {annotations, deletionTimestamp}, status}: VolumeSnapshot): boolean =>
	status?.readyToUse === true && deletionTimestamp === undefined && annotations?.[cnpgAnnotations.backupEndTime] !== undefined;

/**
The snapshot of the data among those of one backup: the one that a recovery is told the name of.
*/
export const dataSnapshot = (snapshots: readonly VolumeSnapshot[]): VolumeSnapshot | undefined => snapshots.find(({metadata}) => metadata.annotations?.[cnpgAnnotations.role] === 'PG_DATA');

/** The Backup names what it made; once it is gone, the Cluster as it was says what there was to make. */
const isWhole = (found: readonly VolumeSnapshot[], named: readonly string[]): boolean => {
	const names = new Set(found.map(({metadata: {name}}) => name));
	const data = dataSnapshot(found);
	return data !== undefined && named.every(name => names.has(name)) && (named.length > 0 || found.length >= expectedCount(data));
};

const expectedCount = ({metadata: {annotations}}: VolumeSnapshot): number => {
	try {
		const {spec} = JSON.parse(annotations?.[cnpgAnnotations.clusterManifest] ?? '{}') as {spec?: {walStorage?: unknown; tablespaces?: readonly unknown[]}};
		return 1 + Number(spec?.walStorage !== undefined) + (spec?.tablespaces?.length ?? 0);
	} catch {
		return 1;
	}
};
