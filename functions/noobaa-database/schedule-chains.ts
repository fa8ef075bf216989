import {buildChains, type Chain} from '#shared/catalogue/chains.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {
	cnpgLabels, scheduleNames, type CnpgBackup, type VolumeSnapshot,
} from '#shared/noobaa/objects.ts';
import {snapshotSets, type SnapshotSet} from '#shared/noobaa/snapshot-set.ts';

/**
A completed backup of the schedule, as it lies there: the Backup, and the snapshots that are left of it.
*/
export type ScheduledSet = {readonly backup: CnpgBackup; readonly set: SnapshotSet | undefined};

/**
The completed backups of the schedule that these functions keep for a Cluster. What a person took, what NooBaa's own schedule took, and what failed or goes on is none of them, whatever its name: CloudNativePG's label says which schedule made a Backup.
*/
export const scheduledSets = (cluster: string, backups: readonly CnpgBackup[], snapshots: readonly VolumeSnapshot[]): readonly ScheduledSet[] => {
	const sets = snapshotSets(cluster, snapshots, backups);
	return backups
		.filter(({metadata: {labels}, spec, status}) => labels?.[cnpgLabels.scheduledBackup] === scheduleNames(cluster).own && spec.cluster.name === cluster && status?.phase === 'completed')
		.map(backup => ({backup, set: sets.get(backup.metadata.name)}));
};

/**
Those backups as the planner of all stores sees backups: each is a FULL of the database that the Cluster is, and a chain of its own. Its age is that of the Backup, which the API server's clock told. One that lost a snapshot is like a file that is missing: it counts for nothing, and goes when it would have gone.
*/
export const scheduleChains = (cluster: string, sets: readonly ScheduledSet[]): readonly Chain[] => buildChains(sets.map(({backup: {metadata}, set}): CatalogueArtifact => ({
	name: metadata.name,
	database: cluster,
	// A Cluster that was recovered is the same database: its old backups must not be held for ever as the newest of another.
	databaseID: cluster,
	targetUID: cluster,
	timeline: '',
	runID: metadata.name,
	time: metadata.creationTimestamp!,
	takenAt: metadata.creationTimestamp!,
	orderTime: metadata.creationTimestamp!,
	full: true,
	compressed: false,
	lowestTx: 1,
	highestTx: 1,
	// Not every driver says how much it holds.
	size: Math.max(set?.bytes ?? 0, 1),
	verification: 'notRequested',
	state: set?.isUsable ? 'present' : 'missing',
})));
