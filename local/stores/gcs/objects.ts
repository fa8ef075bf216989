import {Buffer} from 'node:buffer';
import {json} from 'node:stream/consumers';
import {type StoredFile} from '../object-files.ts';
import {
	GcsRefusal, noSuchBucket, noSuchObject, type Answer,
} from './answer.ts';
import {
	permit, refuseLocked, storageClassOf, toResource, type GcsContext, type GcsRequest,
} from './context.ts';

/**
A page of objects, by prefix, start, delimiter and token.
*/
export const listObjects = ({files, pageSize}: GcsContext, {bucket, query}: GcsRequest): Answer => {
	const prefix = query.get('prefix') ?? '';
	const limit = Math.min(pageSize, Number(query.get('maxResults') ?? pageSize));
	const from = Buffer.from(query.get('pageToken') ?? '', 'base64').toString() || (query.get('startOffset') ?? '');
	const objects: StoredFile[] = [];
	let next: string | undefined;
	for (const object of files.each(bucket, prefix, from)) {
		if (objects.length === limit) {
			next = object.key;
			break;
		}

		objects.push(object);
	}

	return {
		status: 200,
		body: {
			kind: 'storage#objects',
			...(next !== undefined && {nextPageToken: Buffer.from(next).toString('base64')}),
			...(objects.length > 0 && {items: objects.map(object => toResource(bucket, object))}),
		},
	};
};

/**
An object's description, or with `alt=media` its bytes.
*/
export const getObject = ({files}: GcsContext, {bucket, key, query}: GcsRequest): Answer => {
	const stored = findObject(files, bucket, key);
	return query.get('alt') === 'media'
		? {status: 200, headers: {'content-type': 'application/octet-stream', 'content-length': String(stored.size)}, body: files.open(stored)}
		: {status: 200, body: toResource(bucket, stored)};
};

/**
Deletes an object, unless a lock keeps it. It keeps no older generations.
*/
export const deleteObject = ({files}: GcsContext, {bucket, key, query}: GcsRequest): Answer => {
	const stored = findObject(files, bucket, key);
	const generation = query.get('generation');
	if (generation !== null && generation !== String(stored.generation)) {
		throw noSuchObject(bucket, key);
	}

	refuseLocked(bucket, stored);
	files.remove(bucket, key);
	return {status: 204};
};

/**
Copies an object in steps; each but the last answers a token, and every step must ask for the same.
*/
export const rewriteObject = async (context: GcsContext, request: GcsRequest, target: {readonly bucket: string; readonly key: string}): Promise<Answer> => {
	const {files, rewriteStepBytes} = context;
	const {storageClass} = await json(request.body) as {readonly storageClass?: string};
	const source = findObject(files, request.bucket, request.key);
	if (!files.hasBucket(target.bucket)) {
		throw noSuchBucket();
	}

	permit(context, 'create', target.bucket, target.key);
	refuseLocked(target.bucket, files.get(target.bucket, target.key));
	const step = readStep(request.query.get('rewriteToken') ?? undefined, storageClass);
	const done = (step + 1) * rewriteStepBytes;
	if (done < source.size) {
		return {
			status: 200, body: {
				kind: 'storage#rewriteResponse', done: false, totalBytesRewritten: String(done), objectSize: String(source.size), rewriteToken: JSON.stringify({step: step + 1, storageClass}),
			},
		};
	}

	const stored = files.commit(target.bucket, target.key, await files.receive(files.open(source)), {tier: storageClassOf(storageClass)});
	return {
		status: 200, body: {
			kind: 'storage#rewriteResponse', done: true, totalBytesRewritten: String(source.size), objectSize: String(source.size), resource: toResource(target.bucket, stored),
		},
	};
};

const readStep = (token: string | undefined, storageClass: string | undefined): number => {
	const earlier = JSON.parse(token ?? '{"step": 0}') as {readonly step: number; readonly storageClass?: string};
	if (token !== undefined && earlier.storageClass !== storageClass) {
		throw new GcsRefusal(400, 'invalid', 'The rewrite token is not for this request.');
	}

	return earlier.step;
};

const findObject = (files: GcsContext['files'], bucket: string, key: string): StoredFile => {
	const stored = files.get(bucket, key);
	if (stored === undefined) {
		throw noSuchObject(bucket, key);
	}

	return stored;
};
