import pMap from 'p-map';
import {type Store} from '../stores/store.ts';
import {liveArtifacts, type CatalogueArtifact} from './artifacts.ts';
import {CatalogueError} from './catalogue-error.ts';
import {parseIndex, type CatalogueIndex} from './catalogue-index.ts';
import {indexKey, manifestKey, ownerKey} from './keys.ts';
import {listCatalogue, type CatalogueListing} from './listing.ts';
import {
	isSameOwner, parseManifest, type Owner, type RunHead, type RunManifest,
} from './manifest.ts';
import {readOwner} from './owner.ts';
import {
	noMarks, readPart, type DatabaseMarks, type DatabasePart,
} from './part.ts';
import {isExpiredPin, parsePin, type Pin} from './pin.ts';
import {splitSingleIndex} from './single-index.ts';

/**
A file that is not what it must be. While there is one, nothing may be deleted.
*/
export type Unreadable = {readonly key: string; readonly message: string};

export type OpenAttempt = {readonly key: string; readonly runID: string; readonly attempt: number};

/**
What the directory says of itself, but for the artifacts that its index holds: those are read one database at a time.
*/
export type Directory = {
	/** The newest owner; undefined in a directory that nobody has claimed. */
	readonly owner?: Owner;
	/** All owners so far, oldest first: manifests of each are this directory's own. */
	readonly owners: readonly Owner[];
	/** The newest index that can be read. */
	readonly index?: CatalogueIndex;
	/** Parts of an index of the first version, which has them all in itself; its keys are names of databases. */
	readonly parts?: ReadonlyMap<string, DatabasePart>;
	/** Manifests that no index holds yet; and, by database, what they name. */
	readonly since: readonly RunManifest[];
	readonly fresh: ReadonlyMap<string, ReadonlyArray<{readonly manifest: RunManifest}>>;
	readonly openAttempts: readonly OpenAttempt[];
	readonly pins: readonly Pin[];
	/** Keys of pins that hold nothing any more. */
	readonly expiredPins: readonly string[];
	readonly listing: CatalogueListing;
	readonly unreadable: readonly Unreadable[];
};

/**
What the catalogue says of one database.
*/
export type DatabaseContent = {
	readonly database: string;
	/** Artifacts that no sweep deleted, each once. */
	readonly artifacts: readonly CatalogueArtifact[];
	readonly marks: DatabaseMarks;
	/** Key of its part. */
	readonly key?: string;
	readonly unreadable: readonly Unreadable[];
};

/** An index of the first version may hold many thousand runs. */
const maxIndexBytes = 512 * 1024 * 1024;
const concurrency = 16;

/**
Opens a directory with one listing of the catalogue's folder, the newest readable index, and the files that are younger than it: never one request per artifact, per old run or per database. What cannot be read is reported in `unreadable` and does not hide the rest. Throws only what the store throws.
*/
export const openDirectory = async (store: Store): Promise<Directory> => {
	const listing = await listCatalogue(store);
	const unreadable: Unreadable[] = [...listing.problems];
	const attempt = reporting(unreadable);
	const [owners, {index, parts, gone}, pins] = await Promise.all([
		readEach(listing.owners, async number => attempt(ownerKey(number), async () => readOwner(store, number))),
		newestIndex(store, listing, attempt),
		readEach(listing.pins, async key => attempt(key, async () => parsePin(key, await mustRead(store, key)))),
	]);
	const folded = new Set([...index?.runs.map(({head: {runID}}) => runID) ?? [], ...gone]);
	const since = await readEach(
		listing.manifests.filter(runID => !folded.has(runID)),
		async runID => attempt(manifestKey(runID), async () => readManifest(store, runID)),
	);
	unreadable.push(...foreignRuns([...index?.runs.map(({head}) => head) ?? [], ...since], owners));
	const known = new Set([...folded, ...listing.manifests]);
	return {
		...(owners.length > 0 && {owner: owners.at(-1)!}),
		owners,
		...(index && {index}),
		...(parts && {parts}),
		since,
		fresh: byDatabase(since),
		openAttempts: listing.attempts.filter(({runID}) => !known.has(runID)),
		pins,
		expiredPins: [],
		listing,
		unreadable,
	};
};

/**
The directory without the pins that hold nothing any more at an instant.
*/
export const withoutExpiredPins = <Known extends Pick<Directory, 'pins' | 'expiredPins'>>(directory: Known, now: Date): Known => ({
	...directory,
	pins: directory.pins.filter(pin => !isExpiredPin(pin, now)),
	expiredPins: directory.pins.filter(pin => isExpiredPin(pin, now)).map(({key}) => key),
});

/**
Reads what the catalogue says of one database: its part of the index, and what manifests have named since.
*/
export const readDatabase = async (store: Store, {index, parts, fresh, listing}: Directory, database: string): Promise<DatabaseContent> => {
	const unreadable: Unreadable[] = [];
	const entry = index?.databases.find(({name}) => name === database);
	const part = parts?.get(database) ?? (entry && await reporting(unreadable)(entry.key, async () => readPart(store, entry)));
	const {artifacts, contradictions} = liveArtifacts(fresh.get(database) ?? [], listing, part && {known: part.artifacts, marks: part});
	return {
		// Of the part only this: its artifacts would be held twice.
		database, artifacts, marks: part
			? {
				expiring: part.expiring, missing: part.missing, deleted: part.deleted, archivedInPlace: part.archivedInPlace,
			}
			: noMarks, ...(entry && {key: entry.key}), unreadable: [...unreadable, ...contradictions],
	};
};

/**
Names of all databases that the catalogue knows, in order.
*/
export const databasesOf = ({index, fresh}: Pick<Directory, 'index' | 'fresh'>): readonly string[] =>
	[...new Set([...index?.databases.map(({name}) => name) ?? [], ...fresh.keys()])].toSorted();

/**
Ids of the runs that have named artifacts of a database since the index.
*/
export const freshRuns = ({fresh}: Pick<Directory, 'fresh'>, database: string): readonly string[] => (fresh.get(database) ?? []).map(({manifest: {runID}}) => runID);

/**
Reads the manifest of a run, which must be there. A file that the listing shows and that is gone now was removed by a sweep that runs at the same time.
*/
export const readManifest = async (store: Store, runID: string): Promise<RunManifest> => parseManifest(runID, await mustRead(store, manifestKey(runID)));

type Attempt = <T>(key: string, read: () => Promise<T>) => Promise<T | undefined>;

/** What a file says, or nothing, with an entry in the list. */
const reporting = (unreadable: Unreadable[]): Attempt => async (key, read) => {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof CatalogueError)) {
			throw error;
		}

		unreadable.push({key, message: error.message});
		return undefined;
	}
};

type Newest = Pick<Directory, 'index' | 'parts'> & {readonly gone: readonly string[]};

const newestIndex = async (store: Store, {indexes}: CatalogueListing, attempt: Attempt): Promise<Newest> => {
	for (const number of indexes.toReversed()) {
		const index = await attempt(indexKey(number), async () => parseIndex(number, await mustRead(store, indexKey(number), maxIndexBytes)));
		if (index) {
			return 'databases' in index ? {index, gone: []} : {...splitSingleIndex(index), gone: index.goneRuns};
		}
	}

	return {gone: []};
};

const readEach = async <Input, T>(inputs: readonly Input[], read: (input: Input) => Promise<T | undefined>): Promise<readonly T[]> => {
	const results = await pMap(inputs, read, {concurrency});
	return results.filter(result => result !== undefined);
};

const mustRead = async (store: Store, key: string, maxBytes?: number): Promise<Uint8Array> => {
	const body = await store.read(key, maxBytes);
	if (!body) {
		throw new CatalogueError(key, 'it is listed and cannot be read', 'If another sweep just removed it, the next sweep will find everything in order; nothing is deleted until then');
	}

	return body;
};

const byDatabase = (since: readonly RunManifest[]): Directory['fresh'] => {
	const fresh = new Map<string, Array<{manifest: RunManifest}>>();
	for (const manifest of since) {
		for (const [database, artifacts] of Map.groupBy(manifest.artifacts, artifact => artifact.database)) {
			fresh.set(database, [...fresh.get(database) ?? [], {manifest: {...manifest, artifacts}}]);
		}
	}

	return fresh;
};

const foreignRuns = (runs: readonly RunHead[], owners: readonly Owner[]): readonly Unreadable[] => runs
	.filter(({owner}) => !owners.some(one => isSameOwner(one, owner)))
	.map(({runID, owner}) => ({
		key: manifestKey(runID),
		message: `${manifestKey(runID)}: it was written by ${owner.namespace}/${owner.name} of cluster ${owner.cluster}, which never owned this directory. `
			+ 'Move it and its artifacts out of the directory; nothing is deleted until then',
	}));
