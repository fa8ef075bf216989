import pMap from 'p-map';
import {StoreError, type ObjectLock, type StoredObject} from '../store.ts';
import {type AzureContainer} from './container.ts';
import {statAzure} from './read.ts';

/**
The locks of blobs: a legal hold of the container holds all of them; policies of single blobs are read one by one, and only where the container can have them. A policy of the container goes by age and is met when the oldest are deleted.
*/
export const locksAzure = async (container: AzureContainer, objects: readonly StoredObject[]): Promise<ReadonlyMap<string, ObjectLock>> => {
	const locking = objects.length === 0 ? undefined : await lockingOf(container);
	if (locking?.hasLegalHold) {
		return new Map(objects.map(({key}) => [key, {kind: 'hold'}]));
	}

	if (!locking?.isImmutableStorageWithVersioningEnabled) {
		return new Map();
	}

	const found = await pMap(objects, async ({key}) => statAzure(container, key), {concurrency: 32});
	return new Map(found.flatMap(object => object?.lock ? [[object.key, object.lock]] : []));
};

// Whoever may not look at the container meets its locks when deleting.
const lockingOf = async ({client, request, name}: AzureContainer) => {
	try {
		return await request(`Asking for the locks of ${name}`, async abortSignal => client.getProperties({abortSignal}));
	} catch (error) {
		if (error instanceof StoreError && error.code === 'AccessDenied') {
			return undefined;
		}

		throw error;
	}
};
