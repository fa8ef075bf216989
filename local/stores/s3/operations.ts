import {S3Refusal, type Answer} from './answer.ts';
import {permit, type S3Context} from './context.ts';
import {deleteObject, deleteObjects} from './delete-objects.ts';
import {listObjects} from './list-objects.ts';
import {type createUploads} from './multipart.ts';
import {copyObject, getObject, putObject} from './objects.ts';
import {type S3Request} from './request.ts';
import {toXml} from './xml.ts';

/**
The name that S3 gives the operation of a request; undefined for one that the stand-in does not know.
*/
export const operationOf = ({method, bucket, key, query, header}: S3Request): Operation | undefined => {
	if (key !== '') {
		return objectOperation(method, query, header('x-amz-copy-source') !== undefined);
	}

	if (bucket === '') {
		return method === 'GET' ? 'ListBuckets' : undefined;
	}

	return bucketOperation(method, query);
};

/**
Does one operation, if it is permitted and its bucket is there.
*/
export const operate = async (context: S3Context, uploads: ReturnType<typeof createUploads>, operation: Operation, request: S3Request): Promise<Answer> => {
	if (request.bucket !== '' && !context.files.hasBucket(request.bucket)) {
		throw new S3Refusal('NoSuchBucket', {BucketName: request.bucket});
	}

	if (operation !== 'DeleteObjects') {
		permit(context, operation, request.bucket, request.key === '' ? request.query.get('prefix') ?? '' : request.key);
	}

	const handlers: Record<Operation, () => Answer | Promise<Answer>> = {
		ListBuckets: () => ({status: 200, body: toXml('ListAllMyBucketsResult', {Buckets: {Bucket: context.files.buckets().map(name => ({Name: name, CreationDate: new Date(0).toISOString()}))}})}),
		HeadBucket: () => ({status: 200}),
		GetBucketLocation: () => ({status: 200, body: toXml('LocationConstraint', {'#text': locationOf(context.regionOf(request.bucket))})}),
		GetObjectLockConfiguration: () => lockConfiguration(context, request),
		ListMultipartUploads: () => uploads.list(context, request),
		ListObjectsV2: () => listObjects(context, request),
		DeleteObjects: async () => deleteObjects(context, request),
		GetObject: () => getObject(context, request),
		HeadObject: () => getObject(context, request),
		PutObject: async () => putObject(context, request),
		CopyObject: async () => copyObject(context, request),
		DeleteObject: () => deleteObject(context, request),
		CreateMultipartUpload: () => uploads.begin(context, request),
		ListParts: () => uploads.listParts(context, request),
		UploadPart: async () => uploads.sendPart(context, request),
		UploadPartCopy: async () => uploads.copyPart(context, request),
		CompleteMultipartUpload: async () => uploads.complete(context, request),
		AbortMultipartUpload: () => uploads.abort(context, request),
	};
	return handlers[operation]();
};

export type Operation
	= | 'ListBuckets'
		| 'HeadBucket'
		| 'GetBucketLocation'
		| 'GetObjectLockConfiguration'
		| 'ListMultipartUploads'
		| 'ListObjectsV2'
		| 'DeleteObjects'
		| 'GetObject'
		| 'HeadObject'
		| 'PutObject'
		| 'CopyObject'
		| 'DeleteObject'
		| 'CreateMultipartUpload'
		| 'ListParts'
		| 'UploadPart'
		| 'UploadPartCopy'
		| 'CompleteMultipartUpload'
		| 'AbortMultipartUpload';

const bucketOperation = (method: string, query: S3Request['query']): Operation | undefined => {
	if (method === 'GET' && query.get('list-type') === '2') {
		return 'ListObjectsV2';
	}

	const asked = (['location', 'object-lock', 'uploads'] as const).find(name => method === 'GET' && query.has(name));
	if (asked !== undefined) {
		return ({location: 'GetBucketLocation', 'object-lock': 'GetObjectLockConfiguration', uploads: 'ListMultipartUploads'} as const)[asked];
	}

	if (method === 'POST' && query.has('delete')) {
		return 'DeleteObjects';
	}

	return method === 'HEAD' ? 'HeadBucket' : undefined;
};

const objectOperation = (method: string, query: S3Request['query'], isCopy: boolean): Operation | undefined => {
	const inUpload = query.has('uploadId');
	const simple = inUpload ? {GET: 'ListParts', DELETE: 'AbortMultipartUpload', POST: 'CompleteMultipartUpload'} as const : {GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject'} as const;
	if (method === 'PUT') {
		const [copy, send] = inUpload ? ['UploadPartCopy', 'UploadPart'] as const : ['CopyObject', 'PutObject'] as const;
		return isCopy ? copy : send;
	}

	return method === 'POST' && query.has('uploads') ? 'CreateMultipartUpload' : (simple as Readonly<Record<string, Operation>>)[method];
};

// A bucket of the stand-in can lock from the moment that something in it is locked.
const lockConfiguration = ({files}: S3Context, {bucket}: S3Request): Answer => {
	if (![...files.each(bucket, '', '')].some(({lockedUntil}) => lockedUntil !== undefined)) {
		throw new S3Refusal('ObjectLockConfigurationNotFoundError');
	}

	return {status: 200, body: toXml('ObjectLockConfiguration', {ObjectLockEnabled: 'Enabled'})};
};

// The oldest region has no name there.
const locationOf = (region: string): string => region === 'us-east-1' ? '' : region;
