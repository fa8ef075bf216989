import {type gaxios} from 'google-auth-library';
import {createServerClock, type ServerClock} from '../../kube/server-clock.ts';
import {type Opening} from '../driver.ts';
import {basePrefix, checkKey} from '../keys.ts';
import {createRequests, type RequestOptions} from '../requests.ts';
import {StoreError} from '../store.ts';
import {createGcsClient, type GcsClient} from './client.ts';
import {diagnoseGcs} from './errors.ts';

export type GcsCall = {
	readonly method: 'GET' | 'POST' | 'DELETE';
	/** Below the endpoint. */
	readonly path: string;
	readonly parameters?: Readonly<Record<string, string>>;
	readonly data?: Uint8Array | Readonly<Record<string, unknown>>;
	readonly responseType?: 'json' | 'stream';
	/** A status that is an answer, not a failure. */
	readonly expected?: number;
};

/**
An open directory of a bucket, as every operation on it needs it.
*/
export type GcsBucket = GcsClient & {
	/** Calls the JSON API: https://cloud.google.com/storage/docs/json_api/v1 */
	readonly call: <T>(operation: string, call: GcsCall, options?: RequestOptions) => Promise<gaxios.GaxiosResponse<T>>;
	readonly clock: ServerClock;
	readonly bucket: string;
	readonly name: string;
	readonly base: string;
	/** The bucket's key of a key in the directory. Throws an `InvalidKey`. */
	readonly whole: (key: string) => string;
	/** Path of an object in the API. */
	readonly objectPath: (key: string) => string;
	/** Whether the server is one that may ignore what Google's keeps. */
	readonly compatible: boolean;
	readonly send: ReturnType<typeof createRequests>;
	readonly opening: Opening;
};

/**
Connects to a bucket; nothing is sent yet.
*/
export const connectGcs = (opening: Opening): GcsBucket => {
	const {location, credentials, limits, secretName} = opening;
	const {bucket = '', endpointURL} = location;
	const clock = createServerClock();
	const client = createGcsClient(opening, clock);
	const base = basePrefix(location.path);
	const name = `bucket ${bucket}${endpointURL === undefined ? '' : ` at ${endpointURL}`}`;
	const whole = (key: string): string => {
		checkKey(key);
		return base + key;
	};

	const send = createRequests({
		name,
		secretKeys: 'GOOGLE_APPLICATION_CREDENTIALS_JSON',
		rights: 'storage.objects.list, get, create and delete on it (the role Storage Object Admin)',
		...(secretName !== undefined && {secretName}),
		credentials,
	}, limits, diagnoseGcs);

	return {
		...client,
		send,
		async call<T>(operation: string, {method, path, parameters, data, responseType = 'json', expected}: GcsCall, options?: RequestOptions) {
			const answer = await send(operation, async signal => client.auth.request<T>({
				method,
				url: client.endpoint + path,
				...(parameters && {params: parameters}),
				...(data && {data}),
				responseType,
				headers: {'accept-encoding': 'identity', ...(data instanceof Uint8Array && {'content-type': 'application/octet-stream'})},
				signal,
				timeout: 0,
				retry: false,
				validateStatus: status => (status >= 200 && status < 300) || status === expected,
			}), options);
			if (responseType === 'json' && method !== 'DELETE' && typeof answer.data !== 'object') {
				throw new StoreError('DoubtfulAnswer', `${operation} in ${name} failed: the server's answer is not JSON, or not whole; check that the endpoint is the store itself.`);
			}

			return answer;
		},
		clock,
		bucket,
		name,
		base,
		whole,
		objectPath: key => `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(whole(key))}`,
		compatible: endpointURL !== undefined,
		opening,
	};
};
