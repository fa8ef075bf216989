import {nextNumber} from '../catalogue/fold.ts';
import {catalogueFile, indexKey} from '../catalogue/keys.ts';
import {listCatalogue, type CatalogueListing} from '../catalogue/listing.ts';
import {StoreError, type Store} from '../stores/store.ts';

/**
Why what was read at the start no longer holds: another sweep, run, restore or owner has written into the catalogue since. Undefined while nothing has changed.
*/
export const catalogueChange = async (store: Store, before: CatalogueListing): Promise<string | undefined> => {
	const next = indexKey(nextNumber({listing: before}));
	// A listing that lags behind does not show an index that another sweep has just written; a look at it does.
	const [after, written] = await Promise.all([listCatalogue(store), isThere(store, next)]);
	const changed = [...after.objects.keys()].find(key => !before.objects.has(key) && tells(key))
		?? [...before.objects.keys()].find(key => !after.objects.has(key) && tells(key));
	if (changed !== undefined) {
		return `${changed} came or went while the sweep was at work`;
	}

	return written ? `another sweep wrote ${next}` : undefined;
};

/** Reading what is not there takes a store one request, looking at it up to two. */
const isThere = async (store: Store, key: string): Promise<boolean> => {
	try {
		return await store.read(key) !== undefined;
	} catch (error) {
		if (error instanceof StoreError && error.code === 'TooLarge') {
			return true;
		}

		throw error;
	}
};

/** Records of sweeps, and what this sweep writes and moves itself, tell of no change. */
const tells = (key: string): boolean => !['sweep', 'part', 'archived', 'quarantined', 'encrypted'].includes(catalogueFile(key).kind);
