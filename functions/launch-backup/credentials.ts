import {Buffer} from 'node:buffer';
import {NotYetError} from './not-yet.ts';
import {type Credentials} from './store-access.ts';
import {checkCredentials} from '#shared/stores/credentials.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type CloudBlock, type Neo4jBackup} from '#shared/runs/status.ts';

export type SecretObject = KubeObject & {readonly data?: Readonly<Record<string, string>>};

export type FoundCredentials = Credentials & {
	/** The storage account that the Secret names: it is part of every URI. */
	readonly account?: string;
	readonly hasRegion: boolean;
	/** Whether neo4j-admin itself can sign in with this Secret. */
	readonly native: boolean;
};

/**
The Secret of a CR, checked for the keys that its store needs before any Job exists (B-075). Undefined without a `credentialsSecretRef`: the ambient identity is used.
*/
export const findCredentials = async (kube: KubeClient, backup: Neo4jBackup, {credentialsSecretRef}: CloudBlock): Promise<FoundCredentials | undefined> => {
	const {storage: {type}} = backup.spec;
	const {namespace} = backup.metadata;
	if (!credentialsSecretRef || type === 'pvc') {
		return undefined;
	}

	const secret = await kube.get<SecretObject>({
		apiVersion: 'v1', kind: 'Secret', namespace: namespace!, name: credentialsSecretRef,
	});
	if (!secret) {
		throw new NotYetError('CredentialsInvalid', `Secret ${credentialsSecretRef} does not exist in namespace ${namespace}: create it with the keys that spec.storage.cloud.credentialsSecretRef asks for`);
	}

	const data = Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
	const problem = checkCredentials(type, credentialsSecretRef, data);
	if (problem) {
		throw new NotYetError('CredentialsInvalid', problem);
	}

	return {
		secretName: credentialsSecretRef,
		keys: Object.keys(data),
		hasRegion: Boolean(data['AWS_REGION'] ?? data['AWS_DEFAULT_REGION']),
		native: type !== 'azure' || Boolean(data['AZURE_CLIENT_ID'] && data['AZURE_TENANT_ID'] && data['AZURE_CLIENT_SECRET']),
		...(data['AZURE_STORAGE_ACCOUNT'] && {account: data['AZURE_STORAGE_ACCOUNT']}),
	};
};
