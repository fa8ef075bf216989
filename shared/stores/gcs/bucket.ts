import {createServerClock, type ServerClock} from '../../kube/server-clock.ts';
import {type Opening} from '../driver.ts';
import {basePrefix, checkKey} from '../keys.ts';
import {createRequests, type RequestOptions, type SendRequest} from '../requests.ts';
import {StoreError} from '../store.ts';
import {
	createGcsClient, type GcsAnswer, type GcsCall, type SendCall,
} from './client.ts';
import {diagnoseGcs} from './errors.ts';

/**
An open directory of a bucket, as every operation on it needs it.
*/
export type GcsBucket = {
	/** Does something that takes several calls, within one deadline. */
	readonly request: SendRequest;
	/** One call, whose failures are those of the client. */
	readonly send: SendCall;
	/** One call as an operation of its own. */
	readonly call: <T>(operation: string, call: GcsCall, options?: RequestOptions) => Promise<GcsAnswer<T>>;
	/** Whether any call has found the bucket. */
	readonly wasSeen: () => boolean;
	readonly clock: ServerClock;
	readonly bucket: string;
	readonly name: string;
	readonly base: string;
	/** The bucket's key of a key in the directory. Throws an `InvalidKey`. */
	readonly whole: (key: string) => string;
	/** Address of the bucket's objects, and of one of them. */
	readonly objects: string;
	readonly objectAddress: (key: string) => string;
	readonly uploads: string;
	/** Whether the server is one that may ignore what Google's keeps. */
	readonly compatible: boolean;
	/** Whether something that was deleted is still there as an older generation. */
	readonly hidden: {seen: boolean};
	readonly sizes: GcsSizes;
	readonly opening: Opening;
};

/**
Bytes of each chunk of an upload, a multiple of 256 KiB, and objects on a page of a listing. Tests make them small.
*/
export type GcsSizes = {readonly chunkBytes: number; readonly pageSize: number};

/**
Connects to a bucket; nothing is sent yet.
*/
export const connectGcs = (opening: Opening, sizes: GcsSizes): GcsBucket => {
	const {location, credentials, limits, secretName} = opening;
	const {bucket = '', endpointURL} = location;
	const name = `bucket ${bucket}${endpointURL === undefined ? '' : ` at ${endpointURL}`}`;
	const clock = createServerClock();
	const send = createGcsClient(opening, clock);
	const request = createRequests({
		name,
		secretKeys: 'GOOGLE_APPLICATION_CREDENTIALS_JSON',
		rights: 'storage.objects.list, get, create and delete on it (the role Storage Object Admin)',
		...(secretName !== undefined && {secretName}),
		credentials,
	}, limits, diagnoseGcs);
	const base = basePrefix(location.path);
	const objects = `storage/v1/b/${encodeURIComponent(bucket)}/o`;
	const whole = (key: string): string => {
		checkKey(key);
		return base + key;
	};

	let isSeen = false;
	return {
		request,
		send,
		async call<T>(operation: string, call: GcsCall, options?: RequestOptions) {
			const answer = await request(operation, async signal => send<T>(call, signal), options);
			if (call.method !== 'DELETE' && answer.status < 300 && (typeof answer.data !== 'object' || answer.data === null)) {
				throw new StoreError('DoubtfulAnswer', `${operation} in ${name} failed: the server's answer is not JSON, or not whole; check that the endpoint is the store itself.`);
			}

			isSeen ||= answer.status < 300;
			return answer;
		},
		wasSeen: () => isSeen,
		clock,
		bucket,
		name,
		base,
		whole,
		objects,
		objectAddress: key => `${objects}/${encodeURIComponent(whole(key))}`,
		uploads: `upload/${objects}`,
		compatible: endpointURL !== undefined,
		hidden: {seen: false},
		sizes,
		opening,
	};
};
