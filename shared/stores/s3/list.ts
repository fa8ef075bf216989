import {ListObjectsV2Command, type ListObjectsV2CommandOutput} from '@aws-sdk/client-s3';
import {streamListing, type ListingPage} from '../listing.ts';
import {StoreError, type StoredObject} from '../store.ts';
import {type S3Bucket} from './bucket.ts';

/**
Streams the objects below a prefix. Besides what every listing is checked for, a page that does not say whether there are more, or counts other objects than it holds, is a `DoubtfulAnswer`.
*/
export const listS3 = (bucket: S3Bucket, prefix: string, after: string | undefined): AsyncIterable<readonly StoredObject[]> => streamListing({
	name: `Listing ${bucket.base}${prefix} in ${bucket.name}`,
	base: bucket.base,
	prefix,
	...(after !== undefined && {after}),
	fetchPage: async token => fetchPage(bucket, prefix, token === undefined ? {StartAfter: after === undefined ? undefined : bucket.base + after} : {ContinuationToken: token}),
});

type Start = {readonly StartAfter: string | undefined} | {readonly ContinuationToken: string};

const fetchPage = async ({
	client, request, bucket, base, name, sizes,
}: S3Bucket, prefix: string, start: Start): Promise<ListingPage> => {
	const operation = `Listing ${base}${prefix}`;
	const page = await request(operation, async abortSignal => client.send(new ListObjectsV2Command({
		Bucket: bucket, Prefix: base + prefix, EncodingType: 'url', MaxKeys: sizes.pageSize, ...start,
	}), {abortSignal}));
	const objects = readObjects(page);
	const {IsTruncated: truncated, NextContinuationToken: next, KeyCount: count} = page;
	if (objects === undefined || truncated === undefined || (truncated && !next) || (count ?? objects.length) !== objects.length) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${name} failed: the server sent a page that is not whole.`);
	}

	return {objects, ...(truncated && next && {next})};
};

const readObjects = ({Contents: contents = [], EncodingType: encoding}: ListObjectsV2CommandOutput): readonly StoredObject[] | undefined => {
	const objects: StoredObject[] = [];
	for (const {Key: raw, Size: size, LastModified: modified, StorageClass: tier} of contents) {
		// A server may ignore the encoding that was asked for; its answer says so.
		const key = encoding === 'url' ? decodeKey(raw) : raw;
		if (key === undefined || size === undefined || modified === undefined || Number.isNaN(modified.getTime())) {
			return undefined;
		}

		objects.push({
			key, size, modified, tier: tier ?? 'STANDARD',
		});
	}

	return objects;
};

const decodeKey = (raw: string | undefined): string | undefined => {
	try {
		return raw === undefined ? undefined : decodeURIComponent(raw.replaceAll('+', ' '));
	} catch {
		return undefined;
	}
};
