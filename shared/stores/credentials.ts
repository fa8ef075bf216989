import {createPrivateKey} from 'node:crypto';
import {type StoreCredentials, type StoreLocation} from './store.ts';

/**
Keys that a credentials Secret needs, each with the spellings that count as it, the seed's own first.
*/
export const requiredKeys = (type: StoreLocation['type']): ReadonlyArray<readonly string[]> => keysOf[type];

/**
Why a Secret's data cannot be used for a store of that type, as a sentence that names the Secret and the key, and never a value; undefined when it can. With `AZURE_CLIENT_ID`, `AZURE_TENANT_ID` and `AZURE_CLIENT_SECRET` an account key is not needed.
*/
export const checkCredentials = (type: StoreLocation['type'], secretName: string, data: StoreCredentials): string | undefined => {
	const missing = requiredKeys(type)
		.filter(spellings => !(type === 'azure' && usesClientSecret(data) && spellings.includes('AZURE_STORAGE_KEY')))
		.find(spellings => !spellings.some(key => isFilled(data[key])));
	if (missing !== undefined) {
		return missingKey(secretName, missing, data);
	}

	return type === 'gcs' ? wrongServiceAccount(secretName, data['GOOGLE_APPLICATION_CREDENTIALS_JSON'] ?? '') : wrongAzureKey(secretName, data['AZURE_STORAGE_KEY']);
};

/**
Whether these are the credentials of an Azure application, which stand in for an account key.
*/
export const usesClientSecret = (data: StoreCredentials): boolean =>
	['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_CLIENT_SECRET'].every(key => isFilled(data[key]));

const keysOf = {
	s3: [['AWS_ACCESS_KEY_ID'], ['AWS_SECRET_ACCESS_KEY'], ['AWS_DEFAULT_REGION', 'AWS_REGION']],
	gcs: [['GOOGLE_APPLICATION_CREDENTIALS_JSON']],
	azure: [['AZURE_STORAGE_ACCOUNT'], ['AZURE_STORAGE_KEY']],
	pvc: [],
} as const;

const isFilled = (value: string | undefined): boolean => value !== undefined && value.trim() !== '';

const missingKey = (secretName: string, spellings: readonly string[], data: StoreCredentials): string => {
	const empty = spellings.find(key => data[key] !== undefined);
	return empty === undefined
		? `Secret ${secretName} lacks the key ${spellings.join(' (or ')}${spellings.length > 1 ? ')' : ''}: add it.`
		: `The key ${empty} of Secret ${secretName} is empty: fill it in.`;
};

const wrongAzureKey = (secretName: string, key: string | undefined): string | undefined =>
	key === undefined || /^[A-Za-z\d+\/]+={0,2}\s*$/v.test(key)
		? undefined
		: `The key AZURE_STORAGE_KEY of Secret ${secretName} is not Base64: copy the account's key as the portal shows it.`;

const wrongServiceAccount = (secretName: string, text: string): string | undefined => {
	const key = `The key GOOGLE_APPLICATION_CREDENTIALS_JSON of Secret ${secretName}`;
	const account = parseObject(text);
	if (account === undefined) {
		return `${key} is not a JSON object: put the text of the service account's key file there, not its path and not Base64 of it.`;
	}

	// Other types can name a file or a program of this pod as the source of a token, and an address to send it to.
	if (account['type'] !== 'service_account') {
		return `${key} is not of type "service_account": put the key file of a service account there.`;
	}

	const lacking = ['client_email', 'private_key'].find(field => !isText(account[field]));
	if (lacking !== undefined) {
		return `${key} has no "${lacking}": put the whole key file of the service account there.`;
	}

	return isPrivateKey(String(account['private_key'])) ? undefined : String.raw`${key} has a "private_key" that is no PEM key: its line breaks must be \n inside the JSON.`;
};

// A parser's own message quotes the text, which is the secret; so nothing of it is passed on.
const parseObject = (text: string): Record<string, unknown> | undefined => {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined;
	} catch {
		return undefined;
	}
};

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isPrivateKey = (pem: string): boolean => {
	try {
		createPrivateKey(pem);
		return true;
	} catch {
		return false;
	}
};
