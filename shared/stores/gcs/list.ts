import {streamListing, type ListingPage} from '../listing.ts';
import {StoreError, type StoredObject} from '../store.ts';
import {type GcsBucket} from './bucket.ts';
import {gcsLock, lockFields, type ObjectResource} from './read.ts';

type Objects = {readonly kind?: string; readonly items?: readonly ObjectResource[]; readonly nextPageToken?: string};

/**
Streams the objects below a prefix. Besides what every listing is checked for, an answer that is no list of objects is a `DoubtfulAnswer`.
*/
export const listGcs = (bucket: GcsBucket, prefix: string, after: string | undefined): AsyncIterable<readonly StoredObject[]> => {
	const operation = `Listing ${bucket.base}${prefix}`;
	return streamListing({
		name: `${operation} in ${bucket.name}`,
		base: bucket.base,
		prefix,
		...(after !== undefined && {after}),
		fetchPage: async token => fetchPage(bucket, operation, {
			prefix: bucket.base + prefix,
			maxResults: String(bucket.sizes.pageSize),
			fields: `kind,nextPageToken,items(name,size,updated,storageClass,generation,${lockFields})`,
			...(after !== undefined && {startOffset: bucket.base + after}),
			...(token !== undefined && {pageToken: token}),
		}),
	});
};

const fetchPage = async ({call, objects: address, name}: GcsBucket, operation: string, parameters: Readonly<Record<string, string>>): Promise<ListingPage> => {
	const {data} = await call<Objects>(operation, {method: 'GET', address, parameters});
	const objects = data.items?.map(item => readObject(item)) ?? [];
	if (data.kind !== 'storage#objects' || objects.includes(undefined)) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${name} failed: the server sent a page that is not whole.`);
	}

	return {objects: objects.filter(object => object !== undefined), ...(data.nextPageToken && {next: data.nextPageToken})};
};

const readObject = (resource: ObjectResource): StoredObject | undefined => {
	const {name, size, updated, storageClass} = resource;
	const modified = new Date(updated ?? '');
	const bytes = Number(size ?? Number.NaN);
	return name === undefined || !Number.isSafeInteger(bytes) || Number.isNaN(modified.getTime())
		? undefined
		: {
			key: name, size: bytes, modified, ...(storageClass !== undefined && {tier: storageClass}), ...gcsLock(resource),
		};
};
