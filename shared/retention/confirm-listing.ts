import pMap from 'p-map';
import {nextNumber} from '../catalogue/fold.ts';
import {catalogueFile, indexKey} from '../catalogue/keys.ts';
import {collect, listCatalogue, type CatalogueListing} from '../catalogue/listing.ts';
import {type Store, type StoredObject} from '../stores/store.ts';
import {confirmDatabase, type Contradictions} from './confirm.ts';
import {type PlannedDatabase} from './planned-database.ts';
import {type Refusal} from './refusal.ts';

const concurrency = 8;

export type Confirmation = {
	/** What each listing contradicted, by database; nothing of one that could not be trusted. */
	readonly found: ReadonlyMap<string, Contradictions>;
	/** What the listings showed of the chains that are to go. */
	readonly listed: ReadonlyMap<string, StoredObject>;
	/** Whether the listings could be trusted to be whole. */
	readonly isWhole: boolean;
	readonly refusal?: Refusal;
};

/**
Lists the databases of which something is about to be deleted, or in doubt, whole, and compares each listing with the catalogue. Anything that does not agree refuses the deletion of all of it. What this sweep deleted before is in `gone`.
*/
export const confirmListing = async (store: Store, databases: readonly PlannedDatabase[], gone: ReadonlySet<string> = new Set()): Promise<Confirmation> => {
	const parts = await pMap(databases, async ({content: {database, artifacts, marks}, due}) => {
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
	}, {concurrency});
	const disordered = parts.find(({inOrder}) => !inOrder);
	const all = (of: (contradictions: Contradictions) => readonly string[]) => parts.flatMap(({contradictions}) => of(contradictions));
	const problem = disordered
		? `the listing of database ${disordered.database} came back out of order, which happens when a store repeats or skips a page`
		: describe({absent: all(({absent}) => absent), returned: all(({returned}) => returned), unknown: all(({unknown}) => unknown)});
	return {
		// What a listing in disorder says of missing files is not worth remembering.
		found: new Map(disordered ? [] : parts.map(({database, contradictions}) => [database, contradictions])),
		listed: new Map(parts.flatMap(({listed}) => listed.map(object => [object.key, object] as const))),
		isWhole: !disordered,
		...(problem !== undefined && {refusal: {reason: 'CatalogueContradicted', message: `Nothing was deleted: ${problem}`}}),
	};
};

/**
Why what was read at the start no longer holds: another sweep, run, restore or owner has written into the catalogue since. Undefined while nothing has changed.
*/
export const catalogueChange = async (store: Store, before: CatalogueListing): Promise<string | undefined> => {
	const next = indexKey(nextNumber({listing: before}));
	// A listing that lags behind does not show an index that another sweep has just written; a look at it does.
	const [after, written] = await Promise.all([listCatalogue(store), store.stat(next)]);
	const changed = [...after.objects.keys()].find(key => !before.objects.has(key) && tells(key))
		?? [...before.objects.keys()].find(key => !after.objects.has(key) && tells(key));
	if (changed !== undefined) {
		return `${changed} came or went while the sweep was at work`;
	}

	return written ? `another sweep wrote ${next}` : undefined;
};

/** Records of sweeps, and what this sweep writes and moves itself, tell of no change. */
const tells = (key: string): boolean => !['sweep', 'part', 'archived', 'quarantined', 'encrypted'].includes(catalogueFile(key).kind);

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
