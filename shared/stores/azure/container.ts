import {Agent} from 'node:https';
import {ClientSecretCredential, DefaultAzureCredential, type TokenCredential} from '@azure/identity';
import {
	ContainerClient, newPipeline, RestError, StorageSharedKeyCredential, type Pipeline,
} from '@azure/storage-blob';
import {createServerClock, type ServerClock} from '../../kube/server-clock.ts';
import {trustedAuthorities} from '../authorities.ts';
import {usesClientSecret} from '../credentials.ts';
import {type Opening} from '../driver.ts';
import {basePrefix, checkKey} from '../keys.ts';
import {createRequests, type SendRequest} from '../requests.ts';
import {type StoreCredentials, type StoreLocation} from '../store.ts';
import {diagnoseAzure} from './errors.ts';

/**
Bytes of a block of an upload, at least, and blobs on a page of a listing. Tests make them small.
*/
export type AzureSizes = {readonly partBytes: number; readonly pageSize: number};

/**
An open directory of a container, as every operation on it needs it.
*/
export type AzureContainer = {
	readonly client: ContainerClient;
	readonly request: SendRequest;
	readonly clock: ServerClock;
	readonly name: string;
	readonly base: string;
	/** The container's name of a key in the directory. Throws an `InvalidKey`. */
	readonly whole: (key: string) => string;
	/** Whether the server is one that may ignore what Azure's keeps. */
	readonly compatible: boolean;
	/** Whether a deletion left the content there, as a version or for an undeletion. */
	readonly hidden: {seen: boolean};
	readonly sizes: AzureSizes;
	readonly opening: Opening;
};

/**
Connects to a container; nothing is sent yet. The SDK's retries are off: `requests.ts` owns them.
*/
export const connectAzure = (opening: Opening, sizes: AzureSizes): AzureContainer => {
	const {location, credentials, limits, secretName, authorities} = opening;
	const account = accountOf(location, credentials);
	const {bucket = '', endpointURL} = location;
	const address = serviceAddress(account, endpointURL);
	const pipeline = newPipeline(credentialOf(account, opening), {retryOptions: {maxTries: 1}});
	const base = basePrefix(location.path);
	const name = `container ${bucket} of ${address}`;
	const clock = createServerClock();
	pipeline.factories.push(observeDates(clock), ...authorities === undefined ? [] : [sendBy(new Agent({keepAlive: true, ca: trustedAuthorities(authorities)}))]);
	const request = createRequests({
		name,
		secretKeys: 'AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY',
		rights: 'to read, write, delete and list blobs in it (the role Storage Blob Data Contributor)',
		...(secretName !== undefined && {secretName}),
		credentials,
	}, limits, diagnoseAzure);
	return {
		client: new ContainerClient(`${address}/${encodeURIComponent(bucket)}`, pipeline),
		request,
		clock,
		name,
		base,
		whole(key) {
			checkKey(key);
			return base + key;
		},
		compatible: endpointURL !== undefined,
		hidden: {seen: false},
		sizes,
		opening,
	};
};

/**
The storage account: the location's, else the credentials'.
*/
export const accountOf = (location: StoreLocation, credentials: StoreCredentials): string => location.account ?? credentials['AZURE_STORAGE_ACCOUNT']?.trim() ?? '';

/**
Where the account is reached: Azure's own address, or the endpoint given, with the account as its first folder unless the endpoint already names it there or in its host.
*/
export const serviceAddress = (account: string, endpointURL: string | undefined): string => {
	if (endpointURL === undefined) {
		return `https://${account}.blob.core.windows.net`;
	}

	const {hostname, pathname} = new URL(endpointURL);
	const endpoint = endpointURL.replace(/\/+$/v, '');
	return hostname.startsWith(`${account}.`) || pathname.split('/')[1] === account ? endpoint : `${endpoint}/${account}`;
};

const credentialOf = (account: string, {location, credentials, authorities}: Opening): StorageSharedKeyCredential | TokenCredential => {
	const {AZURE_STORAGE_KEY: key, AZURE_TENANT_ID: tenant = '', AZURE_CLIENT_ID: client = '', AZURE_CLIENT_SECRET: secret = ''} = credentials;
	if (key !== undefined && key.trim() !== '') {
		return new StorageSharedKeyCredential(account, key.trim());
	}

	const options = {
		// Microsoft's directory of authorities, which is asked otherwise, knows none of a store that is not Microsoft's.
		disableInstanceDiscovery: location.endpointURL !== undefined,
		...(authorities !== undefined && {tlsOptions: {ca: trustedAuthorities(authorities).join('\n')}}),
	};
	return usesClientSecret(credentials) ? new ClientSecretCredential(tenant.trim(), client.trim(), secret.trim(), options) : new DefaultAzureCredential(options);
};

const sendBy = (agent: Agent): Pipeline['factories'][number] => ({
	create: next => ({
		async sendRequest(request) {
			request.agent = agent;
			return next.sendRequest(request);
		},
	}),
});

// Every answer passes here; a refusal has become an error by then.
const observeDates = (clock: ServerClock): Pipeline['factories'][number] => ({
	create: next => ({
		async sendRequest(request) {
			try {
				const answer = await next.sendRequest(request);
				clock.observe(answer.headers.get('date'));
				return answer;
			} catch (error) {
				if (error instanceof RestError) {
					clock.observe(error.response?.headers.get('date'));
				}

				throw error;
			}
		},
	}),
});
