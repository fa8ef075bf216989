/**
A custom resource whose CRD is the source of TypeScript types and of the API reference.
*/
export type CustomResource = {
	readonly crd: string;
	readonly types: string;
	/** Where its schema goes for who checks a manifest without an API server; absent: nobody does. */
	readonly schema?: string;
	/** The names of the objects in its schema, by their path. One that stands in several places (a YAML alias) is named once. */
	readonly shapes: Readonly<Record<string, string>>;
};

export const customResources: readonly CustomResource[] = [
	{
		crd: 'crds/neo4jbackups.yaml',
		types: 'shared/api/neo4jbackup.generated.ts',
		schema: 'cli/plan/neo4jbackup-schema.generated.ts',
		shapes: {
			'': 'Neo4jBackup',
			spec: 'Neo4jBackupSpec',
			'spec.target': 'BackupTarget',
			'spec.storage': 'StorageLocation',
			'spec.storage.pvc': 'PVCSpec',
			'spec.storage.cloud': 'CloudBlock',
			'spec.storage.cloud.identity': 'CloudIdentity',
			'spec.storage.cloud.identity.autoCreate': 'AutoCreateSpec',
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
			'status.history[].artifacts[]': 'BackupArtifact',
			'status.history[].target': 'RunTarget',
			'status.storage': 'StorageSummary',
			'status.retention': 'RetentionStatus',
			'status.retention.plan': 'RetentionPlan',
			'status.retention.plan.artifacts[]': 'PlannedArtifact',
		},
	},
	{
		crd: 'crds/neo4jrestores.yaml',
		types: 'shared/api/neo4jrestore.generated.ts',
		shapes: {
			'': 'Neo4jRestore',
			spec: 'Neo4jRestoreSpec',
			'spec.source': 'RestoreSource',
			'spec.source.storage': 'StorageLocation',
			'spec.source.storage.pvc': 'PVCSpec',
			'spec.source.storage.cloud': 'CloudBlock',
			'spec.source.storage.cloud.identity': 'CloudIdentity',
			'spec.source.storage.cloud.identity.autoCreate': 'AutoCreateSpec',
			'spec.source.encryption': 'EncryptionConfig',
			'spec.source.pitr': 'PITRConfig',
			'spec.source.pitr.baseBackup': 'BaseBackupSource',
			'spec.source.pitr.compression': 'CompressionConfig',
			'spec.options': 'RestoreOptionsSpec',
			'spec.options.preRestore': 'RestoreHooks',
			'spec.options.preRestore.job': 'RestoreHookJob',
			'spec.options.preRestore.job.template': 'JobTemplateSpec',
			'spec.options.preRestore.job.template.container': 'ContainerSpec',
			'spec.options.preRestore.job.template.container.env[]': 'EnvVar',
			'spec.options.preRestore.job.template.container.env[].valueFrom': 'EnvVarSource',
			'spec.options.preRestore.job.template.container.env[].valueFrom.secretKeyRef': 'KeyReference',
			'spec.options.preRestore.job.template.container.env[].valueFrom.fieldRef': 'FieldReference',
			'spec.options.tempStorage': 'TempStorage',
			status: 'Neo4jRestoreStatus',
			'status.conditions[]': 'Condition',
			'status.stats': 'RestoreStats',
			'status.backupInfo': 'RestoreBackupInfo',
			'status.target': 'RestoreTarget',
			'status.failure': 'RestoreFailure',
			'status.resolvedSource': 'ResolvedSource',
			'status.resolvedSource.artifacts[]': 'ResolvedArtifact',
		},
	},
];
