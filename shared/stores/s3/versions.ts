import {ListObjectVersionsCommand, type ListObjectVersionsCommandOutput} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import {StoreError} from '../store.ts';
import {type S3Bucket} from './bucket.ts';
import {type Doomed} from './delete.ts';

/**
Every version of the keys, delete markers included; the key alone where the bucket keeps no versions.
*/
export const versionsS3 = async (bucket: S3Bucket, keys: readonly string[]): Promise<readonly Doomed[]> => {
	const found = await pMap(keys, async key => versionsOf(bucket, key), {concurrency: 16});
	return found.flat();
};

const versionsOf = async (bucket: S3Bucket, key: string): Promise<readonly Doomed[]> => {
	const wanted = bucket.whole(key);
	const versions: string[] = [];
	for (let marker: Marker | undefined = {}; marker !== undefined;) {
		const page: ListObjectVersionsCommandOutput = await fetchPage(bucket, wanted, marker);
		const entries = [...page.Versions ?? [], ...page.DeleteMarkers ?? []];
		versions.push(...entries.filter(({Key: found}) => found === wanted).map(({VersionId: version = 'null'}) => version));
		marker = nextMarker(bucket, wanted, {page, marker});
	}

	// What was never versioned goes by its key, which servers without versions understand too.
	return versions.every(version => version === 'null') ? [{key}] : versions.map(version => ({key, version}));
};

type Marker = {readonly KeyMarker?: string; readonly VersionIdMarker?: string};

const fetchPage = async ({client, request, bucket}: S3Bucket, wanted: string, marker: Marker): Promise<ListObjectVersionsCommandOutput> =>
	request(`Listing the versions of ${wanted}`, async abortSignal => client.send(new ListObjectVersionsCommand({Bucket: bucket, Prefix: wanted, ...marker}), {abortSignal}));

// Keys that begin with this one sort behind it.
const nextMarker = ({name}: S3Bucket, wanted: string, {page, marker}: {page: ListObjectVersionsCommandOutput; marker: Marker}): Marker | undefined => {
	const {IsTruncated: isTruncated, NextKeyMarker: next, NextVersionIdMarker: version} = page;
	if (isTruncated !== true || (next !== undefined && next !== wanted)) {
		return undefined;
	}

	if (next === undefined || (next === marker.KeyMarker && version === marker.VersionIdMarker)) {
		throw new StoreError('DoubtfulAnswer', `Listing the versions of ${wanted} in ${name} failed: the server sent a page that is not whole.`);
	}

	return {KeyMarker: next, ...(version !== undefined && {VersionIdMarker: version})};
};
