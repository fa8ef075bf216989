import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {type File} from '@google-cloud/storage';
import {createOnce} from '../create-once.ts';
import {mebibyte} from '../sizes.ts';
import {StoreError, type CopyOptions} from '../store.ts';
import {cutIntoParts} from '../streams.ts';
import {type GcsBucket} from './bucket.ts';
import {
	readGcs, statGcs, type GcsObject, type ObjectResource,
} from './read.ts';

/**
Creates an object if none of that key is there; false when there is one.
*/
export const createGcs = async (bucket: GcsBucket, key: string, body: Uint8Array): Promise<boolean> => createOnce({
	request: bucket.send,
	operation: `Creating ${bucket.whole(key)}`,
	body,
	write: async () => insertIfAbsent(bucket, key, body),
	read: async () => readGcs(bucket, key, body.length),
});

/**
Streams a body of known size into the bucket, in chunks that are sent again one by one.
*/
export const uploadGcs = async (bucket: GcsBucket, key: string, body: Readable, size: number): Promise<void> => {
	const operation = `Uploading ${bucket.whole(key)}`;
	const parts = cutIntoParts(body, `${operation} to ${bucket.name}`, {size, partBytes: mebibyte});
	await bucket.send(operation, async signal => {
		const file = bucket.storage.bucket(bucket.bucket).file(bucket.whole(key));
		if (bucket.compatible) {
			await authorizeUpload(bucket, file);
		}

		const target = file.createWriteStream({
			resumable: true, chunkSize: 8 * mebibyte, contentType: 'application/octet-stream', validation: 'md5',
		});
		await pipeline(Readable.from(parts, {objectMode: false}), target, {signal});
	}, {bytes: size, attempts: 1});
};

/**
Copies an object within the bucket, in as many steps as the server asks for, and checks the size of the copy.
*/
export const copyGcs = async (bucket: GcsBucket, from: string, to: string, {tier}: CopyOptions): Promise<void> => {
	const operation = `Copying ${bucket.whole(from)} to ${bucket.whole(to)}`;
	const source = await statGcs(bucket, from);
	if (source === undefined) {
		throw new StoreError('ObjectNotFound', `${operation} in ${bucket.name} failed: there is nothing to copy.`);
	}

	const copy = await rewrite(bucket, operation, source, {to, ...(tier !== undefined && {tier})});
	if (Number(copy.size) !== source.size) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${bucket.name} failed: the copy has ${copy.size ?? 'no'} bytes, the original ${source.size}.`);
	}
};

// At an endpoint that is not Google's own, the client uploads without its token.
const authorizeUpload = async ({auth, endpoint}: GcsBucket, file: File): Promise<void> => {
	const authorization = await auth.getRequestHeaders(endpoint);
	file.interceptors.push({
		request(options) {
			options.headers = {...options.headers, ...Object.fromEntries(authorization)};
			return options as ReturnType<File['interceptors'][number]['request']>;
		},
	});
};

// Google keeps the condition; of the servers like it some ignore it.
const insertIfAbsent = async (bucket: GcsBucket, key: string, body: Uint8Array): Promise<boolean> => {
	if (bucket.compatible && await statGcs(bucket, key) !== undefined) {
		return false;
	}

	const answer = await bucket.call(`Creating ${bucket.whole(key)}`, {
		method: 'POST',
		path: `/upload/storage/v1/b/${encodeURIComponent(bucket.bucket)}/o`,
		parameters: {uploadType: 'media', name: bucket.whole(key), ifGenerationMatch: '0'},
		data: body,
		expected: 412,
	}, {bytes: body.length, attempts: 1});
	return answer.status !== 412;
};

type Rewrite = {readonly done?: boolean; readonly rewriteToken?: string; readonly resource?: ObjectResource};

// By hand, because the client's own copy forgets the storage class after the first step.
const rewrite = async (bucket: GcsBucket, operation: string, source: GcsObject, {to, tier}: CopyOptions & {readonly to: string}): Promise<ObjectResource> => {
	const path = `${bucket.objectPath(source.key)}/rewriteTo${bucket.objectPath(to).replace('/storage/v1', '')}`;
	let token: string | undefined;
	for (;;) {
		const {data} = await bucket.call<Rewrite>(operation, {
			method: 'POST',
			path,
			parameters: {...(source.generation !== undefined && {sourceGeneration: source.generation}), ...(token !== undefined && {rewriteToken: token})},
			data: tier === undefined ? {} : {storageClass: tier},
		}, {bytes: source.size});
		if (data.done === true || data.rewriteToken === undefined) {
			return data.resource ?? {};
		}

		token = data.rewriteToken;
	}
};
