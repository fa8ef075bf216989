import {type CnpgBackup, type NooBaa, type VolumeSnapshot} from '#shared/noobaa/objects.ts';

export const clusterName = 'noobaa-db-pg-cluster';

export type Point = {
	readonly name: string;
	/** When its Backup was made. */
	readonly at: string;
	readonly phase?: string;
	readonly isReady?: boolean;
	/** Suffixes of the snapshots that it has, and of those that are left. */
	readonly parts?: readonly string[];
	readonly left?: readonly string[];
	/** A person took it. */
	readonly isByHand?: boolean;
};

const roles: Readonly<Record<string, string>> = {'': 'PG_DATA', '-wal': 'PG_WAL'};

/**
Backups and their snapshots as CloudNativePG leaves them, without a server.
*/
export const madeUp = (points: readonly Point[]): {readonly backups: readonly CnpgBackup[]; readonly snapshots: readonly VolumeSnapshot[]} => ({
	backups: points.map(({name, at, phase = 'completed', parts = [''], isByHand = false}) => ({
		apiVersion: 'postgresql.cnpg.noobaa.io/v1',
		kind: 'Backup',
		metadata: {
			name, namespace: 'neo4j', uid: `uid-of-${name}`, creationTimestamp: at, labels: {'cnpg.io/cluster': clusterName, ...(!isByHand && {'cnpg.io/scheduled-backup': `${clusterName}-backup`})},
		},
		spec: {cluster: {name: clusterName}},
		status: {phase, ...(phase === 'completed' && {stoppedAt: at, snapshotBackupStatus: {elements: parts.map(part => ({name: `${name}${part}`, type: roles[part]!}))}})},
	})),
	snapshots: points.flatMap(({name, at, phase = 'completed', isReady = phase === 'completed', parts = [''], left = parts}) => left.map(part => ({
		apiVersion: 'snapshot.storage.k8s.io/v1',
		kind: 'VolumeSnapshot',
		metadata: {
			name: `${name}${part}`, namespace: 'neo4j', uid: `uid-of-${name}${part}`, creationTimestamp: at, labels: {'cnpg.io/cluster': clusterName, 'cnpg.io/backupName': name}, annotations: {'cnpg.io/pvcRole': roles[part]!, ...(phase === 'completed' && {'cnpg.io/backupEndTime': at})},
		},
		status: {readyToUse: isReady, restoreSize: '100'},
	}))),
});

export const nooBaaOf = (maxSnapshots: number, volumeSnapshotName?: string): NooBaa => ({
	apiVersion: 'noobaa.io/v1alpha1',
	kind: 'NooBaa',
	metadata: {name: 'noobaa', namespace: 'neo4j', uid: 'uid-of-noobaa'},
	spec: {dbSpec: {dbBackup: {schedule: '0 0 * * *', volumeSnapshot: {volumeSnapshotClass: 'csi-snapshotter', maxSnapshots}}, ...(volumeSnapshotName !== undefined && {dbRecovery: {volumeSnapshotName}})}},
});
