import {type Store} from '../stores/store.ts';
import {
	type CatalogueIndex, type ExpiringMark, type FoldedRun, type LastExpiry, type MissingMark, type Tombstone,
} from './catalogue-index.ts';
import {attemptKey, indexKey, manifestKey} from './keys.ts';
import {type Catalogue} from './read.ts';
import {readText} from './write.ts';

/**
What a sweep found and did. Each list replaces that of the index before, but for `deleted` and `archivedInPlace`, which are added to it.
*/
export type IndexChanges = {
	readonly expiring: readonly ExpiringMark[];
	readonly missing: readonly MissingMark[];
	readonly deleted: readonly Tombstone[];
	/** Names; added to those of the index before. */
	readonly archivedInPlace?: readonly string[];
	/** Absent of a sweep that removed nothing: what the index before says remains. */
	readonly lastExpiry?: LastExpiry;
};

/** Manifests that may lie about before a new index folds them (decision D74). */
export const foldAt = 100;

/** Records of sweeps that stay. */
const keptSweeps = 100;
const keepGoneMs = 30 * 24 * 60 * 60_000;

/**
Whether so many manifests lie beside the index that reading the catalogue gets slow.
*/
export const isFoldDue = (catalogue: Catalogue): boolean => catalogue.runs.filter(({foldedIn}) => foldedIn === undefined).length >= foldAt;

/**
The index that follows from what was read and what a sweep changed. It holds every run that has an artifact left, a young one without, and remembers what is gone for as long as its file may still turn up in a listing.
*/
export const nextIndex = (catalogue: Catalogue, changes: IndexChanges, {writer, now}: {writer: string; now: Date}): CatalogueIndex => {
	const number = (catalogue.listing.indexes.at(-1) ?? 0) + 1;
	const deleted = [...catalogue.index?.deleted ?? [], ...changes.deleted];
	const gone = new Set(deleted.map(({name}) => name));
	const isYoung = (instant: string) => now.getTime() - Date.parse(instant) < keepGoneMs;
	const isLeft = ({manifest}: FoldedRun) => manifest.artifacts.some(({name}) => !gone.has(name)) || isYoung(manifest.completedAt);
	const all: readonly FoldedRun[] = catalogue.runs.map(({manifest, foldedIn}) => ({foldedIn: foldedIn ?? number, manifest}));
	const runs = all.filter(run => isLeft(run));
	const hasFile = fileFinder(catalogue);
	const goneRuns = [
		...catalogue.index?.goneRuns.filter(runID => hasFile(runID)) ?? [],
		...all.filter(run => !isLeft(run)).map(({manifest}) => manifest.runID),
	];
	const named = new Set(runs.flatMap(({manifest}) => manifest.artifacts.map(({name}) => name)));
	const isRemembered = ({name, runID, deletedAt}: Tombstone) => named.has(name) || hasFile(runID) || isYoung(deletedAt);
	const lastExpiry = changes.lastExpiry ?? catalogue.index?.lastExpiry;
	const inPlace = new Set([...catalogue.index?.archivedInPlace ?? [], ...changes.archivedInPlace ?? []]);
	return {
		version: 1,
		number,
		writtenAt: now.toISOString(),
		writer,
		runs,
		goneRuns,
		expiring: changes.expiring,
		missing: changes.missing,
		deleted: deleted.filter(mark => isRemembered(mark)),
		archivedInPlace: [...inPlace].filter(name => named.has(name)),
		...(lastExpiry && {lastExpiry}),
	};
};

/**
Writes an index beside all others. False when another sweep was faster: nothing is lost then, its index is read and what is still true is written by the next sweep. The text is read back, because on servers that ignore conditions the later of two writers wins.
*/
export const writeIndex = async (store: Store, index: CatalogueIndex): Promise<boolean> => {
	const text = JSON.stringify(index);
	const created = await store.create(indexKey(index.number), text);
	return created && await readText(store, indexKey(index.number), text.length * 4) === text;
};

/**
Files of the catalogue that may be removed: those whose content the two newest indexes hold. One index alone is not enough, because it may still be overwritten where a server ignores conditions. Attempts come before manifests, which close them.
*/
export const foldedFiles = ({index, listing}: Catalogue): readonly string[] => {
	if (!index || listing.indexes.at(-1) !== index.number || listing.indexes.at(-2) !== index.number - 1) {
		return [];
	}

	const settled = new Set([...index.goneRuns, ...index.runs.filter(({foldedIn}) => foldedIn < index.number).map(({manifest}) => manifest.runID)]);
	return [
		...listing.attempts.filter(({runID}) => settled.has(runID)).map(({runID, attempt}) => attemptKey(runID, attempt)),
		...listing.manifests.filter(runID => settled.has(runID)).map(runID => manifestKey(runID)),
		...listing.indexes.filter(number => number < index.number - 1).map(number => indexKey(number)),
		...listing.sweeps.slice(0, -keptSweeps),
	];
};

const fileFinder = ({listing}: Catalogue): ((runID: string) => boolean) => {
	const files = new Set([...listing.manifests, ...listing.attempts.map(({runID}) => runID)]);
	return runID => files.has(runID);
};
