/**
A custom resource whose CRD is the source of TypeScript types and of the API reference.
*/
export type CustomResource = {
	readonly crd: string;
	readonly types: string;
	/** The shapes below it that have a name of their own, by their path; the same name twice is one shape in two places. */
	readonly shapes: Readonly<Record<string, string>>;
};

export const customResources: readonly CustomResource[] = [
	{
		crd: 'crds/neo4jbackups.yaml',
		types: 'shared/api/neo4jbackup.generated.ts',
		shapes: {
			'': 'Neo4jBackup',
			spec: 'Neo4jBackupSpec',
			'spec.target': 'BackupTarget',
			'spec.storage': 'StorageLocation',
			'spec.storage.pvc': 'PVCSpec',
			'spec.storage.cloud': 'CloudBlock',
			'spec.cloud': 'CloudBlock',
			'spec.retention.cloud': 'CloudBlock',
			'spec.storage.cloud.identity': 'CloudIdentity',
			'spec.cloud.identity': 'CloudIdentity',
			'spec.retention.cloud.identity': 'CloudIdentity',
			'spec.storage.cloud.identity.autoCreate': 'AutoCreateSpec',
			'spec.cloud.identity.autoCreate': 'AutoCreateSpec',
			'spec.retention.cloud.identity.autoCreate': 'AutoCreateSpec',
			'spec.schedules[]': 'BackupSchedule',
			'spec.retention': 'RetentionPolicy',
			'spec.retention.keep': 'KeepPolicy',
			'spec.options': 'BackupOptions',
			'spec.options.tempStorage': 'TempStorage',
			'spec.options.encryption': 'EncryptionSpec',
			'spec.options.resources': 'ResourceRequirements',
			status: 'Neo4jBackupStatus',
			'status.conditions[]': 'Condition',
			'status.observedSchedule': 'ObservedSchedule',
			'status.stats': 'BackupStats',
			'status.history[]': 'BackupRun',
			'status.history[].stats': 'BackupStats',
			'status.history[].artifacts[]': 'BackupArtifact',
			'status.history[].target': 'RunTarget',
			'status.storage': 'StorageSummary',
			'status.retention': 'RetentionStatus',
			'status.retention.plan': 'RetentionPlan',
			'status.retention.plan.artifacts[]': 'PlannedArtifact',
		},
	},
];
