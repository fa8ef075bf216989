import {toError} from '../errors.ts';
import {StoreError, type StoreCredentials, type StoreErrorCode} from './store.ts';

/**
What a driver reads from its SDK's error. `says` is the provider's own code and message; `region` the right one, where it is told.
*/
export type Diagnosis = {
	readonly code: StoreErrorCode;
	readonly says?: string;
	readonly region?: string;
	/** Until when a lock holds. */
	readonly retryAfter?: Date | undefined;
};

/**
How a store is spoken of in messages: `name` like `bucket "b" at https://host`; `secretKeys` and `rights` are what the user has to mend, in the provider's words.
*/
export type Place = {
	readonly name: string;
	readonly secretKeys: string;
	readonly rights: string;
	readonly secretName?: string;
	readonly credentials: StoreCredentials;
};

/**
The `StoreError` of a failed operation: what was tried where, what the provider said, and the way out. Neither message nor cause holds a value of the credentials, nor the SDK's own error, which may carry request headers.
*/
export const toStoreError = (operation: string, place: Place, diagnosis: Diagnosis): StoreError => {
	const says = diagnosis.says === undefined ? '' : ` (${redact(firstLine(diagnosis.says), place.credentials)})`;
	return new StoreError(diagnosis.code, `${operation} in ${place.name} failed: ${wayOut(place, diagnosis)}${says}`, {retryAfter: diagnosis.retryAfter});
};

/**
What an error means that came from the network or the clock rather than from the store; undefined for any other. The innermost cause is the one that says most.
*/
export const diagnoseNetwork = (error: unknown): Diagnosis | undefined =>
	[...causes(error)].map(cause => diagnoseCause(cause)).findLast(diagnosis => diagnosis !== undefined);

const diagnoseCause = ({name, message, code}: Cause): Diagnosis | undefined => {
	if (untrusted.has(code)) {
		return {code: 'CertificateNotTrusted', says: `${code}: ${message}`};
	}

	// The code first: one SDK names a cut connection a time-out.
	if (isNetworkCode(code) || /socket hang up|\baborted$/v.test(message)) {
		return {code: 'Unreachable', says: code === '' ? message : `${code}: ${message}`};
	}

	return timeouts.has(code) || timeouts.has(name) ? {code: 'TimedOut', says: message} : undefined;
};

const untrusted: ReadonlySet<string> = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']);

const isNetworkCode = (code: string): boolean =>
	/^E(?:CONN|HOST|NET|PIPE|PROTO|AI_)|ENOTFOUND|CERT|^ERR_(?:TLS|SSL)|UNABLE_TO_|SELF_SIGNED|SOCKET|PREMATURE_CLOSE/v.test(code);

const timeouts: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT']);

type Cause = {readonly name: string; readonly message: string; readonly code: string};

const causes = function * (error: unknown, depth = 0): Generator<Cause> {
	if (error === undefined || error === null || depth > 5) {
		return;
	}

	const {name, message, cause} = toError(error);
	const {code, errors} = error as {code?: unknown; errors?: unknown};
	yield {name, message, code: typeof code === 'string' ? code : ''};
	for (const inner of Array.isArray(errors) ? errors as unknown[] : []) {
		yield * causes(inner, depth + 1);
	}

	yield * causes(cause, depth + 1);
};

const wayOut = (place: Place, {code, region}: Diagnosis): string => {
	const secret = place.secretName === undefined ? 'the credentials Secret' : `Secret ${place.secretName}`;
	const texts: Record<StoreErrorCode, string> = {
		BucketNotFound: 'there is no such bucket; create it, or correct its name or the endpoint',
		ObjectNotFound: 'there is no such object',
		AccessDenied: `this identity may not do it; allow it ${place.rights}`,
		Locked: 'a lock, a hold or a retention rule keeps the object; try again when it ends',
		CredentialsInvalid: Object.keys(place.credentials).length === 0
			? 'no Secret is named, and the ambient identity is not accepted; let the cloud trust the ServiceAccount, and check the role or account in identity.autoCreate.annotations, or name a Secret in credentialsSecretRef'
			: `the store does not accept the credentials; correct ${place.secretKeys} in ${secret}`,
		WrongRegion: `the bucket lies in ${region === undefined ? 'another region' : `the region ${region}`}; set that as the region`,
		CertificateNotTrusted: 'its certificate is not signed by an authority that is known here; name a Secret that holds the certificate of that authority in storage.cloud.caBundleSecretRef',
		Unreachable: 'the store cannot be reached; check the endpoint, the name resolution, its certificate and the network policy',
		TimedOut: 'the store did not answer in time; check the endpoint and the network',
		Busy: 'the store is busy; try again later',
		TooLarge: 'the object is too large for it',
		InvalidKey: 'the store does not accept this name',
		Unsupported: 'the store cannot do this',
		DoubtfulAnswer: 'the answer is not one of such a store, or is not whole; check that the endpoint is the store itself',
		Unknown: 'the store refused it',
	};
	return texts[code];
};

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').trim().slice(0, 300);

const redact = (text: string, credentials: StoreCredentials): string => {
	let result = text;
	for (const [key, value] of Object.entries(credentials)) {
		if (/SECRET|TOKEN|JSON|_KEY$/v.test(key) && value.trim() !== '') {
			result = result.replaceAll(value.trim(), '***');
		}
	}

	return result;
};
