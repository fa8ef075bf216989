import {type Store} from '../stores/store.ts';
import {CatalogueError} from './catalogue-error.ts';
import {
	catalogueFile, catalogueFolder, endKey, ownerKey,
} from './keys.ts';
import {isSameOwner, ownerOf, type Owner} from './manifest.ts';
import {readFields} from './read-json.ts';

export type Claim = {readonly claimed: true} | {readonly conflict: Owner};

/**
Takes a directory for an owner, or says whose it is (decision D19). The owner of an owned directory changes only with `adopt`, and by a further file `owner-<n>.json`: nothing of the catalogue is overwritten, the file of the highest number counts, and the ones before say whose manifests are ours too. Of two that claim at once one wins.
*/
export const claimDirectory = async (store: Store, owner: Owner, {adopt = false, now = new Date()}: {adopt?: boolean; now?: Date} = {}): Promise<Claim> => {
	const numbers = await ownerNumbers(store);
	const last = numbers.at(-1);
	const current = last === undefined ? undefined : await readOwner(store, last);
	if (current && !isSameOwner(current, owner) && !adopt) {
		return {conflict: current};
	}

	if (!current || !isSameOwner(current, owner)) {
		const winner = await writeOwner(store, last === undefined ? 0 : last + 1, {owner, now});
		if (!isSameOwner(winner, owner)) {
			return {conflict: winner};
		}
	}

	await store.create(endKey, JSON.stringify({version: 1}));
	return {claimed: true};
};

/**
Reads one owner file, which must be there.
*/
export const readOwner = async (store: Store, number: number): Promise<Owner> => {
	const key = ownerKey(number);
	const body = await store.read(key);
	if (!body) {
		throw new CatalogueError(key, 'it is listed and cannot be read', 'Nothing is deleted until it can');
	}

	return ownerOf(readFields(key, body));
};

const ownerNumbers = async (store: Store): Promise<readonly number[]> => {
	const numbers: number[] = [];
	for await (const page of store.list(`${catalogueFolder}owner`)) {
		for (const {key} of page) {
			const file = catalogueFile(key);
			if (file.kind === 'owner') {
				numbers.push(file.number);
			}
		}
	}

	return numbers.toSorted((one, other) => one - other);
};

const writeOwner = async (store: Store, number: number, {owner, now}: {owner: Owner; now: Date}): Promise<Owner> => {
	await store.create(ownerKey(number), JSON.stringify({version: 1, ...owner, claimedAt: now.toISOString()}));
	return readOwner(store, number);
};
