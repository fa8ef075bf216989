import pMap from 'p-map';
import {type Store} from '../stores/store.ts';
import {liveArtifacts, type CatalogueArtifact} from './artifacts.ts';
import {CatalogueError} from './catalogue-error.ts';
import {parseIndex, type CatalogueIndex} from './catalogue-index.ts';
import {
	indexKey, manifestKey, ownerKey,
} from './keys.ts';
import {listCatalogue, type CatalogueListing} from './listing.ts';
import {
	isSameOwner, parseManifest, type Owner, type RunManifest,
} from './manifest.ts';
import {readOwner} from './owner.ts';
import {parsePin, type Pin} from './pin.ts';

/**
A file that is not what it must be. While there is one, nothing may be deleted.
*/
export type Unreadable = {readonly key: string; readonly message: string};

export type CatalogueRun = {
	readonly manifest: RunManifest;
	/** The index that first held it; undefined while only its own file does. */
	readonly foldedIn?: number;
};

export type OpenAttempt = {readonly key: string; readonly runID: string; readonly attempt: number};

/**
Everything the directory says of itself.
*/
export type Catalogue = {
	/** The newest owner; undefined in a directory that nobody has claimed. */
	readonly owner?: Owner;
	/** All owners so far, oldest first: manifests of each are this directory's own. */
	readonly owners: readonly Owner[];
	readonly runs: readonly CatalogueRun[];
	/** Artifacts of those runs that no sweep deleted, each once. */
	readonly artifacts: readonly CatalogueArtifact[];
	readonly openAttempts: readonly OpenAttempt[];
	readonly pins: readonly Pin[];
	/** The newest index that can be read. */
	readonly index?: CatalogueIndex;
	readonly listing: CatalogueListing;
	readonly unreadable: readonly Unreadable[];
};

/** An index may hold many thousand runs. */
const maxIndexBytes = 512 * 1024 * 1024;
const concurrency = 16;

/**
Reads the catalogue with one listing of its folder, the newest readable index, and the files that are younger than it: never one request per artifact or per old run. What cannot be read is reported in `unreadable` and does not hide the rest. Throws only what the store throws.
*/
export const readCatalogue = async (store: Store): Promise<Catalogue> => {
	const listing = await listCatalogue(store);
	const unreadable: Unreadable[] = [...listing.problems];
	const attempt = async <T>(key: string, read: () => Promise<T>): Promise<T | undefined> => {
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

	const owners = await readEach(listing.owners, async number => attempt(ownerKey(number), async () => readOwner(store, number)));
	const index = await newestIndex(store, listing, attempt);
	const folded = new Set([...index?.runs.map(({manifest}) => manifest.runID) ?? [], ...index?.goneRuns ?? []]);
	const since = listing.manifests.filter(runID => !folded.has(runID));
	const manifests = await readEach(since, async runID => attempt(manifestKey(runID), async () => parseManifest(runID, await mustRead(store, manifestKey(runID)))));
	const pins = await readEach(listing.pins, async key => attempt(key, async () => parsePin(key, await mustRead(store, key))));

	const runs: CatalogueRun[] = [...index?.runs ?? [], ...manifests.map(manifest => ({manifest}))];
	const {artifacts, contradictions} = liveArtifacts(runs, listing, index);
	unreadable.push(...contradictions, ...foreignRuns(runs, owners));
	const known = new Set([...folded, ...listing.manifests]);
	return {
		...(owners.length > 0 && {owner: owners.at(-1)!}),
		owners,
		runs,
		artifacts,
		openAttempts: listing.attempts.filter(({runID}) => !known.has(runID)),
		pins,
		...(index && {index}),
		listing,
		unreadable,
	};
};

type Attempt = <T>(key: string, read: () => Promise<T>) => Promise<T | undefined>;

const newestIndex = async (store: Store, {indexes}: CatalogueListing, attempt: Attempt): Promise<CatalogueIndex | undefined> => {
	for (const number of indexes.toReversed()) {
		const index = await attempt(indexKey(number), async () => parseIndex(number, await mustRead(store, indexKey(number), maxIndexBytes)));
		if (index) {
			return index;
		}
	}

	return undefined;
};

const readEach = async <Input, T>(inputs: readonly Input[], read: (input: Input) => Promise<T | undefined>): Promise<readonly T[]> => {
	const results = await pMap(inputs, read, {concurrency});
	return results.filter(result => result !== undefined);
};

/** A file that the listing shows and that is gone now was removed by a sweep that runs at the same time. */
const mustRead = async (store: Store, key: string, maxBytes?: number): Promise<Uint8Array> => {
	const body = await store.read(key, maxBytes);
	if (!body) {
		throw new CatalogueError(key, 'it is listed and cannot be read', 'If another sweep just removed it, the next sweep will find everything in order; nothing is deleted until then');
	}

	return body;
};

const foreignRuns = (runs: readonly CatalogueRun[], owners: readonly Owner[]): readonly Unreadable[] => runs
	.filter(({manifest}) => !owners.some(owner => isSameOwner(owner, manifest.owner)))
	.map(({manifest: {runID, owner}}) => ({
		key: manifestKey(runID),
		message: `${manifestKey(runID)}: it was written by ${owner.namespace}/${owner.name} of cluster ${owner.cluster}, which never owned this directory. `
			+ 'Move it and its artifacts out of the directory; nothing is deleted until then',
	}));

