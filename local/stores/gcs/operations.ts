import {type IncomingMessage} from 'node:http';
import {GcsRefusal, noSuchBucket, type Answer} from './answer.ts';
import {permit, type GcsContext, type GcsRequest} from './context.ts';
import {
	deleteObject, getObject, listObjects, rewriteObject,
} from './objects.ts';
import {type createUploads} from './uploads.ts';

export type Operation = 'getBucket' | 'list' | 'get' | 'create' | 'delete' | 'rewrite';

export type GcsOperation = GcsRequest & {
	readonly operation: Operation;
	/** Where a rewrite writes to. */
	readonly target: {readonly bucket: string; readonly key: string};
};

/**
Reads which operation of the JSON API a request is.
*/
export const readOperation = (message: IncomingMessage, url: URL): GcsOperation => {
	const parts = /^(?<upload>\/upload)?\/storage\/v1\/b\/(?<bucket>[^\/]+)(?<objects>\/o)?(?:\/(?<key>[^\/]+))?(?:\/rewriteTo\/b\/(?<toBucket>[^\/]+)\/o\/(?<toKey>[^\/]+))?$/v.exec(url.pathname)?.groups ?? {};
	const part = (name: string): string => decodeURIComponent(parts[name] ?? '');
	const method = message.method ?? 'GET';
	return {
		operation: parts['upload'] === undefined ? operationOf(method, part('key') !== '', parts['objects'] !== undefined) : 'create',
		method,
		bucket: part('bucket'),
		key: part('key'),
		target: {bucket: part('toBucket'), key: part('toKey')},
		query: url.searchParams,
		header: name => message.headers[name] as string | undefined,
		body: message,
		origin: url.origin,
	};
};

/**
Does one operation, if its bucket is there and it is permitted.
*/
export const perform = async (context: GcsContext, uploads: ReturnType<typeof createUploads>, request: GcsOperation): Promise<Answer> => {
	if (!context.files.hasBucket(request.bucket)) {
		throw noSuchBucket();
	}

	permit(context, request.operation, request.bucket, request.operation === 'list' ? request.query.get('prefix') ?? '' : request.key);
	const handlers: Record<Operation, () => Answer | Promise<Answer>> = {
		getBucket: () => ({
			status: 200, body: {
				kind: 'storage#bucket', name: request.bucket, storageClass: 'STANDARD', location: 'US',
			},
		}),
		list: () => listObjects(context, request),
		get: () => getObject(context, request),
		create: async () => uploads.upload(context, request),
		delete: () => deleteObject(context, request),
		rewrite: async () => rewriteObject(context, request, request.target),
	};
	return handlers[request.operation]();
};

const operationOf = (method: string, hasKey: boolean, isObjects: boolean): Operation => {
	const ofObject: Readonly<Record<string, Operation>> = {GET: 'get', DELETE: 'delete', POST: 'rewrite'};
	const ofBucket: Readonly<Record<string, Operation>> = {GET: isObjects ? 'list' : 'getBucket'};
	const operation = (hasKey ? ofObject : ofBucket)[method];
	if (operation === undefined) {
		throw new GcsRefusal(501, 'notImplemented', `The stand-in for Google Cloud Storage does not know this ${method}.`);
	}

	return operation;
};
