import pMap from 'p-map';
import {collect} from '../catalogue/listing.ts';
import {type Store, type StoredObject} from '../stores/store.ts';
import {confirmDatabase, type Contradictions} from './confirm.ts';
import {type PlannedDatabase} from './planned-database.ts';
import {type Refusal} from './refusal.ts';

const concurrency = 8;

/**
What a whole listing of one database showed, beside what the catalogue says.
*/
export type DatabaseListing = {
	readonly database: string;
	readonly contradictions: Contradictions;
	/** Whether it came in order, as every complete listing does. */
	readonly inOrder: boolean;
	/** What it showed of the chains that are to go. */
	readonly listed: readonly StoredObject[];
};

export type Confirmation = {
	/** What each listing contradicted; nothing of one that could not be trusted. */
	readonly found: readonly Contradictions[];
	/** What the listings showed of the chains that are to go. */
	readonly listed: ReadonlyMap<string, StoredObject>;
	/** Whether the listings could be trusted to be whole. */
	readonly isWhole: boolean;
	readonly refusal?: Refusal;
};

/**
Lists a database of which something is about to be deleted, or in doubt, whole, and compares the listing with the catalogue. What this sweep deleted before is in `gone`.
*/
export const listDatabase = async (store: Store, {content: {database, artifacts, marks}, due}: PlannedDatabase, gone: ReadonlySet<string> = new Set()): Promise<DatabaseListing> => {
	const {objects, inOrder} = await collect(store, `${database}-`);
	const chains = due.map(chain => chain.map(({artifact}) => artifact));
	const contradictions = confirmDatabase({
		database,
		artifacts: artifacts.filter(({name}) => !gone.has(name)),
		listed: objects,
		due: chains,
		deleted: new Set([...marks.deleted.map(({name}) => name), ...gone]),
	});
	return {
		contradictions, database, inOrder, listed: chains.flat().flatMap(({name}) => objects.get(name) ?? []),
	};
};

/**
What listings of some databases say together. Anything that does not agree refuses the deletion of all of it.
*/
export const confirmListings = (listings: readonly DatabaseListing[]): Confirmation => {
	const disordered = listings.find(({inOrder}) => !inOrder);
	const all = (of: (contradictions: Contradictions) => readonly string[]) => listings.flatMap(({contradictions}) => of(contradictions));
	const problem = disordered
		? `the listing of database ${disordered.database} came back out of order, which happens when a store repeats or skips a page`
		: describe({absent: all(({absent}) => absent), returned: all(({returned}) => returned), unknown: all(({unknown}) => unknown)});
	return {
		// What a listing in disorder says of missing files is not worth remembering.
		found: disordered ? [] : listings.map(({contradictions}) => contradictions),
		listed: new Map(listings.flatMap(({listed}) => listed.map(object => [object.key, object] as const))),
		isWhole: !disordered,
		...(problem !== undefined && {refusal: {reason: 'CatalogueContradicted', message: `Nothing was deleted: ${problem}`}}),
	};
};

/**
Lists databases again of which a listing has grown old.
*/
export const confirmAgain = async (store: Store, databases: readonly PlannedDatabase[], gone: ReadonlySet<string>): Promise<Confirmation> =>
	confirmListings(await pMap(databases, async planned => listDatabase(store, planned, gone), {concurrency}));

const describe = ({absent, returned, unknown}: Omit<Contradictions, 'lingering'>): string | undefined => {
	if (unknown.length > 0) {
		return `no manifest names ${list(unknown)}, so what it builds on is not known. The next run takes over what one of its own attempts left behind; move a file of another origin out of the directory`;
	}

	if (absent.length > 0) {
		return `${list(absent)} should be there and is not, or has another size. It counts as missing from now on, and what builds on it as not restorable; remove lifecycle rules that delete single files of this directory`;
	}

	return returned.length > 0 ? `${list(returned)} was missing and is there again. It counts again from now on` : undefined;
};

const list = (names: readonly string[]): string => names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
