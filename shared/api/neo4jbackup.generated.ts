// Generated from crds/neo4jbackups.yaml by `npm run types`: change the CRD, not this file.
import type {ObjectMeta} from '../kube/object.ts';

/**
Neo4jBackup backs up one Neo4j database, or all databases of a Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone, once or on a schedule, and expires old backups by its retention policy.
*/
export type Neo4jBackup = {
	/** The version of this API, neo4j.neo4j.com/v1alpha1. */
	readonly apiVersion: string;
	/** Neo4jBackup. */
	readonly kind: string;
	/** Standard object metadata. */
	readonly metadata: ObjectMeta;
	/** What to back up, where to, when, and what to keep. */
	readonly spec: Neo4jBackupSpec;
	/** What has been observed; written by the functions. */
	readonly status?: Neo4jBackupStatus;
};

/**
What to back up, where to, when, and what to keep.
*/
export type Neo4jBackupSpec = {
	/** What to back up. */
	readonly target: BackupTarget;
	/** Where the backups go. All runs share this one directory, because a differential backup lies beside its parent; type, bucket, path, claim and storage account cannot be changed later. */
	readonly storage: StorageLocation;
	/** When to back up, as a cron expression of five fields (minute, hour, day of month, month, day of week), for example "0 2 * * *". Without schedule and schedules the backup runs once, and again after each change of the spec. */
	readonly schedule?: string;
	/** Time zone of schedule, and of the periods of retention.keep, by its name in the IANA database, for example Europe/Berlin. The default is UTC. */
	readonly timeZone?: string;
	/** Several schedules in place of schedule, for example a FULL on Sundays and a DIFF every hour, in one directory. Of entries that are due at the same instant one runs, the FULL. */
	readonly schedules?: readonly BackupSchedule[];
	/** How late a scheduled run may still start, as a duration, for example 10m or 1h30m. A run that is due longer ago is left out, with an Event. Without it a missed run is made up for whenever that is possible again. */
	readonly startingDeadline?: string;
	/** What becomes of instants missed while nothing could run: RunOnce (default) makes up for them with one run, Skip waits for the next instant. */
	readonly catchUp?: 'RunOnce' | 'Skip';
	/** Longest delay of a scheduled run after its instant, as a duration, for example 10m. Each Neo4jBackup gets a delay of its own below it, so that many do not start in the same second. Without it runs start at their instant. */
	readonly jitter?: string;
	/** Start no scheduled run while true; a running one goes on, and the annotation neo4j.com/run-now still starts one. Instants that pass meanwhile are not made up for. The default is false. */
	readonly suspend?: boolean;
	/** Where neo4j-admin runs: in the Pod of a Job of its own that reads over the network (Job, the default), or in a container beside each server (Sidecar). */
	readonly execution?: 'Job' | 'Sidecar';
	/** What becomes of the backups when the Neo4jBackup is deleted: Retain (default) leaves them, Delete deletes those that its catalogue names. Deleting the namespace deletes no backup. */
	readonly deletionPolicy?: 'Retain' | 'Delete';
	/** Account of the cloud, mostly for workload identity. Merged with storage.cloud field by field, and storage.cloud first. */
	readonly cloud?: CloudBlock;
	/** What to keep. maxAge and maxCount let backups expire; minCount, keep and pinned hold some of them. A backup expires only together with the differential backups that need it, and the newest restorable one of a database never does. Without a policy nothing is deleted. */
	readonly retention?: RetentionPolicy;
	/** How neo4j-admin database backup is run. */
	readonly options?: BackupOptions;
};

/**
What to back up.
*/
export type BackupTarget = {
	/** Type of what is backed up: Cluster (all databases, system included) or Database (one). */
	readonly kind: 'Cluster' | 'Database';
	/** With kind Cluster, the name of the Neo4jEnterpriseCluster or, when there is none, of the Neo4jEnterpriseStandalone (or of a release of the official Helm chart). With kind Database, the name of the database in lower case, for example mydb. */
	readonly name: string;
	/** Name of the Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone that hosts the database, or of a Neo4j of the official Helm chart. Required with kind Database, unused with kind Cluster. */
	readonly clusterRef?: string;
	/** Namespace of the target. The default is the namespace of the Neo4jBackup. A target elsewhere must carry the annotation neo4j.com/backup-from with the namespace of the Neo4jBackup. */
	readonly namespace?: string;
};

/**
Where the backups go. All runs share this one directory, because a differential backup lies beside its parent; type, bucket, path, claim and storage account cannot be changed later.
*/
export type StorageLocation = {
	/** Storage type: s3 (Amazon S3 and compatible stores), gcs (Google Cloud Storage), azure (Azure Blob Storage) or pvc (a PersistentVolumeClaim). */
	readonly type: 's3' | 'gcs' | 'azure' | 'pvc';
	/** Name of the bucket, with type azure of the container. Required for s3, gcs and azure. Example neo4j-backups. */
	readonly bucket?: string;
	/** Folder within the bucket or PersistentVolumeClaim, for example daily/. Slashes at either end make no difference. Without it the backups lie at the root. */
	readonly path?: string;
	/** The PersistentVolumeClaim. Required with type pvc. */
	readonly pvc?: PVCSpec;
	/** Account of the cloud that holds the bucket. Merged with spec.cloud field by field, and this one first. */
	readonly cloud?: CloudBlock;
};

/**
The PersistentVolumeClaim. Required with type pvc.
*/
export type PVCSpec = {
	/** Storage class of a PersistentVolumeClaim that is created. The default is the default class of the cluster. */
	readonly storageClassName?: string;
	/** Name of an existing PersistentVolumeClaim to use. With size, it is created when it is missing. */
	readonly name?: string;
	/** Size of a PersistentVolumeClaim to create when there is none, as a Kubernetes quantity, for example 100Gi. Without a name it is called <name of the Neo4jBackup>-backup-storage. It is not deleted with the Neo4jBackup. */
	readonly size?: string;
};

/**
Account of the cloud that holds the bucket. Merged with spec.cloud field by field, and this one first.
*/
export type CloudBlock = {
	/** Cloud provider: aws, gcp or azure. The default follows from storage.type (s3 aws, gcs gcp, azure azure). */
	readonly provider?: 'aws' | 'gcp' | 'azure';
	/** Name of a Secret in the same namespace with the credentials as environment variables: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION; GOOGLE_APPLICATION_CREDENTIALS_JSON (the key file as text); or AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY. Without it the ambient workload identity is used. */
	readonly credentialsSecretRef?: string;
	/** URL of a store that is compatible with the provider's, for example https://minio.example.com:9000. The default is the provider's own endpoint. */
	readonly endpointURL?: string;
	/** Name of a Secret in the same namespace whose key ca.crt holds, as PEM text, the certificates of the authorities that sign the certificate of the store, for an endpointURL behind a private authority. They are trusted beside those that everybody trusts. */
	readonly caBundleSecretRef?: string;
	/** Address an S3 bucket as a path of the endpoint and not as a host of its own, as MinIO and Ceph mostly need. The default is false. */
	readonly forcePathStyle?: boolean;
	/** Name of the Azure storage account that has the container. The default is AZURE_STORAGE_ACCOUNT of the Secret, then the annotation neo4j.com/azure-storage-account of the ServiceAccount, then that of the installation. */
	readonly storageAccount?: string;
	/** Workload identity, for access without a Secret. */
	readonly identity?: CloudIdentity;
};

/**
Workload identity, for access without a Secret.
*/
export type CloudIdentity = {
	/** Identity provider: aws (IRSA), gcp (GKE Workload Identity) or azure (Azure Workload Identity). */
	readonly provider: 'aws' | 'gcp' | 'azure';
	/** Name of an existing ServiceAccount to use as it is. Without it neo4j-backup-sa is used, and created when autoCreate.enabled is true. */
	readonly serviceAccount?: string;
	/** Creation of the ServiceAccount neo4j-backup-sa. */
	readonly autoCreate?: AutoCreateSpec;
};

/**
Creation of the ServiceAccount neo4j-backup-sa.
*/
export type AutoCreateSpec = {
	/** Create neo4j-backup-sa and keep its annotations as below. The default is true. */
	readonly enabled?: boolean;
	/** Annotations of neo4j-backup-sa, kept in sync at every run, for example eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/neo4j-backup-role. */
	readonly annotations?: Readonly<Record<string, string>>;
};

/**
One schedule.
*/
export type BackupSchedule = {
	/** Name of the entry, unique among them, for example weekly-full. */
	readonly name: string;
	/** When to back up, as a cron expression of five fields, for example "0 3 * * 0". */
	readonly schedule: string;
	/** Time zone of this entry, by its name in the IANA database. The default is spec.timeZone, then UTC. */
	readonly timeZone?: string;
	/** Backup type of the runs of this entry. The default is options.backupType. */
	readonly backupType?: 'FULL' | 'DIFF' | 'AUTO';
};

/**
What to keep. maxAge and maxCount let backups expire; minCount, keep and pinned hold some of them. A backup expires only together with the differential backups that need it, and the newest restorable one of a database never does. Without a policy nothing is deleted.
*/
export type RetentionPolicy = {
	/** Age past which a backup expires, in m, h, d or w, for example 30d, 4w, 12h or 90m. */
	readonly maxAge?: string;
	/** Number of newest backups of each database to keep; older ones expire. */
	readonly maxCount?: number;
	/** Number of newest backups of each database that stay, however old. The default is 1. */
	readonly minCount?: number;
	/** Backups to hold beyond maxAge and maxCount, as the newest of each of the last periods that have one. Without maxAge and maxCount, whatever no rule keeps expires. Periods are those of spec.timeZone, else of UTC. */
	readonly keep?: KeepPolicy;
	/** Run ids (status.history[].runID) whose backups never expire, nor what they need. */
	readonly pinned?: readonly string[];
	/** What becomes of expired backups: Delete (default) removes them, Archive moves them to the cold tier of the store, below .neo4j-backup/archive/ (GCS: in place). */
	readonly deletePolicy?: 'Delete' | 'Archive';
	/** Enforce (default) carries the plan out, Plan shows it in status.retention.plan and touches nothing. */
	readonly mode?: 'Enforce' | 'Plan';
	/** In a bucket with versioning: Keep (default) leaves the versions of deleted backups to the rules of the bucket, Delete removes them too, which alone frees the space. */
	readonly versions?: 'Keep' | 'Delete';
	/** Account of the cloud used for listing and deleting instead of that of storage, so that the account that writes backups needs no right to delete. */
	readonly cloud?: CloudBlock;
};

/**
Backups to hold beyond maxAge and maxCount, as the newest of each of the last periods that have one. Without maxAge and maxCount, whatever no rule keeps expires. Periods are those of spec.timeZone, else of UTC.
*/
export type KeepPolicy = {
	/** Number of hours of which the newest backup stays, for example 24. */
	readonly hourly?: number;
	/** Number of days of which the newest backup stays, for example 7. */
	readonly daily?: number;
	/** Number of weeks (from Monday) of which the newest backup stays, for example 4. */
	readonly weekly?: number;
	/** Number of months of which the newest backup stays, for example 12. */
	readonly monthly?: number;
	/** Number of years of which the newest backup stays, for example 7. */
	readonly yearly?: number;
};

/**
How neo4j-admin database backup is run.
*/
export type BackupOptions = {
	/** Compress the backup (--compress). The default is true. */
	readonly compress?: boolean;
	/** Backup type (--type): FULL, DIFF (what changed since the last backup in the directory) or AUTO (default: a DIFF when one is possible). The first run of a directory is a FULL, and so is one that begins a new chain; status.nextBackupType says so. */
	readonly backupType?: 'FULL' | 'DIFF' | 'AUTO';
	/** Use the latest differential backup as the parent of a new one (--prefer-diff-as-parent). The default is false. Needs Neo4j 2025.04 or newer. */
	readonly preferDiffAsParent?: boolean;
	/** Absolute path of a folder for temporary files (--temp-path), mounted as a volume of its own that is empty when the run starts, for example /tmp/neo4j-backup-temp. Without it a run to a cloud store still gets such a volume. */
	readonly tempPath?: string;
	/** A volume claim for the temporary files, when they do not fit on the node. It is made for the run, shared by the retries of its Job, and deleted as soon as the end of the run is recorded. Without it they lie on the node (emptyDir). */
	readonly tempStorage?: TempStorage;
	/** Page cache of neo4j-admin (--pagecache), matching ^[0-9]+[KMG]?$, for example 4G. The default is neo4j-admin's own. */
	readonly pageCache?: string;
	/** Encryption of the backups before they reach the store. Every encrypted run is a FULL. */
	readonly encryption?: EncryptionSpec;
	/** Check each new backup with neo4j-admin database check; a differential one as a scratch aggregate with its chain. A run whose check fails is Failed, and the backup is put aside. The default is false. */
	readonly verify?: boolean;
	/** Download from the servers in parallel (--parallel-download). The default is false. Needs Neo4j 2025.11 or newer. */
	readonly parallelDownload?: boolean;
	/** Resolve the addresses of the servers remotely (--remote-address-resolution). The default is false. Needs Neo4j 2025.09 or newer. */
	readonly remoteAddressResolution?: boolean;
	/** Skip the recovery step after the backup (--skip-recovery). The default is false. Needs Neo4j 2025.11 or newer. */
	readonly skipRecovery?: boolean;
	/** Further arguments of neo4j-admin database backup, passed verbatim and in order, one element one argument, for example --verbose. */
	readonly additionalArgs?: readonly string[];
	/** Which metadata to back up beside a database (--include-metadata), so that users and roles can be restored with it. The default is neo4j-admin's own, all. */
	readonly includeMetadata?: 'all' | 'none' | 'users' | 'roles';
	/** Recover the databases of a run in parallel (--parallel-recovery). The default is false. */
	readonly parallelRecovery?: boolean;
	/** Keep what a failed backup has written, for a later look (--keep-failed). The default is false. */
	readonly keepFailed?: boolean;
	/** Number of backups in a chain (one FULL and its differential ones) after which the next run is a FULL. The default is 100; there is no limit where schedules has a FULL of its own. retention.maxCount and maxAge close a chain too. */
	readonly maxChainLength?: number;
	/** Longest time of a run, as a duration. A run that takes longer is ended and Failed. The default is 24h. */
	readonly timeout?: string;
	/** Resources of the container that runs neo4j-admin. The default is that of the installation. */
	readonly resources?: ResourceRequirements;
};

/**
A volume claim for the temporary files, when they do not fit on the node. It is made for the run, shared by the retries of its Job, and deleted as soon as the end of the run is recorded. Without it they lie on the node (emptyDir).
*/
export type TempStorage = {
	/** Size of the volume as a Kubernetes quantity, for example 200Gi. */
	readonly size: string;
	/** Storage class of the volume. The default is the default class of the cluster. */
	readonly storageClassName?: string;
};

/**
Encryption of the backups before they reach the store. Every encrypted run is a FULL.
*/
export type EncryptionSpec = {
	/** Encrypt the backups. The default is false. */
	readonly enabled?: boolean;
	/** Name of a Secret in the same namespace that holds the key. Required when enabled. */
	readonly keySecret?: string;
	/** Key of the Secret that holds the key (default key). For AES256 32 bytes, raw or as base64; for ChaCha20 one or more age recipients, or an age identity. */
	readonly keySecretKey?: string;
	/** Format of the encrypted files: AES256 (default; AWS Encryption SDK, raw AES keyring) or ChaCha20 (age). */
	readonly algorithm?: 'AES256' | 'ChaCha20';
};

/**
Resources of the container that runs neo4j-admin. The default is that of the installation.
*/
export type ResourceRequirements = {
	/** Upper limits by resource, for example {cpu: "2", memory: 4Gi}. */
	readonly limits?: Readonly<Record<string, number | string>>;
	/** Requests by resource, for example {cpu: 500m, memory: 2Gi}. */
	readonly requests?: Readonly<Record<string, number | string>>;
};

/**
What has been observed; written by the functions.
*/
export type Neo4jBackupStatus = {
	/** Conditions of the backup. Ready says whether backups come as they should. */
	readonly conditions?: readonly Condition[];
	/** Current phase: Pending (not looked at yet), Waiting (something it needs is missing, it goes on by itself), Scheduled, Suspended, Running, Completed and Failed (of a backup without a schedule), Invalid (the spec has to be changed). */
	readonly phase?: 'Pending' | 'Waiting' | 'Scheduled' | 'Suspended' | 'Running' | 'Completed' | 'Failed' | 'Invalid';
	/** What is, in words, and after a failure what to do. */
	readonly message?: string;
	/** The metadata.generation of the spec that was acted on last. */
	readonly observedGeneration?: number;
	/** When the last backup Job started. */
	readonly lastRunTime?: string;
	/** When the last successful backup completed. */
	readonly lastSuccessTime?: string;
	/** When the next scheduled backup will run. Absent without a schedule and while suspended. */
	readonly nextRunTime?: string;
	/** The newest scheduled instant that was decided on: run, left out, or covered by another run. */
	readonly lastScheduleTime?: string;
	/** The schedule as it was last acted on. Instants before a change of it are not made up for. */
	readonly observedSchedule?: ObservedSchedule;
	/** What the next run must be when that is not the wanted type, FULL to begin a new chain, AUTO after a run in which a database could not take a DIFF. */
	readonly nextBackupType?: 'FULL' | 'DIFF' | 'AUTO';
	/** Value of the annotation neo4j.com/run-now that was acted on last. */
	readonly lastRunNow?: string;
	/** The metadata.generation that a backup without a schedule ran for last. */
	readonly lastRunGeneration?: number;
	/** Statistics of the most recent successful run. */
	readonly stats?: BackupStats;
	/** Recent runs, newest first - the ten newest, those that still run, and the newest success. The catalogue in the store has all. */
	readonly history?: readonly BackupRun[];
	/** What lies in the directory, by its catalogue. */
	readonly storage?: StorageSummary;
	/** What the last sweep found, and what the last one that removed anything did. */
	readonly retention?: RetentionStatus;
};

/**
One condition.
*/
export type Condition = {
	/** Type of the condition, for example Ready. */
	readonly type: string;
	/** True, False or Unknown. */
	readonly status: 'True' | 'False' | 'Unknown';
	/** The metadata.generation that the condition was set for. */
	readonly observedGeneration?: number;
	/** When the status of the condition changed last. */
	readonly lastTransitionTime: string;
	/** Why, in one CamelCase word. */
	readonly reason: string;
	/** Why, in a sentence, and what to do. */
	readonly message: string;
};

/**
The schedule as it was last acted on. Instants before a change of it are not made up for.
*/
export type ObservedSchedule = {
	/** The entries as text; suspended while suspended, empty without a schedule. */
	readonly expression: string;
	/** Since when it counts. */
	readonly since: string;
};

/**
Statistics of the most recent successful run.
*/
export type BackupStats = {
	/** Sum of the sizes of the run's artifacts, for example 2.5GB. */
	readonly size?: string;
	/** Time from the start of the Job to its completion, for example 5m30s. */
	readonly duration?: string;
	/** Size over duration, for example 8.3MB/s. */
	readonly throughput?: string;
	/** Number of artifacts that the run wrote. */
	readonly fileCount?: number;
};

/**
One run, which is one Job.
*/
export type BackupRun = {
	/** When the run started. */
	readonly startTime: string;
	/** When the run completed; absent while it runs. */
	readonly completionTime?: string;
	/** Running, Succeeded, PartiallySucceeded (some of the requested databases have no new artifact) or Failed. */
	readonly status: 'Running' | 'Succeeded' | 'PartiallySucceeded' | 'Failed';
	/** What went wrong, when the run failed. */
	readonly error?: string;
	/** Why the run failed, in one CamelCase word. */
	readonly reason?: string;
	/** Statistics of the run. */
	readonly stats?: BackupStats;
	/** Id of the run, yyyymmddhhmmss of its instant in UTC and eight hexadecimal digits, for example 20250120020000-1a2b3c4d. */
	readonly runID?: string;
	/** The scheduled instant that the run is for; absent for other runs. */
	readonly scheduledTime?: string;
	/** What started the run, the schedule, its creation or change (once), the annotation neo4j.com/run-now, an event posted by hand, a PingSource, or a repair after databases that could not take a DIFF. */
	readonly trigger?: 'schedule' | 'once' | 'run-now' | 'event' | 'ping' | 'repair';
	/** Type that neo4j-admin was asked for. */
	readonly backupType?: 'FULL' | 'DIFF' | 'AUTO';
	/** Name of the Job. */
	readonly jobName?: string;
	/** UID of the Job, once it is created. */
	readonly jobUID?: string;
	/** URI of the directory that the run wrote to, for example s3://neo4j-backups/daily/. */
	readonly location?: string;
	/** The metadata.generation of the spec that the run was started with. */
	readonly generation?: number;
	/** The first 100 names of the databases that the run was to back up. */
	readonly requested?: readonly string[];
	/** Number of databases that the run was to back up. */
	readonly requestedCount?: number;
	/** The first 20 artifacts that the run wrote. */
	readonly artifacts?: readonly BackupArtifact[];
	/** Number of artifacts that the run wrote. */
	readonly artifactCount?: number;
	/** The target as it was found. */
	readonly target?: RunTarget;
};

/**
One artifact.
*/
export type BackupArtifact = {
	/** File name in the directory, for example mydb-2025-01-20T02-00-07.backup. */
	readonly name: string;
	/** The database. */
	readonly database: string;
	/** Size in bytes. */
	readonly size: number;
	/** Whether it is a full backup. */
	readonly full: boolean;
};

/**
The target as it was found.
*/
export type RunTarget = {
	/** UID of the target. */
	readonly uid: string;
	/** Neo4jEnterpriseCluster, Neo4jEnterpriseStandalone, or StatefulSet for a Helm release. */
	readonly kind: string;
	/** Namespace of the target. */
	readonly namespace: string;
	/** Name of the target. */
	readonly name: string;
	/** Version of Neo4j, for example 2025.04.0; absent when it is unknown. */
	readonly version?: string;
	/** The last restore into the target; absent when there was none. A chain does not go on over a restore. */
	readonly timeline?: string;
};

/**
What lies in the directory, by its catalogue.
*/
export type StorageSummary = {
	/** Number of backups that can be restored. */
	readonly restorePoints?: number;
	/** Sum of the sizes in bytes of all backups that lie there. */
	readonly bytes?: number;
	/** Time of the oldest backup that can be restored. */
	readonly oldest?: string;
	/** Time of the newest backup that can be restored. */
	readonly newest?: string;
};

/**
What the last sweep found, and what the last one that removed anything did.
*/
export type RetentionStatus = {
	/** When the last sweep ended. */
	readonly lastSweepTime?: string;
	/** When the next sweep is due at the latest. */
	readonly nextSweepTime?: string;
	/** Number of artifacts that stayed. */
	readonly kept?: number;
	/** Number of artifacts that the last sweep which removed any deleted or archived. */
	readonly expired?: number;
	/** When that sweep ended. */
	readonly lastExpiredTime?: string;
	/** Number of artifacts marked to go with a later sweep, once the grace period is over. */
	readonly expiring?: number;
	/** Why the last sweep deleted less than the policy asks for, and what to do. */
	readonly message?: string;
	/** The plan of the last sweep. The whole of it lies in .neo4j-backup/sweeps/ of the directory. */
	readonly plan?: RetentionPlan;
};

/**
The plan of the last sweep. The whole of it lies in .neo4j-backup/sweeps/ of the directory.
*/
export type RetentionPlan = {
	/** Number of artifacts that stay. */
	readonly keep?: number;
	/** Number of artifacts to delete. */
	readonly expire?: number;
	/** Number of artifacts to archive. */
	readonly archive?: number;
	/** Up to 20 artifacts with what becomes of them, those that go first. */
	readonly artifacts?: readonly PlannedArtifact[];
};

/**
One artifact of the plan.
*/
export type PlannedArtifact = {
	/** File name in the directory. */
	readonly name: string;
	/** What becomes of it. */
	readonly verdict: 'keep' | 'expire' | 'archive';
	/** Which rule decided that, for example maxAge 30d. */
	readonly reason: string;
};
