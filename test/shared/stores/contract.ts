import {type SerialFn} from 'ava';
import {testDeleting, testLocks, testPartialDeleting} from './contract/deleting.ts';
import {
	testCredentials, testMissingBucket, testOutages, testRefusals,
} from './contract/failures.ts';
import {type ServerOf, type StoreServer} from './contract/fixture.ts';
import {testDisturbedListing, testListing} from './contract/listing.ts';
import {testDisturbedWriting, testTiers, testWriting} from './contract/writing.ts';
import {type StoreLocation} from '#shared/stores/store.ts';

export type Contract = {
	/** What can be asked of this kind of store beyond what each of them does; a real server may be asked less than a stand-in. */
	readonly has: {
		readonly tiers?: boolean;
		readonly locks?: boolean;
		readonly refusals?: boolean;
		/** Names of the cases of `StoreServer.wrongCredentials`. */
		readonly wrongCredentials?: readonly string[];
		/** A server on the network, which a proxy can be put in front of: how its listings and its writes of small objects look. */
		readonly network?: {readonly listing: RegExp; readonly write: {readonly method: string; readonly address: RegExp}};
	};
	/** A location whose bucket or folder is missing. */
	readonly missing: (server: StoreServer) => StoreLocation;
};

/**
Declares the tests that every driver passes, on whatever server `serverOf` gives once it has started. One after the other: a hundred at once would make each other late.
*/
export const testStore = (test: SerialFn, serverOf: ServerOf, {has, missing}: Contract): void => {
	testListing(test, serverOf);
	testWriting(test, serverOf);
	testDeleting(test, serverOf);
	testMissingBucket(test, serverOf, missing);
	testCredentials(test, serverOf, has.wrongCredentials ?? []);
	if (has.tiers) {
		testTiers(test, serverOf);
	}

	if (has.locks) {
		testLocks(test, serverOf);
	}

	if (has.refusals) {
		testRefusals(test, serverOf);
		testPartialDeleting(test, serverOf);
	}

	if (has.network) {
		testOutages(test, serverOf);
		testDisturbedListing(test, serverOf, has.network.listing);
		testDisturbedWriting(test, serverOf, has.network.write);
	}
};
