import {Readable} from 'node:stream';
import {type ReadableStream} from 'node:stream/web';
import {retryBusy} from '../requests.ts';
import {type StoredObject} from '../store.ts';
import {guardDownload, readWhole} from '../streams.ts';
import {type GcsBucket} from './bucket.ts';
import {type GcsCall} from './client.ts';

/**
An object as the API describes it; numbers are text there.
*/
export type ObjectResource = {
	readonly name?: string;
	readonly size?: string;
	readonly updated?: string;
	readonly storageClass?: string;
	readonly generation?: string;
	readonly temporaryHold?: boolean;
	readonly eventBasedHold?: boolean;
	/** Until when the bucket's retention policy keeps it, and until when a retention of its own does. */
	readonly retentionExpirationTime?: string;
	readonly retention?: {readonly retainUntilTime?: string};
};

/** The fields of an object that say what keeps it. */
export const lockFields = 'temporaryHold,eventBasedHold,retentionExpirationTime,retention';

/**
What keeps an object from being deleted.
*/
export const gcsLock = ({temporaryHold, eventBasedHold, retentionExpirationTime, retention}: ObjectResource): Pick<StoredObject, 'lock'> => {
	if (temporaryHold === true || eventBasedHold === true) {
		return {lock: {kind: 'hold'}};
	}

	const ends = [retentionExpirationTime, retention?.retainUntilTime].flatMap(time => time === undefined ? [] : [Date.parse(time)]).filter(time => !Number.isNaN(time));
	return ends.length > 0 ? {lock: {kind: 'retention', until: new Date(Math.max(...ends))}} : {};
};

export type GcsObject = StoredObject & {readonly generation: string | undefined};

/**
Looks at one object, if it is there.
*/
export const statGcs = async (bucket: GcsBucket, key: string, attempts = bucket.opening.limits.attempts): Promise<GcsObject | undefined> => {
	const answer = await callObject<ObjectResource>(bucket, `Looking at ${bucket.whole(key)}`, {method: 'GET', address: bucket.objectAddress(key)}, attempts);
	if (answer === undefined) {
		return undefined;
	}

	const {size, updated = '', storageClass, generation} = answer.data;
	return {
		key, size: Number(size), modified: new Date(updated), generation, ...(storageClass !== undefined && {tier: storageClass}),
	};
};

/**
Opens an object for reading, if it is there.
*/
export const downloadGcs = async (bucket: GcsBucket, key: string, attempts = bucket.opening.limits.attempts): Promise<Readable | undefined> => {
	const operation = `Reading ${bucket.whole(key)}`;
	const answer = await callObject<ReadableStream>(bucket, operation, {
		method: 'GET', address: bucket.objectAddress(key), parameters: {alt: 'media'}, responseType: 'stream',
	}, attempts);
	const length = answer?.headers.get('content-length');
	return answer && guardDownload(Readable.fromWeb(answer.data), `${operation} in ${bucket.name}`, {
		size: length === null || length === undefined ? undefined : Number(length),
		idleMs: bucket.opening.limits.timeoutMs,
	});
};

/**
Reads a small object whole, once more when the download breaks off.
*/
export const readGcs = async (bucket: GcsBucket, key: string, maxBytes: number): Promise<Uint8Array | undefined> => retryBusy(async () => {
	const body = await downloadGcs(bucket, key, 1);
	return body && readWhole(body, `Reading ${bucket.whole(key)} in ${bucket.name}`, maxBytes);
}, bucket.opening.limits);

/**
Deletes one object, or one generation of it; one that is not there counts as deleted.
*/
export const deleteGcs = async (bucket: GcsBucket, key: string, generation?: string): Promise<void> => {
	await callObject(bucket, `Deleting ${bucket.whole(key)}`, {method: 'DELETE', address: bucket.objectAddress(key), ...(generation !== undefined && {parameters: {generation}})});
};

// 404 is the answer for a missing bucket too, and not every server says which; the bucket's listing does.
const callObject = async <T>(bucket: GcsBucket, operation: string, call: GcsCall, attempts = bucket.opening.limits.attempts) => {
	const answer = await bucket.call<T>(operation, {...call, expected: [404]}, {attempts});
	if (answer.status !== 404) {
		return answer;
	}

	if (call.responseType === 'stream') {
		await (answer.data as ReadableStream).cancel();
	}

	if (!bucket.wasSeen()) {
		await bucket.call(operation, {method: 'GET', address: bucket.objects, parameters: {maxResults: '1', fields: 'kind'}});
	}

	return undefined;
};
