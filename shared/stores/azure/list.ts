import {type BlobItem, type ContainerListBlobFlatSegmentResponse} from '@azure/storage-blob';
import {compareUnits} from '../keys.ts';
import {streamListing, type ListingPage} from '../listing.ts';
import {StoreError, type StoredObject} from '../store.ts';
import {type AzureContainer} from './container.ts';

/**
Streams the blobs below a prefix. Azure cannot begin after a key, so that with `after` the pages before it are read and dropped. The folders that accounts with hierarchical names list too are no objects.
*/
export const listAzure = (container: AzureContainer, prefix: string, after: string | undefined): AsyncIterable<readonly StoredObject[]> => streamListing({
	name: `Listing ${container.base}${prefix} in ${container.name}`,
	base: container.base,
	prefix,
	...(after !== undefined && {after}),
	compare: compareUnits,
	fetchPage: async token => fetchPage(container, prefix, token),
});

const fetchPage = async ({client, request, base, name, sizes}: AzureContainer, prefix: string, token: string | undefined): Promise<ListingPage> => {
	const operation = `Listing ${base}${prefix}`;
	const page = await request(operation, async abortSignal => {
		const pages = client.listBlobsFlat({prefix: base + prefix, includeMetadata: true, abortSignal}).byPage({maxPageSize: sizes.pageSize, ...(token !== undefined && {continuationToken: token})});
		const {value} = await pages.next() as IteratorResult<ContainerListBlobFlatSegmentResponse, undefined>;
		return value;
	});
	const objects = page?.segment.blobItems.filter(item => item.metadata?.['hdi_isfolder'] !== 'true').map(item => readBlob(item));
	if (page === undefined || objects === undefined || objects.includes(undefined)) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${name} failed: the server sent a page that is not whole.`);
	}

	return {objects: objects.filter(object => object !== undefined), ...(page.continuationToken && {next: page.continuationToken})};
};

const readBlob = ({name, properties}: BlobItem): StoredObject | undefined => {
	const {contentLength: size, lastModified: modified, accessTier: tier} = properties;
	return size === undefined || Number.isNaN(modified.getTime())
		? undefined
		: {
			key: name, size, modified, ...(tier !== undefined && {tier}),
		};
};
