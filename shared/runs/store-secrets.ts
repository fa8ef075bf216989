import {ConfigurationError} from '../errors.ts';
import {type KubeClient} from '../kube/client.ts';
import {readSecretTexts} from '../kube/secret.ts';
import {authoritiesKey, parseAuthorities} from '../stores/authorities.ts';
import {type StoreCredentials} from '../stores/store.ts';

/** A Secret that a field of a CR names. */
export type NamedSecret = {readonly namespace: string; readonly name: string; readonly field: string};

/**
The credentials for a store that a CR names. Throws a ConfigurationError where there is no such Secret.
*/
export const readCredentials = async (kube: KubeClient, {field, ...secret}: NamedSecret): Promise<StoreCredentials> => {
	const values = await readSecretTexts(kube, secret);
	if (!values) {
		throw new ConfigurationError(`Secret ${secret.name} does not exist in namespace ${secret.namespace}: create it with the keys that its store needs, or change ${field}`, 'CredentialsInvalid');
	}

	return values;
};

/**
The authorities that sign a store's certificate, as PEM text. Throws a ConfigurationError where the Secret that a CR names is not there, or holds no certificate that can be read.
*/
export const readAuthorities = async (kube: KubeClient, {field, ...secret}: NamedSecret): Promise<string> => {
	const values = await readSecretTexts(kube, secret);
	if (!values) {
		throw new ConfigurationError(`Secret ${secret.name} does not exist in namespace ${secret.namespace}: create it with the key ${authoritiesKey}, or change ${field}`, 'CABundleInvalid');
	}

	const text = values[authoritiesKey] ?? '';
	parseAuthorities(text, `The key ${authoritiesKey} of Secret ${secret.name}, which ${field} names,`);
	return text;
};
