import {checkCredentials} from './credentials.ts';
import {type OpenDriver} from './driver.ts';
import {
	StoreError, type Store, type StoreCredentials, type StoreLocation,
} from './store.ts';
import {normalizePath} from './uri.ts';

export type OpenStoreOptions = {
	/** Name of the Secret that the credentials are from, for messages. */
	readonly secretName?: string;
	/** PEM text of authorities to trust beside those that the process does. */
	readonly authorities?: string;
	/** Bound of one request; default 20 s. */
	readonly timeoutMs?: number;
	/** How often a request is sent when the store is busy or out of reach; default 3. */
	readonly attempts?: number;
	/** Ends every request when it aborts. */
	readonly signal?: AbortSignal;
};

// A driver and its SDK are loaded when the first store of its type is opened. A new driver is its file and its line here.
const drivers: Readonly<Record<StoreLocation['type'], () => Promise<OpenDriver>>> = {
	async s3() {
		const {openS3} = await import('./s3.ts');
		return openS3;
	},
	async gcs() {
		const {openGcs} = await import('./gcs.ts');
		return openGcs;
	},
	async azure() {
		const {openAzure} = await import('./azure.ts');
		return openAzure;
	},
	async pvc() {
		const {openPvc} = await import('./pvc.ts');
		return openPvc;
	},
};

/**
Opens the directory of a backup. Nothing is sent yet: a bucket that is missing or refused shows in the first operation. Throws a `StoreError` `CredentialsInvalid` for credentials that cannot be used as they are, and a `ConfigurationError` for a location that names no directory. Empty credentials stand for the ambient identity.
*/
export const openStore = async (location: StoreLocation, credentials: StoreCredentials, options: OpenStoreOptions = {}): Promise<Store> => {
	const {secretName, authorities, timeoutMs = 20_000, attempts = 3, signal} = options;
	if (Object.keys(credentials).length > 0) {
		// Unlike a Secret, a location may know region and account already, and a bucket tells its region itself.
		const known = {AWS_REGION: 'us-east-1', ...(location.account !== undefined && {AZURE_STORAGE_ACCOUNT: location.account})};
		const problem = checkCredentials(location.type, secretName ?? 'with the credentials', {...known, ...credentials});
		if (problem !== undefined) {
			throw new StoreError('CredentialsInvalid', problem);
		}
	}

	const openDriver = await drivers[location.type]();
	return openDriver({
		location: {...location, path: normalizePath(location.path)},
		credentials,
		limits: {timeoutMs, attempts, ...(signal && {signal})},
		...(secretName !== undefined && {secretName}),
		...(authorities !== undefined && {authorities}),
	});
};
