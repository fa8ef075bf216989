import {compareKeys} from './keys.ts';
import {StoreError, type StoredObject} from './store.ts';

/**
One page as the provider sent it, with whole keys; `next` is its continuation token, absent on the last page.
*/
export type ListingPage = {
	readonly objects: readonly StoredObject[];
	readonly next?: string;
};

export type Listing = {
	/** How the listing is spoken of in errors. */
	readonly name: string;
	/** Prefix of the directory, which is taken off the keys. */
	readonly base: string;
	readonly prefix: string;
	/** Only keys after this one are answered. */
	readonly after?: string;
	/** The order in which this provider lists; default that of UTF-8. */
	readonly compare?: (left: string, right: string) => number;
	readonly fetchPage: (token: string | undefined) => Promise<ListingPage>;
};

/**
Streams a listing page by page and throws a `DoubtfulAnswer` at the first sign that it is not whole and true: a key outside the prefix, a key that does not ascend (as when a page comes twice), a continuation token that came before.
*/
export const streamListing = async function * (listing: Listing): AsyncGenerator<readonly StoredObject[]> {
	const doubt = (reason: string): StoreError => new StoreError('DoubtfulAnswer', `${listing.name} failed: the server's answer cannot be trusted, ${reason}.`);
	const {compare = compareKeys} = listing;
	const tokens = new Set<string>();
	let last: string | undefined;
	let token: string | undefined;
	do {
		const page = await listing.fetchPage(token);
		for (const {key} of page.objects) {
			if (!key.startsWith(listing.base + listing.prefix)) {
				throw doubt(`it holds ${JSON.stringify(key)}, which was not asked for`);
			}

			if (last !== undefined && compare(last, key) >= 0) {
				throw doubt(`${JSON.stringify(key)} comes after ${JSON.stringify(last)}`);
			}

			last = key;
		}

		token = page.next;
		if (token !== undefined && tokens.size === tokens.add(token).size) {
			throw doubt('it repeats a continuation token');
		}

		const wanted = relativeObjects(page.objects, listing);
		if (wanted.length > 0) {
			yield wanted;
		}
	} while (token !== undefined);
};

// A console's own marker of the folder has the directory's name as its key, and so none in it.
const relativeObjects = (objects: readonly StoredObject[], {base, after, compare = compareKeys}: Listing): StoredObject[] => objects
	.map(object => ({...object, key: object.key.slice(base.length)}))
	.filter(({key}) => key !== '' && (after === undefined || compare(key, after) > 0));
