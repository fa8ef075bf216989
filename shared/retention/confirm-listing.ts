import pMap from 'p-map';
import {catalogueFile, indexKey} from '../catalogue/keys.ts';
import {collect, listCatalogue, type CatalogueListing} from '../catalogue/listing.ts';
import {type Catalogue} from '../catalogue/read.ts';
import {type Store, type StoredObject} from '../stores/store.ts';
import {confirmDatabase, type Contradictions} from './confirm.ts';
import {type Verdict} from './plan.ts';
import {type Refusal} from './refusal.ts';

const concurrency = 8;

export type Confirmation = Contradictions & {
	/** What the listings showed under the prefixes of those databases. */
	readonly listed: ReadonlyMap<string, StoredObject>;
	/** Whether the listings could be trusted to be whole. */
	readonly isWhole: boolean;
	readonly refusal?: Refusal;
};

type Chains = ReadonlyArray<readonly Verdict[]>;

/**
Lists the databases of which something is about to be deleted, and others on request, whole, and compares each listing with the catalogue. Anything that does not agree refuses the deletion of everything.
*/
export const confirmListing = async (store: Store, catalogue: Catalogue, due: Chains, others: readonly string[] = []): Promise<Confirmation> => {
	const dueOf = Map.groupBy(due, ([first]) => first!.artifact.database);
	const artifactsOf = Map.groupBy(catalogue.artifacts, ({database}) => database);
	const deleted = new Set(catalogue.index?.deleted.map(({name}) => name));
	const parts = await pMap(new Set([...dueOf.keys(), ...others]), async database => {
		const {objects, inOrder} = await collect(store, `${database}-`);
		const contradictions = confirmDatabase({
			database,
			artifacts: artifactsOf.get(database)!,
			listed: objects,
			due: (dueOf.get(database) ?? []).map(chain => chain.map(({artifact}) => artifact)),
			deleted,
		});
		return {
			...contradictions, database, inOrder, objects,
		};
	}, {concurrency});
	const absent = parts.flatMap(part => part.absent);
	const returned = parts.flatMap(part => part.returned);
	const unknown = parts.flatMap(part => part.unknown);
	const lingering = parts.flatMap(part => part.lingering);
	const listed = new Map(parts.flatMap(({objects}) => [...objects]));
	const disordered = parts.find(({inOrder}) => !inOrder);
	const problem = disordered ? `the listing of database ${disordered.database} came back out of order, which happens when a store repeats or skips a page` : describe({absent, returned, unknown});
	// What a listing in disorder says of missing files is not worth remembering.
	const trusted = disordered
		? {
			absent: [], returned: [], unknown: [], lingering: [],
		}
		: {
			absent, returned, unknown, lingering,
		};
	return {
		...trusted, listed, isWhole: !disordered, ...(problem !== undefined && {refusal: {reason: 'CatalogueContradicted', message: `Nothing was deleted: ${problem}`}}),
	};
};

/**
Why what was read at the start no longer holds: another sweep, run, restore or owner has written into the catalogue since. Undefined while nothing has changed.
*/
export const catalogueChange = async (store: Store, before: CatalogueListing): Promise<string | undefined> => {
	const after = await listCatalogue(store);
	// Records of sweeps, and what this sweep archives, tell of no change.
	const isRecord = (key: string) => ['sweep', 'archived'].includes(catalogueFile(key).kind);
	const changed = [...after.objects.keys()].find(key => !before.objects.has(key) && !isRecord(key))
		?? [...before.objects.keys()].find(key => !after.objects.has(key) && !isRecord(key));
	if (changed !== undefined) {
		return `${changed} came or went while the sweep was at work`;
	}

	// A listing that lags behind does not show an index that another sweep has just written; a read does.
	const next = indexKey((before.indexes.at(-1) ?? 0) + 1);
	return await store.stat(next) ? `another sweep wrote ${next}` : undefined;
};

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
