import {nextNumber} from '../catalogue/fold.ts';
import {catalogueFile, catalogueFolder, indexKey} from '../catalogue/keys.ts';
import {type CatalogueListing} from '../catalogue/listing.ts';
import {StoreError, type Store} from '../stores/store.ts';

/**
Why what was read at the start no longer holds: another sweep, run, restore or owner has written into the catalogue since. Undefined while nothing has changed.
*/
export const catalogueChange = async (store: Store, before: CatalogueListing): Promise<string | undefined> => {
	const next = indexKey(nextNumber({listing: before}));
	// A listing that lags behind does not show an index that another sweep has just written; a look at it does.
	const [after, written] = await Promise.all([tellingKeys(store), isThere(store, next)]);
	const changed = [...after].find(key => !before.objects.has(key)) ?? before.objects.keys().find(key => tells(key) && !after.has(key));
	if (changed !== undefined) {
		return `${changed} came or went while the sweep was at work`;
	}

	return written ? `another sweep wrote ${next}` : undefined;
};

/** The folders of parts and of archived artifacts may be large, and this is asked before each request that deletes: where a page ends in such a folder, the rest of it is passed over. What comes last is the end mark, so that a listing which was cut off shows as a change. */
const tellingKeys = async (store: Store): Promise<ReadonlySet<string>> => {
	const keys = new Set<string>();
	let after: string | undefined;
	do {
		let passed: string | undefined;
		for await (const page of store.list(catalogueFolder, after)) {
			for (const {key} of page.filter(object => tells(object.key))) {
				keys.add(key);
			}

			passed = silentFolderOf(page.at(-1)!.key);
			if (passed !== undefined) {
				break;
			}
		}

		after = passed === undefined ? undefined : behind(passed);
	} while (after !== undefined);

	return keys;
};

/** The folder in which a key lies, where none of its files tells of a change. */
const silentFolderOf = (key: string): string | undefined => {
	const end = key.indexOf('/', catalogueFolder.length);
	return end === -1 || tells(key) ? undefined : key.slice(0, end);
};

/** A key after all those of a folder, and before any other: `0` is the character after the slash. */
const behind = (folder: string): string => `${folder}0`;

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
