import {type Condition} from '../api/conditions.ts';
import {type KubeObject} from '../kube/object.ts';

/**
The objects of others that NooBaa's database consists of, as far as they are read and written here. NooBaa's CRD nests `dbBackup`, where the reference document's Go type is flat.
*/
export type NooBaa = KubeObject & {
	readonly spec: {
		readonly image?: string;
		readonly dbSpec?: {
			readonly dbBackup?: {readonly schedule: string; readonly volumeSnapshot: {readonly volumeSnapshotClass: string; readonly maxSnapshots: number}};
			readonly dbRecovery?: {readonly volumeSnapshotName: string};
		};
	};
	readonly status?: {
		/** The image that NooBaa's pods run. */
		readonly actualImage?: string;
		readonly dbStatus?: {readonly backupStatus?: BackupStatus; readonly recoveryStatus?: RecoveryStatus};
	};
};

export type BackupStatus = {
	readonly lastBackupTime?: string;
	readonly nextBackupTime?: string;
	readonly totalSnapshots?: number;
	readonly availableSnapshots?: readonly string[];
};

export type RecoveryStatus = {
	readonly status?: 'None' | 'Pending' | 'Running' | 'Completed' | 'Failed';
	readonly snapshotName?: string;
	/** When it began. */
	readonly recoveryTime?: string;
};

export type ScheduledBackup = KubeObject & {
	readonly spec: Readonly<Record<string, unknown>>;
	readonly status?: {readonly nextScheduleTime?: string};
};

/**
A backup of CloudNativePG.
*/
export type CnpgBackup = KubeObject & {
	readonly spec: {readonly cluster: {readonly name: string}; readonly method?: string; readonly online?: boolean};
	readonly status?: {
		/** `completed`, `failed`, or a step on the way. */
		readonly phase?: string;
		readonly stoppedAt?: string;
		readonly snapshotBackupStatus?: {readonly elements?: ReadonlyArray<{readonly name: string; readonly type: string}>};
	};
};

export type VolumeSnapshot = KubeObject & {
	readonly status?: {
		readonly readyToUse?: boolean;
		readonly restoreSize?: string;
		readonly error?: {readonly message?: string};
	};
};

/**
A cluster of CloudNativePG.
*/
export type CnpgCluster = KubeObject & {
	readonly spec: {
		readonly backup?: Readonly<Record<string, unknown>> & {readonly volumeSnapshot?: Readonly<Record<string, unknown>>};
		readonly bootstrap?: {readonly recovery?: {readonly backup?: {readonly name: string}; readonly volumeSnapshots?: {readonly storage: {readonly name: string}}}};
	};
	readonly status?: {readonly phase?: string; readonly conditions?: readonly Condition[]};
};

export const nooBaaKind = {apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa'} as const;

export const snapshotKind = {apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot'} as const;

/**
The API versions under which CloudNativePG may be served: NooBaa brings its own copy under a group of its own, unless it is told to use that of the project (`USE_CNPG_API_GROUP`).
*/
export const cnpgApiVersions = ['postgresql.cnpg.noobaa.io/v1', 'postgresql.cnpg.io/v1'] as const;

export type CnpgApiVersion = (typeof cnpgApiVersions)[number];

/**
Labels and annotations that CloudNativePG puts on what it makes; they are the same in both groups.
*/
export const cnpgLabels = {
	cluster: 'cnpg.io/cluster',
	/** On a VolumeSnapshot. */
	backupName: 'cnpg.io/backupName',
	/** On a Backup that a schedule made. */
	scheduledBackup: 'cnpg.io/scheduled-backup',
} as const;

export const cnpgAnnotations = {
	/** On a VolumeSnapshot, from the moment that its backup is complete. */
	backupEndTime: 'cnpg.io/backupEndTime',
	/** What the volume was of: `PG_DATA`, `PG_WAL` or `PG_TABLESPACE`. */
	role: 'cnpg.io/pvcRole',
	/** The Cluster as it was when the snapshot was made, as JSON. */
	clusterManifest: 'cnpg.io/clusterManifest',
} as const;

const suffix = '-db-pg-cluster';

/**
The name of the Cluster that NooBaa keeps its database in.
*/
export const clusterNameOf = (system: string): string => `${system}${suffix}`;

/**
The name of the NooBaa that a Cluster would be of; undefined for a Cluster of anything else.
*/
export const systemOf = (cluster: string): string | undefined => cluster.endsWith(suffix) && cluster.length > suffix.length ? cluster.slice(0, -suffix.length) : undefined;

/**
The name of the ScheduledBackup that these functions keep for a Cluster, and of the one that NooBaa 5.21 and newer keep themselves.
*/
export const scheduleNames = (cluster: string): {readonly own: string; readonly nooBaas: string} => ({own: `${cluster}-backup`, nooBaas: `${cluster}-scheduled-backup`});

/**
Whether a Cluster answers: CloudNativePG's own condition.
*/
export const isReadyCluster = ({status}: CnpgCluster): boolean => status?.conditions?.some(({type, status: value}) => type === 'Ready' && value === 'True') ?? false;
