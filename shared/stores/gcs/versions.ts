import {deleteEach} from '../delete-each.ts';
import {StoreError, type DeleteFailure, type DeleteOptions} from '../store.ts';
import {type GcsBucket} from './bucket.ts';
import {deleteGcs, type ObjectResource} from './read.ts';

const concurrency = 32;

/**
Deletes objects one by one, every generation of them where that is asked for, and notices when the bucket keeps what was deleted as an older generation.
*/
export const deleteObjectsGcs = async (bucket: GcsBucket, keys: readonly string[], {versions = 'Keep'}: DeleteOptions): Promise<readonly DeleteFailure[]> => {
	if (versions === 'Delete') {
		return deleteEach(keys, async key => deleteGenerations(bucket, key), concurrency);
	}

	const failures = await deleteEach(keys, async key => deleteGcs(bucket, key), concurrency);
	const failed = new Set(failures.map(({key}) => key));
	const deleted = keys.find(key => !failed.has(key));
	if (deleted !== undefined && !bucket.hidden.seen) {
		const left = await generationsOf(bucket, deleted);
		bucket.hidden.seen = left.length > 0;
	}

	return failures;
};

const deleteGenerations = async (bucket: GcsBucket, key: string): Promise<void> => {
	for (const generation of await generationsOf(bucket, key)) {
		await deleteGcs(bucket, key, generation);
	}
};

type Versions = {readonly kind?: string; readonly items?: readonly ObjectResource[]; readonly nextPageToken?: string};

/**
The generations of an object, the live one and those that a versioned bucket keeps.
*/
export const generationsOf = async (bucket: GcsBucket, key: string): Promise<readonly string[]> => {
	const operation = `Listing the versions of ${bucket.whole(key)}`;
	const generations: string[] = [];
	let token: string | undefined;
	do {
		const {data} = await bucket.call<Versions>(operation, {
			method: 'GET',
			address: bucket.objects,
			parameters: {
				prefix: bucket.whole(key), versions: 'true', fields: 'kind,nextPageToken,items(name,generation)', ...(token !== undefined && {pageToken: token}),
			},
		});
		if (data.kind !== 'storage#objects') {
			throw new StoreError('DoubtfulAnswer', `${operation} in ${bucket.name} failed: the server sent a page that is not whole.`);
		}

		generations.push(...data.items?.filter(({name}) => name === bucket.whole(key)).flatMap(({generation}) => generation === undefined ? [] : [generation]) ?? []);
		token = data.nextPageToken;
	} while (token !== undefined);

	return generations;
};
