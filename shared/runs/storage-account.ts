import {annotations} from '../api/group.ts';
import {ConfigurationError} from '../errors.ts';
import {type KubeClient} from '../kube/client.ts';

type Sources = {
	/** What the CR or its Secret says. */
	readonly given: string | undefined;
	/** The account whose annotation says it, where neither does. */
	readonly serviceAccount: {readonly namespace: string; readonly name: string};
	/** The installation's own. */
	readonly fallback: string | undefined;
};

/**
Azure's storage account, without which no URI exists: from the CR, its Secret, its ServiceAccount, or the installation (decision D13). Throws a ConfigurationError where none says it.
*/
export const findStorageAccount = async (kube: KubeClient, {given, serviceAccount, fallback}: Sources): Promise<string> => {
	const account = given ? undefined : await kube.get({apiVersion: 'v1', kind: 'ServiceAccount', ...serviceAccount});
	// An empty text in a Secret or a manifest names none.
	const found = [given, account?.metadata.annotations?.[annotations.azureStorageAccount], fallback].find(Boolean);
	if (!found) {
		throw new ConfigurationError('spec.storage.cloud.storageAccount: no Azure storage account is known; set it, or name a Secret with AZURE_STORAGE_ACCOUNT', 'StorageAccountMissing');
	}

	return found;
};
