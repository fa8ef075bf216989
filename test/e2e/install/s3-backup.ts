import {type Manifest} from '#shared/kube/object.ts';

type Place = {
	readonly bucket: string;
	readonly endpointURL: string;
	/** More of `storage.cloud`. */
	readonly cloud?: Readonly<Record<string, unknown>>;
};

/**
A Neo4jBackup of a stage's target into the folder of its own name, with the Secret `aws-backup-credentials`.
*/
export const s3Backup = (name: string, {bucket, endpointURL, cloud}: Place, spec: Readonly<Record<string, unknown>> = {}): Manifest => ({
	apiVersion: 'neo4j.neo4j.com/v1alpha1',
	kind: 'Neo4jBackup',
	metadata: {name},
	spec: {
		target: {kind: 'Cluster', name: 'production-cluster'},
		storage: {
			type: 's3', bucket, path: `${name}/`, cloud: {
				provider: 'aws', credentialsSecretRef: 'aws-backup-credentials', endpointURL, forcePathStyle: true, ...cloud,
			},
		},
		...spec,
	},
});
