import {type Readable} from 'node:stream';
import {GetObjectCommand, HeadObjectCommand, type GetObjectCommandOutput} from '@aws-sdk/client-s3';
import {retryBusy} from '../requests.ts';
import {type StoredObject} from '../store.ts';
import {guardDownload, readWhole} from '../streams.ts';
import {type S3Bucket} from './bucket.ts';
import {diagnoseS3, isS3Status} from './errors.ts';

export type S3Object = StoredObject & {readonly etag: string | undefined; readonly version: string | undefined; readonly lockedUntil: Date | undefined};

/**
Looks at one object, if it is there. A refused HEAD has no body that says whether object, bucket, right or region is wrong; a GET of its first byte does.
*/
export const statS3 = async ({client, request, bucket, whole, opening}: S3Bucket, key: string, attempts = opening.limits.attempts): Promise<S3Object | undefined> => {
	const named = {Bucket: bucket, Key: whole(key)};
	return request(`Looking at ${named.Key}`, async abortSignal => {
		try {
			const head = await client.send(new HeadObjectCommand(named), {abortSignal});
			return toObject(key, head.ContentLength ?? 0, head);
		} catch (error) {
			if (!isS3Status(error, 301, 400, 403, 404)) {
				throw error;
			}
		}

		return unlessMissing(async () => {
			const first = await client.send(new GetObjectCommand({...named, Range: 'bytes=0-0'}), {abortSignal});
			(first.Body as Readable).destroy();
			return toObject(key, Number(first.ContentRange?.split('/')[1] ?? first.ContentLength), first);
		});
	}, {attempts});
};

/**
Whether there is an object where one is about to be written. Where HEAD finds nothing the writing itself tells of a bucket that is not there.
*/
export const isTakenS3 = async (bucket: S3Bucket, key: string): Promise<boolean> => {
	const named = {Bucket: bucket.bucket, Key: bucket.whole(key)};
	const answer = await bucket.request(`Looking at ${named.Key}`, async abortSignal => {
		try {
			await bucket.client.send(new HeadObjectCommand(named), {abortSignal});
			return true;
		} catch (error) {
			if (isS3Status(error, 404)) {
				return false;
			}

			if (isS3Status(error, 301, 400, 403)) {
				return undefined;
			}

			throw error;
		}
	}, {attempts: 1});
	return answer ?? await statS3(bucket, key, 1) !== undefined;
};

/**
Opens an object for reading, if it is there.
*/
export const downloadS3 = async (bucket: S3Bucket, key: string, attempts = bucket.opening.limits.attempts): Promise<Readable | undefined> => {
	const named = {Bucket: bucket.bucket, Key: bucket.whole(key)};
	const operation = `Reading ${named.Key}`;
	const answer = await bucket.request(operation, async abortSignal => unlessMissing(async () => bucket.client.send(new GetObjectCommand(named), {abortSignal})), {attempts});
	return answer && guardDownload(answer.Body as Readable, `${operation} in ${bucket.name}`, {size: answer.ContentLength, idleMs: bucket.opening.limits.timeoutMs});
};

/**
Reads a small object whole, once more when the download breaks off.
*/
export const readS3 = async (bucket: S3Bucket, key: string, maxBytes: number): Promise<Uint8Array | undefined> => retryBusy(async () => {
	const body = await downloadS3(bucket, key, 1);
	return body && readWhole(body, `Reading ${bucket.whole(key)} in ${bucket.name}`, maxBytes);
}, bucket.opening.limits);

type Described = Pick<GetObjectCommandOutput, 'LastModified' | 'StorageClass' | 'ETag' | 'VersionId' | 'ObjectLockRetainUntilDate' | 'ObjectLockLegalHoldStatus'>;

const toObject = (key: string, size: number, {LastModified: modified = new Date(0), StorageClass: tier = 'STANDARD', ETag: etag, VersionId: version, ObjectLockRetainUntilDate: lockedUntil, ObjectLockLegalHoldStatus: hold}: Described): S3Object =>
	({
		key, size, modified, tier, etag, version, lockedUntil, ...lockOf(lockedUntil, hold === 'ON'),
	});

const lockOf = (until: Date | undefined, isHeld: boolean): Pick<StoredObject, 'lock'> => {
	if (isHeld) {
		return {lock: {kind: 'hold'}};
	}

	return until ? {lock: {kind: 'retention', until}} : {};
};

const unlessMissing = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
	try {
		return await send();
	} catch (error) {
		if (diagnoseS3(error)?.code === 'ObjectNotFound') {
			return undefined;
		}

		throw error;
	}
};
