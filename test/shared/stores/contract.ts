import {type SerialFn} from 'ava';
import {testDeleting, testLocks, testPartialDeleting} from './contract/deleting.ts';
import {
	testCredentials, testMissingBucket, testOutages, testRefusals,
} from './contract/failures.ts';
import {type Declare, type ServerOf, type StoreServer} from './contract/fixture.ts';
import {testDisturbedListing, testListing} from './contract/listing.ts';
import {testDisturbedWriting, testTiers, testWriting} from './contract/writing.ts';
import {type StoreLocation} from '#shared/stores/store.ts';

/**
Whether a server has something; a text says that it has not, and why: its tests are then shown as skipped.
*/
type Has = true | string;

export type Contract = {
	/** What can be asked of this kind of store beyond what each of them does; a real server may be asked less than a stand-in. */
	readonly has: {
		readonly tiers?: Has;
		readonly locks?: Has;
		readonly refusals?: Has;
		/** Names of the cases of `StoreServer.wrongCredentials`. */
		readonly wrongCredentials?: readonly string[];
		/** A server on the network, which a proxy can be put in front of: how its listings and its writes of small objects look. */
		readonly network?: {readonly listing: RegExp; readonly write: {readonly method: string; readonly address: RegExp}};
	};
	/** Titles of single tests that this server cannot pass, each with the reason; shown as skipped. */
	readonly cannot?: Readonly<Record<string, string>>;
	/** A location whose bucket or folder is missing. */
	readonly missing: (server: StoreServer) => StoreLocation;
};

/**
Declares the tests that every driver passes, on whatever server `serverOf` gives once it has started. One after the other: a hundred at once would make each other late.
*/
export const testStore = (test: SerialFn, serverOf: ServerOf, {has, missing, cannot = {}}: Contract): void => {
	const unseen = new Set(Object.keys(cannot));
	const declare: Declare = (title, run) => {
		const reason = cannot[title];
		unseen.delete(title);
		if (reason === undefined) {
			test(title, run);
		} else {
			test.skip(`${title} (${reason})`, run);
		}
	};

	testListing(declare, serverOf);
	testWriting(declare, serverOf);
	testDeleting(declare, serverOf);
	testMissingBucket(declare, serverOf, missing);
	testCredentials(declare, serverOf, has.wrongCredentials ?? []);
	const partOf = (part: Has | undefined, declarePart: (declare: Declare) => void): void => {
		if (part === undefined) {
			return;
		}

		declarePart(part === true
			? declare
			: (title, run) => {
				test.skip(`${title} (${part})`, run);
			});
	};

	partOf(has.tiers, declarePart => {
		testTiers(declarePart, serverOf);
	});
	partOf(has.locks, declarePart => {
		testLocks(declarePart, serverOf);
	});
	partOf(has.refusals, declarePart => {
		testRefusals(declarePart, serverOf);
		testPartialDeleting(declarePart, serverOf);
	});
	if (has.network) {
		testOutages(declare, serverOf);
		testDisturbedListing(declare, serverOf, has.network.listing);
		testDisturbedWriting(declare, serverOf, has.network.write);
	}

	if (unseen.size > 0) {
		throw new Error(`No test of the contract has the title ${[...unseen].map(title => JSON.stringify(title)).join(', ')}`);
	}
};
