import {Buffer} from 'node:buffer';
import {type StoredFile} from '../object-files.ts';
import {S3Refusal, type Answer} from './answer.ts';
import {type S3Context} from './context.ts';
import {type S3Request} from './request.ts';
import {toXml} from './xml.ts';

/**
ListObjectsV2 with prefix, start-after, continuation, delimiter, max-keys and the URL encoding of names.
*/
export const listObjects = ({files, pageSize}: S3Context, {bucket, query}: S3Request): Answer => {
	const prefix = query.get('prefix') ?? '';
	const delimiter = query.get('delimiter') ?? '';
	const limit = Math.min(pageSize, Number(query.get('max-keys') ?? pageSize));
	const encode = query.get('encoding-type') === 'url' ? encodeName : (name: string) => name;
	const page = collect(files.each(bucket, prefix, startOf(query)), {prefix, delimiter, limit});
	return {
		status: 200,
		body: toXml('ListBucketResult', {
			Name: bucket,
			Prefix: encode(prefix),
			...(delimiter !== '' && {Delimiter: encode(delimiter)}),
			...(query.get('encoding-type') === 'url' && {EncodingType: 'url'}),
			KeyCount: page.objects.length + page.groups.length,
			MaxKeys: limit,
			IsTruncated: page.next !== undefined,
			...(page.next !== undefined && {NextContinuationToken: toToken(page.next)}),
			Contents: page.objects.map(object => describe(object, encode)),
			CommonPrefixes: page.groups.map(group => ({Prefix: encode(group)})),
		}),
	};
};

const describe = (object: StoredFile, encode: (name: string) => string): Readonly<Record<string, unknown>> => ({
	Key: encode(object.key),
	LastModified: object.modified.toISOString(),
	ETag: `"${object.etag}"`,
	Size: object.size,
	StorageClass: object.tier,
});

const startOf = (query: S3Request['query']): string => {
	const token = query.get('continuation-token');
	if (token !== undefined) {
		return fromToken(token);
	}

	const after = query.get('start-after') ?? '';
	// The smallest key after another one.
	return after === '' ? '' : `${after}\0`;
};

type Limits = {readonly prefix: string; readonly delimiter: string; readonly limit: number};
type Collected = {readonly objects: StoredFile[]; readonly groups: string[]; readonly next?: string};

// Keys that have the delimiter after the prefix count once, as the group that they share.
const collect = (found: Iterable<StoredFile>, {prefix, delimiter, limit}: Limits): Collected => {
	const objects: StoredFile[] = [];
	const groups: string[] = [];
	for (const object of found) {
		const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
		const group = end === -1 ? undefined : object.key.slice(0, end + delimiter.length);
		if (group !== undefined && groups.at(-1) === group) {
			continue;
		}

		if (objects.length + groups.length === limit) {
			return {objects, groups, next: object.key};
		}

		if (group === undefined) {
			objects.push(object);
		} else {
			groups.push(group);
		}
	}

	return {objects, groups};
};

const toToken = (key: string): string => Buffer.from(key).toString('base64');

const fromToken = (token: string): string => {
	const key = Buffer.from(token, 'base64').toString();
	if (toToken(key) !== token) {
		throw new S3Refusal('InvalidArgument', {Message: 'The continuation token provided is incorrect'});
	}

	return key;
};

// As S3 does it: like a form, but slashes stay.
const encodeName = (name: string): string => encodeURIComponent(name).replaceAll('%2F', '/').replaceAll('%20', '+');
