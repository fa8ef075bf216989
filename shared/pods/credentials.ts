import {awaitSecret, NotYetError} from '../not-yet.ts';
import {checkCredentials} from '../stores/credentials.ts';
import {type KubeClient} from '../kube/client.ts';
import {readCredentials} from '../runs/store-secrets.ts';
import {type CloudBlock, type StorageUser} from '../runs/status.ts';
import {type Credentials} from './store-access.ts';

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
export const findCredentials = async (kube: KubeClient, user: StorageUser, {credentialsSecretRef}: CloudBlock): Promise<FoundCredentials | undefined> => {
	const {storage: {type}} = user.spec;
	const {namespace} = user.metadata;
	if (!credentialsSecretRef || type === 'pvc') {
		return undefined;
	}

	const data = await awaitSecret(readCredentials(kube, {namespace: namespace!, name: credentialsSecretRef, field: 'spec.storage.cloud.credentialsSecretRef'}));
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
