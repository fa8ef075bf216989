import {type Readable} from 'node:stream';
import {PutObjectCommand} from '@aws-sdk/client-s3';
import {createOnce} from '../create-once.ts';
import {partBytesFor} from '../sizes.ts';
import {StoreError} from '../store.ts';
import {cutIntoParts} from '../streams.ts';
import {type S3Bucket} from './bucket.ts';
import {isS3Status} from './errors.ts';
import {uploadInParts} from './multipart.ts';
import {isTakenS3, readS3, statS3} from './read.ts';

/**
Creates an object if none of that key is there; false when there is one.
*/
export const createS3 = async (bucket: S3Bucket, key: string, body: Uint8Array): Promise<boolean> => createOnce({
	request: bucket.request,
	operation: `Creating ${bucket.whole(key)}`,
	body,
	write: async signal => putIfAbsent(bucket, key, {body, signal}),
	read: async () => readS3(bucket, key, body.length),
});

/**
Streams a body of known size into the bucket, in parts when it is larger than one.
*/
export const uploadS3 = async (bucket: S3Bucket, key: string, body: Readable, size: number): Promise<void> => {
	const {request, whole, name, sizes} = bucket;
	const operation = `Uploading ${whole(key)}`;
	const partBytes = partBytesFor(size, sizes.partBytes);
	const parts = cutIntoParts(body, `${operation} to ${name}`, {size, partBytes});
	if (size > partBytes) {
		await uploadInParts({...bucket, operation, key: whole(key)}, parts);
		return;
	}

	let only: Uint8Array = new Uint8Array();
	for await (const part of parts) {
		only = part;
	}

	await request(operation, async signal => put(bucket, key, {body: only, signal}), {bytes: size});
};

type Write = {readonly body: Uint8Array; readonly signal: AbortSignal; readonly onlyIfAbsent?: boolean};

// Amazon keeps the condition; of the compatible servers some ignore it, and some do not know it.
const putIfAbsent = async (bucket: S3Bucket, key: string, write: Write): Promise<boolean> => {
	if (bucket.compatible && await isTakenS3(bucket, key)) {
		return false;
	}

	try {
		await put(bucket, key, {...write, onlyIfAbsent: true});
	} catch (error) {
		if (isS3Status(error, 409, 412)) {
			return refuseUnlessThere(bucket, key, error);
		}

		if (!isS3Status(error, 501)) {
			throw error;
		}

		await put(bucket, key, write);
	}

	return true;
};

// 409 also says that two requests met, or that a server keeps its objects in folders and one is in the way; 412 on some servers that the key was deleted and its versions are kept.
const refuseUnlessThere = async (bucket: S3Bucket, key: string, error: unknown): Promise<false> => {
	if (await statS3(bucket, key, 1) !== undefined) {
		return false;
	}

	throw isS3Status(error, 412)
		? new StoreError('DoubtfulAnswer', `Creating ${bucket.whole(key)} in ${bucket.name} failed: the server says that there is one, and shows none; some servers do not write a key again that was deleted from a bucket with versioning.`)
		: error;
};

const put = async ({client, bucket, whole}: S3Bucket, key: string, {body, signal, onlyIfAbsent}: Write): Promise<void> => {
	await client.send(new PutObjectCommand({
		Bucket: bucket, Key: whole(key), Body: body, ContentLength: body.length, ...(onlyIfAbsent && {IfNoneMatch: '*'}),
	}), {abortSignal: signal});
};
