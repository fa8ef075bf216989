/** Replaced by the bundler; not defined when the source runs as it is. */
declare const API_GROUP: string | undefined;

/**
The API group of both kinds. One build constant: an installation beside another operator that owns CRDs of the same names is built with another group.
*/
const group: string = typeof API_GROUP === 'string' ? API_GROUP : 'neo4j.neo4j.com';

export const backupApiVersion = `${group}/v1alpha1`;
export const restoreApiVersion = `${group}/v1beta1`;

/**
Labels and annotations that users see or set.
*/
export const labels = {
	backup: 'neo4j.com/backup',
	restore: 'neo4j.com/restore',
	run: 'neo4j.com/run',
	name: 'app.kubernetes.io/name',
	instance: 'app.kubernetes.io/instance',
	component: 'app.kubernetes.io/component',
	partOf: 'app.kubernetes.io/part-of',
	managedBy: 'app.kubernetes.io/managed-by',
} as const;

/**
Holds a Neo4jBackup with `deletionPolicy: Delete` until its backups are deleted.
*/
export const deleteBackupsFinalizer = 'neo4j.com/backup-deletion';

/**
Holds a Neo4jRestore that has begun until its target is as it was and released.
*/
export const releaseTargetFinalizer = 'neo4j.com/target-release';

export const annotations = {
	runNow: 'neo4j.com/run-now',
	adoptStorage: 'neo4j.com/adopt-storage',
	backupFrom: 'neo4j.com/backup-from',
	restoreInProgress: 'neo4j.com/restore-in-progress',
	/** Another text after each restore that changed a database: no chain of backups goes on over it. */
	timeline: 'neo4j.com/timeline',
	azureStorageAccount: 'neo4j.com/azure-storage-account',
	manageBackups: 'neo4j.com/manage-backups',
	recoveryAwaits: 'neo4j.com/recovery-awaits',
} as const;
