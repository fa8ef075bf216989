import {catalogueFile, catalogueFolder, pinKey} from '../catalogue/keys.ts';
import {collect} from '../catalogue/listing.ts';
import {parsePin} from '../catalogue/pin.ts';
import {StoreError, type Store} from '../stores/store.ts';
import {readOnlyCodes} from './hold-pin.ts';

export type RestorePin = {
	/** The Neo4jRestore, as `<namespace>/<name>`. */
	readonly restore: string;
	readonly uid: string;
	/** File names of all that it reads. */
	readonly artifacts: readonly string[];
};

/** Long enough for any restore and for what it waits for before; after it, a restore that vanished holds nothing (decision D39). */
export const restorePinLifetimeMs = 7 * 24 * 60 * 60_000;

/** Pins that a restore may come to have: each time that it is resolved anew, after a newer backup. */
const most = 100;

/**
Pins what a restore reads, until it is over. Written once for all attempts of its Job; where one of them chose something else, a further pin is written beside the first. Answers why there is none where this account may not write.
*/
export const writeRestorePin = async (store: Store, {restore, uid, artifacts}: RestorePin, now: Date): Promise<{readonly problem?: StoreError}> => {
	const text = JSON.stringify({
		version: 1, restore, artifacts, createdAt: now.toISOString(), expiresAt: new Date(now.getTime() + restorePinLifetimeMs).toISOString(),
	});
	try {
		for (let number = 0; number < most; number++) {
			const key = keyOf(uid, number);
			if (await store.create(key, text) || await holds(store, {key, artifacts, now})) {
				return {};
			}
		}
	} catch (error) {
		if (error instanceof StoreError && readOnlyCodes.has(error.code)) {
			return {problem: error};
		}

		throw error;
	}

	throw new Error(`${most} pins of restore ${restore} are in ${store.uri}${catalogueFolder}pins/: remove them`);
};

/**
Removes all pins of a restore. Answers those that stayed, each with its reason: they expire.
*/
export const removeRestorePins = async (store: Store, uid: string): Promise<{readonly removed: number; readonly stayed: ReadonlyArray<{readonly key: string; readonly message: string}>}> => {
	const {objects} = await collect(store, keyOf(uid, 0).slice(0, -'.json'.length));
	const keys = [...objects.keys()].filter(key => isPinOf(key, uid));
	const stayed = keys.length > 0 ? await store.delete(keys) : [];
	return {removed: keys.length - stayed.length, stayed: stayed.map(({key, message}) => ({key, message}))};
};

const keyOf = (uid: string, number: number): string => pinKey(`restore-${uid}${number === 0 ? '' : `-${number}`}`);

const isPinOf = (key: string, uid: string): boolean => {
	const rest = key.slice(keyOf(uid, 0).length - '.json'.length);
	return catalogueFile(key).kind === 'pin' && /^(?:-\d+)?\.json$/v.test(rest);
};

/** One that is about to run out is as good as none. */
const holds = async (store: Store, {key, artifacts, now}: {readonly key: string; readonly artifacts: readonly string[]; readonly now: Date}): Promise<boolean> => {
	const body = await store.read(key);
	const pin = body && parsePin(key, body);
	return pin !== undefined && artifacts.every(name => pin.artifacts.includes(name))
		&& (pin.expiresAt === undefined || Date.parse(pin.expiresAt) - now.getTime() > restorePinLifetimeMs / 2);
};
