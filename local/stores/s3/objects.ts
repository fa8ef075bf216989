import {Buffer} from 'node:buffer';
import {type StoredFile} from '../object-files.ts';
import {S3Refusal, type Answer} from './answer.ts';
import {permit, storageClassOf, type S3Context} from './context.ts';
import {type S3Request} from './request.ts';
import {toXml} from './xml.ts';

/**
GetObject and HeadObject, with ranges. An archived object can be looked at, not read.
*/
export const getObject = ({files}: S3Context, {method, bucket, key, header}: S3Request): Answer => {
	const stored = findObject(files, bucket, key);
	const range = readRange(header('range'), stored.size);
	if (method === 'GET' && isArchived(stored)) {
		throw new S3Refusal('InvalidObjectState', {StorageClass: stored.tier});
	}

	return {
		status: range === undefined ? 200 : 206,
		headers: {
			...objectHeaders(stored),
			...(range !== undefined && {'content-range': `bytes ${range.start}-${range.end}/${stored.size}`}),
			'content-length': String(range === undefined ? stored.size : range.end - range.start + 1),
		},
		...(method === 'GET' && stored.size > 0 && {body: files.open(stored, range)}),
	};
};

/**
PutObject, with `If-None-Match: *` and `If-Match`.
*/
export const putObject = async (context: S3Context, request: S3Request): Promise<Answer> => {
	const {files} = context;
	const {bucket, key, body, header} = request;
	const tier = storageClassOf(header('x-amz-storage-class'));
	checkConditions(context, request);
	const incoming = await files.receive(body);
	try {
		checkLength(header, incoming.size);
		checkDigest(header('content-md5'), incoming.etag);
		// Once more, and now nothing can come between: the other of two at once has lost.
		checkConditions(context, request);
		const stored = files.commit(bucket, key, incoming, {tier});
		return {status: 200, headers: {etag: `"${stored.etag}"`}};
	} catch (error) {
		files.discard(incoming);
		throw error;
	}
};

/**
CopyObject within the store, with a storage class of its own.
*/
export const copyObject = async (context: S3Context, {bucket, key, header}: S3Request): Promise<Answer> => {
	const {files, maximumCopyBytes} = context;
	const source = copySource(context, header('x-amz-copy-source') ?? '', header('x-amz-copy-source-if-match'));
	const tier = storageClassOf(header('x-amz-storage-class'));
	if (source.size > maximumCopyBytes) {
		throw new S3Refusal('InvalidRequest', {Message: `The specified copy source is larger than the maximum allowable size for a copy source: ${maximumCopyBytes}`});
	}

	const stored = files.commit(bucket, key, await files.receive(files.open(source)), {tier, etag: source.etag});
	return {status: 200, body: toXml('CopyObjectResult', {LastModified: stored.modified.toISOString(), ETag: `"${stored.etag}"`})};
};

/**
The object that a copy starts from; refuses an archived one, and one that is not of the ETag asked for.
*/
export const copySource = (context: S3Context, named: string, ifMatch: string | undefined): StoredFile => {
	const [bucket = '', ...parts] = named.replace(/^\//v, '').split('/').map(part => decodeURIComponent(part));
	const key = parts.join('/');
	permit(context, 'GetObject', bucket, key);
	const source = findObject(context.files, bucket, key);
	if (isArchived(source)) {
		throw new S3Refusal('InvalidObjectState', {StorageClass: source.tier});
	}

	if (ifMatch !== undefined && unquote(ifMatch) !== source.etag) {
		throw new S3Refusal('PreconditionFailed');
	}

	return source;
};

/**
The first and last byte that a `Range` asks for; undefined for the whole.
*/
export const readRange = (header: string | undefined, size: number): {readonly start: number; readonly end: number} | undefined => {
	const groups = /^bytes=(?<from>\d+)-(?<to>\d*)$/v.exec(header ?? '')?.groups;
	if (groups === undefined) {
		return undefined;
	}

	const start = Number(groups['from']);
	if (start >= size) {
		throw new S3Refusal('InvalidRange', {ActualObjectSize: String(size)});
	}

	return {start, end: Math.min(size - 1, groups['to'] === '' ? size : Number(groups['to']))};
};

const findObject = (files: S3Context['files'], bucket: string, key: string): StoredFile => {
	const stored = files.get(bucket, key);
	if (stored === undefined) {
		throw new S3Refusal('NoSuchKey', {Key: key});
	}

	return stored;
};

const isArchived = ({tier}: StoredFile): boolean => tier === 'GLACIER' || tier === 'DEEP_ARCHIVE';

const objectHeaders = ({etag, modified, tier, lockedUntil}: StoredFile): Readonly<Record<string, string>> => ({
	etag: `"${etag}"`,
	'last-modified': modified.toUTCString(),
	'accept-ranges': 'bytes',
	'content-type': 'application/octet-stream',
	...(tier !== 'STANDARD' && {'x-amz-storage-class': tier}),
	...(lockedUntil !== undefined && {'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': lockedUntil.toISOString()}),
});

const checkConditions = ({files, ignoresConditions}: S3Context, {bucket, key, header}: S3Request): void => {
	const stored = files.get(bucket, key);
	const ifMatch = header('if-match');
	const failed = (header('if-none-match') === '*' && stored !== undefined) || (ifMatch !== undefined && unquote(ifMatch) !== stored?.etag);
	if (failed && !ignoresConditions) {
		throw new S3Refusal('PreconditionFailed');
	}
};

const checkLength = (header: S3Request['header'], size: number): void => {
	const announced = header('x-amz-decoded-content-length') ?? header('content-length');
	if (announced !== undefined && Number(announced) !== size) {
		throw new S3Refusal('IncompleteBody');
	}
};

const checkDigest = (sent: string | undefined, md5: string): void => {
	if (sent !== undefined && Buffer.from(sent, 'base64').toString('hex') !== md5) {
		throw new S3Refusal('BadDigest');
	}
};

const unquote = (etag: string): string => etag.replaceAll('"', '');
