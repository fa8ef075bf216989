// Generated from crds/neo4jrestores.yaml by `npm run types`: change the CRD, not this file.
import type {ObjectMeta} from '../kube/object.ts';

/**
Neo4jRestore restores one database of a Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone from a backup, to the state of the backup or to a point in time, and brings it online. It runs once.
*/
export type Neo4jRestore = {
	/** The version of this API, neo4j.neo4j.com/v1beta1. */
	readonly apiVersion: string;
	/** Neo4jRestore. */
	readonly kind: string;
	/** Standard object metadata. */
	readonly metadata: ObjectMeta;
	/** What to restore, from where, and into what. Changes count until the restore begins; afterwards they do nothing. */
	readonly spec: Neo4jRestoreSpec;
	/** What has been observed; written by the functions. */
	readonly status?: Neo4jRestoreStatus;
};

/**
What to restore, from where, and into what. Changes count until the restore begins; afterwards they do nothing.
*/
export type Neo4jRestoreSpec = {
	/** Name of the Neo4jEnterpriseCluster or, when there is none, of the Neo4jEnterpriseStandalone (or of a release of the official Helm chart) to restore into, in the same namespace. */
	readonly clusterRef: string;
	/** The backup to restore from. */
	readonly source: RestoreSource;
	/** Name of the database, in lower case, that holds the data afterwards, for example mydb. 3 to 63 characters; system cannot be restored this way. */
	readonly databaseName: string;
	/** How the restore is run. */
	readonly options?: RestoreOptionsSpec;
	/** Restore over an existing database (--overwrite-destination). The default is false. */
	readonly force?: boolean;
	/** Scale the target to zero and restore offline onto the data volume of its server 0 (PersistentVolumeClaim data-<clusterRef>-server-0), then scale it up again. The default is false, which stops the one database alone. */
	readonly stopCluster?: boolean;
	/** Longest time of the restore Job, as a duration, for example 2h or 30m, past which the restore fails. Without it there is no limit. */
	readonly timeout?: string;
	/** How the data gets into the target: Job (neo4j-admin database restore in a Job, onto the data volume), Seed (the servers of a cluster read a cloud source themselves, by seedURI) or Auto (default, which is Job). */
	readonly method?: 'Auto' | 'Job' | 'Seed';
};

/**
The backup to restore from.
*/
export type RestoreSource = {
	/** Type of the source: backup (a Neo4jBackup by backupRef), storage (a location of its own), s3, gcs and azure (storage of that type) or pitr (point-in-time recovery from a base backup and the differential backups after it). */
	readonly type: 'backup' | 'storage' | 'pitr' | 's3' | 'gcs' | 'azure';
	/** Name of a Neo4jBackup in the same namespace, whose newest successful run with the database is restored, with its storage and credentials. Required with type backup. */
	readonly backupRef?: string;
	/** Where the backup lies. Required with types storage, s3, gcs and azure. */
	readonly storage?: StorageLocation;
	/** A backup file within the storage, or a folder in it whose newest restorable backup of the database is taken, for example /backups/production/backup-20250120-020000. A differential backup brings its chain. Without it the newest in storage.path (with type backup, in the directory of the Neo4jBackup) is taken. */
	readonly backupPath?: string;
	/** Restore to this time in RFC 3339, for example "2025-01-04T12:30:00Z" (--restore-until). Exclusive, so a transaction of that very second is not there. Works with every type whose chain covers it. */
	readonly pointInTime?: string;
	/** How the files in storage are encrypted. With type backup that of the Neo4jBackup is the default. */
	readonly encryption?: EncryptionConfig;
	/** Point-in-time recovery. Neo4j ships no transaction logs; the differential backups in logStorage hold the transactions after the base. Required with type pitr. */
	readonly pitr?: PITRConfig;
};

/**
Where the backup lies. Required with types storage, s3, gcs and azure.
*/
export type StorageLocation = {
	/** Storage type: s3 (Amazon S3 and compatible stores), gcs (Google Cloud Storage), azure (Azure Blob Storage) or pvc (a PersistentVolumeClaim). */
	readonly type: 's3' | 'gcs' | 'azure' | 'pvc';
	/** Name of the bucket, with type azure of the container. Required for s3, gcs and azure. Example neo4j-backups. */
	readonly bucket?: string;
	/** Folder within the bucket or PersistentVolumeClaim, for example production/. Slashes at either end make no difference. The default is the root. */
	readonly path?: string;
	/** The PersistentVolumeClaim that holds the backup. Required with type pvc. */
	readonly pvc?: PVCSpec;
	/** Account of the cloud that holds the bucket. */
	readonly cloud?: CloudBlock;
};

/**
The PersistentVolumeClaim that holds the backup. Required with type pvc.
*/
export type PVCSpec = {
	/** Accepted so that the block of a Neo4jBackup can be used as it is; a restore creates no claim. */
	readonly storageClassName?: string;
	/** Name of the PersistentVolumeClaim. Required. */
	readonly name?: string;
	/** Accepted so that the block of a Neo4jBackup can be used as it is; a restore creates no claim. */
	readonly size?: string;
};

/**
Account of the cloud that holds the bucket.
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
	/** Creation of the ServiceAccount neo4j-backup-sa, which restores use too. */
	readonly autoCreate?: AutoCreateSpec;
};

/**
Creation of the ServiceAccount neo4j-backup-sa, which restores use too.
*/
export type AutoCreateSpec = {
	/** Create neo4j-backup-sa and keep its annotations as below. The default is true. */
	readonly enabled?: boolean;
	/** Annotations of neo4j-backup-sa, in place before the Job starts, for example eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/neo4j-backup-role. */
	readonly annotations?: Readonly<Record<string, string>>;
};

/**
How the files in storage are encrypted. With type backup that of the Neo4jBackup is the default.
*/
export type EncryptionConfig = {
	/** Decrypt the files. The default is false. */
	readonly enabled?: boolean;
	/** Format of the files: AES256 (default; AWS Encryption SDK, raw AES keyring) or ChaCha20Poly1305 (age; what a Neo4jBackup calls ChaCha20). */
	readonly algorithm?: 'AES256' | 'ChaCha20Poly1305';
	/** Name of a Secret in the same namespace that holds the key. Required when enabled. */
	readonly keySecret?: string;
	/** Key of the Secret that holds the key (default key): for AES256 32 bytes, raw or as base64; for ChaCha20Poly1305 an age identity. */
	readonly keySecretKey?: string;
};

/**
Point-in-time recovery. Neo4j ships no transaction logs; the differential backups in logStorage hold the transactions after the base. Required with type pitr.
*/
export type PITRConfig = {
	/** The backup that recovery starts from. */
	readonly baseBackup: BaseBackupSource;
	/** Where the differential backups lie that continue the base - the directory of a Neo4jBackup of type AUTO or DIFF, or a copy of its files. */
	readonly logStorage: StorageLocation;
	/** How far back from the newest file in logStorage a point may be, as a duration. A point further back is refused before anything is stopped. The default is 168h. */
	readonly logRetention?: string;
	/** How much the newest file may lie behind, as a duration - behind now when no point is given, which then only warns; behind the given point, which is then restored to the end of that file with a warning. The default is 1m. */
	readonly recoveryPointObjective?: string;
	/** Check before anything is stopped that the transaction ranges of the files join. The default is true. */
	readonly validateLogIntegrity?: boolean;
	/** How the files in logStorage are packed. Plain .backup files are read all the same. */
	readonly compression?: CompressionConfig;
	/** How the files in logStorage are encrypted. */
	readonly encryption?: EncryptionConfig;
};

/**
The backup that recovery starts from.
*/
export type BaseBackupSource = {
	/** Type of the base: backup (a Neo4jBackup by backupRef) or storage (a location of its own). */
	readonly type: 'backup' | 'storage';
	/** Name of a Neo4jBackup in the same namespace. Required with type backup. */
	readonly backupRef?: string;
	/** Where the base backup lies. Required with type storage. */
	readonly storage?: StorageLocation;
	/** A backup file within the storage, or a folder in it. Without it the whole directory counts. */
	readonly backupPath?: string;
};

/**
How the files in logStorage are packed. Plain .backup files are read all the same.
*/
export type CompressionConfig = {
	/** Unpack packed files. The default is true. */
	readonly enabled?: boolean;
	/** Format of packed files: gzip (default), lz4 or zstd. */
	readonly algorithm?: 'gzip' | 'lz4' | 'zstd';
	/** Level that the files were packed with (gzip 1 to 9, lz4 1 to 12, zstd 1 to 22). It changes nothing on reading. */
	readonly level?: number;
};

/**
How the restore is run.
*/
export type RestoreOptionsSpec = {
	/** Replace the database when it exists (--overwrite-destination), as force does. The default is false. */
	readonly replaceExisting?: boolean;
	/** Check the backup with neo4j-admin database check before anything is stopped. The default is false. */
	readonly verifyBackup?: boolean;
	/** Further arguments of neo4j-admin database restore, passed verbatim and in order, one element one argument, for example --verbose. One that the version does not know is refused before anything is stopped. */
	readonly additionalArgs?: readonly string[];
	/** Hook that runs before anything is stopped. */
	readonly preRestore?: RestoreHooks;
	/** Hook that runs once the database is online. */
	readonly postRestore?: RestoreHooks;
	/** Absolute path of a folder for temporary files (--temp-path), mounted as a volume of its own, for example /tmp/neo4j-restore-temp. */
	readonly tempPath?: string;
	/** A volume claim for the temporary files, made for the restore and gone after it. Without it they lie on the node (emptyDir). */
	readonly tempStorage?: TempStorage;
	/** Restore the users, roles and privileges that were saved with the backup, once the database is online. The default is false. */
	readonly restoreMetadata?: boolean;
};

/**
Hook that runs before anything is stopped.
*/
export type RestoreHooks = {
	/** A Job to run, after the statements. */
	readonly job?: RestoreHookJob;
	/** Cypher statements to run in order in the database; the first error ends the restore. */
	readonly cypherStatements?: readonly string[];
};

/**
A Job to run, after the statements.
*/
export type RestoreHookJob = {
	/** What the Job runs. */
	readonly template: JobTemplateSpec;
	/** Longest time of the Job, as a duration, for example 30m, past which the restore fails. The default is 30m. */
	readonly timeout?: string;
};

/**
What the Job runs.
*/
export type JobTemplateSpec = {
	/** The only container of the Job. */
	readonly container: ContainerSpec;
	/** How often a failed Pod is tried again. The default is 0. */
	readonly backoffLimit?: number;
};

/**
The only container of the Job.
*/
export type ContainerSpec = {
	/** Container image. */
	readonly image: string;
	/** Entrypoint. The default is that of the image. */
	readonly command?: readonly string[];
	/** Arguments of the entrypoint. */
	readonly args?: readonly string[];
	/** Environment variables. */
	readonly env?: readonly EnvVar[];
};

/**
One variable.
*/
export type EnvVar = {
	/** Name of the variable. */
	readonly name: string;
	/** Value of the variable. */
	readonly value?: string;
	/** Source of the value. */
	readonly valueFrom?: EnvVarSource;
};

/**
Source of the value.
*/
export type EnvVarSource = {
	/** A key of a Secret in the same namespace. */
	readonly secretKeyRef?: KeyReference;
	/** A key of a ConfigMap in the same namespace. */
	readonly configMapKeyRef?: KeyReference;
	/** A field of the Pod. */
	readonly fieldRef?: FieldReference;
};

/**
A key of a Secret in the same namespace.
*/
export type KeyReference = {
	/** Name of the object. */
	readonly name: string;
	/** Key in it. */
	readonly key: string;
	/** Whether the object or the key may be missing. The default is false. */
	readonly optional?: boolean;
};

/**
A field of the Pod.
*/
export type FieldReference = {
	/** Version of the schema of the path. The default is v1. */
	readonly apiVersion?: string;
	/** Path of the field, for example metadata.name. */
	readonly fieldPath: string;
};

/**
A volume claim for the temporary files, made for the restore and gone after it. Without it they lie on the node (emptyDir).
*/
export type TempStorage = {
	/** Size of the volume as a Kubernetes quantity, for example 200Gi. */
	readonly size: string;
	/** Storage class of the volume. The default is the default class of the cluster. */
	readonly storageClassName?: string;
};

/**
What has been observed; written by the functions.
*/
export type Neo4jRestoreStatus = {
	/** Conditions of the restore - Ready, JobCreated, ClusterStopped and BackupVerified. */
	readonly conditions?: readonly Condition[];
	/** Current phase: Pending (no effect yet, also while it waits for something), Running (from the first effect on), Completed (the database is online with the restored data) or Failed. */
	readonly phase?: 'Pending' | 'Running' | 'Completed' | 'Failed';
	/** What is, in words, and after a failure what to do. */
	readonly message?: string;
	/** When the restore began. */
	readonly startTime?: string;
	/** When the restore ended, well or not. */
	readonly completionTime?: string;
	/** Statistics of the restore, filled when it has ended. */
	readonly stats?: RestoreStats;
	/** The backup that is restored, filled as soon as it is known. */
	readonly backupInfo?: RestoreBackupInfo;
	/** The metadata.generation of the spec that is acted on. */
	readonly observedGeneration?: number;
	/** The step that the restore is at, or failed at. */
	readonly step?: 'Validate' | 'ResolveSource' | 'CheckDatabase' | 'PreHooks' | 'VerifyBackup' | 'Stop' | 'RestoreJob' | 'Start' | 'BringUp' | 'AwaitOnline' | 'PostHooks' | 'Completed';
	/** When the step began. */
	readonly stepTime?: string;
	/** What is restored into, as it was before the first effect. */
	readonly target?: RestoreTarget;
	/** The uid of the restore Job, once it was created. */
	readonly jobUID?: string;
	/** When the statement that brings the database up was about to be sent. */
	readonly broughtUpAt?: string;
	/** Why the restore fails, while the target is still being brought back. */
	readonly failure?: RestoreFailure;
	/** The exact artifacts to restore, pinned before the first effect, so that newer backups change nothing. */
	readonly resolvedSource?: ResolvedSource;
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
Statistics of the restore, filled when it has ended.
*/
export type RestoreStats = {
	/** Time from start to completion, for example 12m4s. */
	readonly duration?: string;
	/** Size of what was restored, for example 2.5GB. */
	readonly dataSize?: string;
	/** Size over duration, for example 8.3MB/s. */
	readonly throughput?: string;
	/** Number of artifacts restored, which is the length of the chain. */
	readonly fileCount?: number;
	/** Number of failed attempts and failed hook statements. */
	readonly errorCount?: number;
};

/**
The backup that is restored, filled as soon as it is known.
*/
export type RestoreBackupInfo = {
	/** URI or path of the artifact. */
	readonly backupPath?: string;
	/** When the backup was made, from its own header. */
	readonly backupCreatedAt?: string;
	/** Name of the database in the backup. */
	readonly originalDatabase?: string;
	/** Version of Neo4j that made the backup; absent when nothing tells. */
	readonly neo4jVersion?: string;
	/** Size of the chain that is used, for example 2.5GB. */
	readonly backupSize?: string;
};

/**
What is restored into, as it was before the first effect.
*/
export type RestoreTarget = {
	/** Neo4jEnterpriseCluster, Neo4jEnterpriseStandalone or HelmRelease. */
	readonly kind: string;
	/** Its name. */
	readonly name: string;
	/** The uid of the object. One that is made again under the same name is another. */
	readonly uid: string;
	/** Version of its Neo4j, if known. */
	readonly version?: string;
	/** Name of its StatefulSet, which is scaled. */
	readonly statefulSet: string;
	/** Name of the PersistentVolumeClaim of its server 0, which is restored onto. */
	readonly claim: string;
	/** Number of its servers, which are there again afterwards. */
	readonly replicas: number;
	/** Whether it had the database. Absent when nobody could be asked. */
	readonly databaseExists?: boolean;
};

/**
Why the restore fails, while the target is still being brought back.
*/
export type RestoreFailure = {
	/** The step that failed. */
	readonly step: string;
	/** Why, in one CamelCase word. */
	readonly reason: string;
	/** Why, in a sentence, and what to do. */
	readonly message: string;
};

/**
The exact artifacts to restore, pinned before the first effect, so that newer backups change nothing.
*/
export type ResolvedSource = {
	/** The Neo4jBackup that they are of, if any. */
	readonly backupRef?: string;
	/** The run that wrote the newest of them, if known. */
	readonly runID?: string;
	/** URI of their directory, for example s3://neo4j-backups/daily/. */
	readonly location?: string;
	/** Where their directory is, and how it is reached. */
	readonly storage?: StorageLocation;
	/** How they are encrypted; absent when they are not. */
	readonly encryption?: EncryptionConfig;
	/** Number of the artifacts, which is the length of the chain; absent when nothing tells. */
	readonly artifactCount?: number;
	/** Size of all of them together, in bytes. */
	readonly bytes?: number;
	/** When they were chosen. */
	readonly resolvedAt?: string;
	/** The artifacts, the FULL first and the one to restore last; of more than 20 the FULL and the newest 19. */
	readonly artifacts?: readonly ResolvedArtifact[];
};

/**
One artifact.
*/
export type ResolvedArtifact = {
	/** File name in the directory. */
	readonly name: string;
	/** Size in bytes. */
	readonly size: number;
	/** Whether it is a full backup; absent when nothing tells. */
	readonly full?: boolean;
	/** Its last transaction, if known. */
	readonly highestTx?: number;
};
