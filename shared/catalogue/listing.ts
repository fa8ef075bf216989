import {compareKeys} from '../stores/keys.ts';
import {type Store, type StoredObject} from '../stores/store.ts';
import {
	catalogueFile, catalogueFolder, endKey, type CatalogueFile,
} from './keys.ts';

/**
The names in the catalogue's folder, sorted by what they are.
*/
export type CatalogueListing = {
	/** Every key with its size. */
	readonly objects: ReadonlyMap<string, StoredObject>;
	/** Ascending. */
	readonly owners: readonly number[];
	readonly indexes: readonly number[];
	/** Keys, and the number of the index that was to hold them first. */
	readonly parts: ReadonlyArray<{readonly key: string; readonly number: number}>;
	/** Run ids. */
	readonly manifests: readonly string[];
	readonly attempts: ReadonlyArray<{readonly key: string; readonly runID: string; readonly attempt: number}>;
	/** Keys. */
	readonly pins: readonly string[];
	readonly sweeps: readonly string[];
	/** File names of artifacts. */
	readonly quarantined: ReadonlySet<string>;
	readonly archived: ReadonlySet<string>;
	/** File names of artifacts that have a record of what they hold. */
	readonly encrypted: readonly string[];
	/** Signs that the listing is not complete. */
	readonly problems: ReadonlyArray<{readonly key: string; readonly message: string}>;
};

/**
Lists the catalogue's folder once. A listing that does not end with the end mark, or that repeats a name or goes back, is reported as incomplete: nothing may be deleted on the strength of it.
*/
export const listCatalogue = async (store: Store): Promise<CatalogueListing> => {
	const {objects, inOrder} = await collect(store, catalogueFolder);
	const archive = await listArchive(store);
	const files = [...objects.keys()].map(key => ({key, ...catalogueFile(key)}));
	const ofKind = <Wanted extends CatalogueFile['kind']>(kind: Wanted) =>
		files.filter((file): file is Extract<CatalogueFile, {kind: Wanted}> & {key: string; kind: Wanted} => file.kind === kind);
	return {
		objects,
		owners: ofKind('owner').map(({number}) => number).toSorted(ascending),
		indexes: ofKind('index').map(({number}) => number).toSorted(ascending),
		parts: ofKind('part').map(({key, number}) => ({key, number})),
		manifests: ofKind('manifest').map(({runID}) => runID),
		attempts: ofKind('attempt').map(({key, runID, attempt}) => ({key, runID, attempt})),
		pins: ofKind('pin').map(({key}) => key),
		sweeps: ofKind('sweep').map(({key}) => key),
		quarantined: new Set(ofKind('quarantined').map(({name}) => name)),
		archived: archive ?? new Set(ofKind('archived').map(({name}) => name)),
		encrypted: ofKind('encrypted').map(({name}) => name),
		problems: problemsOf(objects, inOrder),
	};
};

/** On a claim the archive lies beside the catalogue's folder, where people look for it. */
const listArchive = async (store: Store): Promise<ReadonlySet<string> | undefined> => {
	const {folder} = store.archiving;
	if (folder === undefined || folder.startsWith(catalogueFolder)) {
		return undefined;
	}

	const {objects} = await collect(store, folder);
	return new Set([...objects.keys()].map(key => key.slice(folder.length)));
};

/**
All objects of a prefix, and whether they came in strictly ascending order, as every complete listing does.
*/
export const collect = async (store: Store, prefix: string): Promise<{readonly objects: ReadonlyMap<string, StoredObject>; readonly inOrder: boolean}> => {
	const objects = new Map<string, StoredObject>();
	let inOrder = true;
	let last: string | undefined;
	for await (const page of store.list(prefix)) {
		for (const object of page) {
			inOrder &&= last === undefined || compareKeys(last, object.key) < 0;
			last = object.key;
			objects.set(object.key, object);
		}
	}

	return {objects, inOrder};
};

const ascending = (one: number, other: number): number => one - other;

const problemsOf = (objects: ReadonlyMap<string, StoredObject>, inOrder: boolean) => {
	const problems: Array<{key: string; message: string}> = [];
	if (!inOrder) {
		problems.push({key: catalogueFolder, message: `The listing of ${catalogueFolder} came back out of order; nothing is deleted on the strength of it`});
	}

	if (!objects.has(endKey)) {
		problems.push({
			key: endKey, message: objects.size === 0
				? `There is no catalogue in ${catalogueFolder}: the next run writes it again, from what lies there; nothing is deleted until then`
				: `The listing of ${catalogueFolder} broke off: ${endKey} is missing from it. The next run writes it if it was removed; nothing is deleted until then`,
		});
	}

	return problems;
};
