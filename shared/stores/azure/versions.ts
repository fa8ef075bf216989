import {type ContainerListBlobFlatSegmentResponse} from '@azure/storage-blob';
import {deleteEach} from '../delete-each.ts';
import {type DeleteFailure, type DeleteOptions} from '../store.ts';
import {type AzureContainer} from './container.ts';
import {deleteAzure} from './read.ts';

/**
Deletes blobs one by one, 32 at a time, and all their versions where that is asked for.
*/
export const deleteBlobs = async (container: AzureContainer, keys: readonly string[], {versions = 'Keep'}: DeleteOptions): Promise<readonly DeleteFailure[]> => deleteEach(keys, async key => {
	await deleteAzure(container, key);
	if (versions === 'Delete') {
		for (const version of await versionsOf(container, key)) {
			await deleteAzure(container, key, version);
		}
	}
}, 32);

const versionsOf = async ({client, request, whole}: AzureContainer, key: string): Promise<readonly string[]> => {
	const versions: string[] = [];
	let token: string | undefined;
	do {
		const from = token;
		const page = await request(`Listing the versions of ${whole(key)}`, async abortSignal => {
			const pages = client.listBlobsFlat({prefix: whole(key), includeVersions: true, abortSignal}).byPage({maxPageSize: 1000, ...(from !== undefined && {continuationToken: from})});
			const {value} = await pages.next() as IteratorResult<ContainerListBlobFlatSegmentResponse, undefined>;
			return value;
		});
		versions.push(...page?.segment.blobItems.filter(({name}) => name === whole(key)).flatMap(({versionId}) => versionId === undefined ? [] : [versionId]) ?? []);
		token = page?.continuationToken === '' ? undefined : page?.continuationToken;
	} while (token !== undefined);

	return versions;
};
