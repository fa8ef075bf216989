import {type Store} from '../stores/store.ts';
import {type CatalogueArtifact} from './artifacts.ts';
import {
	type CatalogueIndex, type IndexedDatabase, type LastExpiry, type ShownArtifact,
} from './catalogue-index.ts';
import {type DatabaseContent, type Directory} from './directory.ts';
import {attemptKey, indexKey, manifestKey} from './keys.ts';
import {
	withoutState, type DatabaseMarks, type DatabasePart, type MissingMark, type Tombstone,
} from './part.ts';
import {readText} from './write.ts';

/**
What a sweep found and did with one database. Each list replaces that of the part before, but for `deleted` and `archivedInPlace`, which are added to it.
*/
export type PartChanges = Omit<DatabaseMarks, 'missing' | 'archivedInPlace'> & {
	readonly missing: readonly MissingMark[];
	readonly archivedInPlace?: readonly string[];
};

/** Manifests that may lie about before a new index folds them (decision D74), and artifacts that they may name: all of them are in memory at once. */
export const foldAt = 100;
const foldArtifactsAt = 10_000;

/** Records of sweeps that stay. */
const keptSweeps = 100;
const keepGoneMs = 30 * 24 * 60 * 60_000;

/**
Whether so many manifests lie beside the index that reading the catalogue gets slow.
*/
export const isFoldDue = ({since}: Pick<Directory, 'since'>): boolean => {
	let artifacts = 0;
	for (const manifest of since) {
		artifacts += manifest.artifacts.length;
	}

	return since.length >= foldAt || artifacts >= foldArtifactsAt;
};

/**
The part that follows from what was read of a database and what a sweep changed. What was deleted is remembered for as long as its file may still turn up in a listing, or its run's.
*/
export const nextPart = ({database, artifacts, marks}: Pick<DatabaseContent, 'database' | 'artifacts' | 'marks'>, changes: PartChanges, {directory, now}: {directory: Pick<Directory, 'listing'>; now: Date}): DatabasePart => {
	const gone = new Set(changes.deleted.map(({name}) => name));
	const left = artifacts.filter(({name}) => !gone.has(name));
	const names = new Set(left.map(({name}) => name));
	const inPlace = new Set([...marks.archivedInPlace, ...changes.archivedInPlace ?? []]);
	const hasFile = fileFinder(directory);
	return {
		database,
		artifacts: left.map((artifact: CatalogueArtifact) => withoutState(artifact)),
		expiring: changes.expiring,
		missing: changes.missing,
		deleted: [...marks.deleted, ...changes.deleted].filter(({runID, deletedAt}: Tombstone) => hasFile(runID) || isYoung(deletedAt, now)),
		archivedInPlace: [...inPlace].filter(name => names.has(name)),
	};
};

export type IndexInput = {
	/** Databases whose entries change; all others stay as they are. */
	readonly databases: ReadonlyMap<string, IndexedDatabase>;
	readonly shown?: readonly ShownArtifact[];
	/** Absent of a sweep that removed nothing: what the index before says remains. */
	readonly lastExpiry?: LastExpiry | undefined;
	readonly writer: string;
	readonly now: Date;
};

/**
The index that follows when these parts have been written. A run is folded once the parts of all its databases hold it; a young one is remembered, and an old one for as long as its file is there.
*/
export const nextIndex = (directory: Directory, {
	databases, shown = [], lastExpiry = directory.index?.lastExpiry, writer, now,
}: IndexInput): CatalogueIndex => {
	const {index, since} = directory;
	const number = nextNumber(directory);
	const entries = new Map([...index?.databases.map(entry => [entry.name, entry] as const) ?? [], ...databases]);
	const kept = new Set([...entries.values()].map(({key}) => key));
	const hasFile = fileFinder(directory);
	const folded = since.filter(manifest => manifest.artifacts.every(({database}) => entries.get(database)?.runs.includes(manifest.runID)));
	return {
		number,
		writtenAt: now.toISOString(),
		writer,
		...(lastExpiry && {lastExpiry}),
		runs: [
			...index?.runs.filter(({head}) => isYoung(head.completedAt, now) || hasFile(head.runID)) ?? [],
			...folded.map(({requested: _requested, artifacts: _artifacts, ...head}) => ({foldedIn: number, head})),
		],
		databases: [...entries.values()].map(entry => withoutRuns(entry, new Set(folded.map(({runID}) => runID)))),
		replaced: index?.databases.flatMap(({key}) => key === '' || kept.has(key) ? [] : [key]) ?? [],
		shown,
	};
};

/**
The number of the index that is written next, which the parts written before it carry too.
*/
export const nextNumber = ({listing}: Pick<Directory, 'listing'>): number => (listing.indexes.at(-1) ?? 0) + 1;

/**
Writes an index beside all others. False when another sweep was faster: nothing is lost then, its index is read and what is still true is written by the next sweep. What is there decides, not what the server answered: where it ignores conditions the later of two writers wins, and where an answer was lost the second attempt finds the file of the first.
*/
export const writeIndex = async (store: Store, index: CatalogueIndex): Promise<boolean> => {
	const text = JSON.stringify({version: 2, ...index});
	await store.create(indexKey(index.number), text);
	return await readText(store, indexKey(index.number), text.length * 4) === text;
};

/**
Files of the catalogue that may be removed: those whose content the two newest indexes hold, and parts that neither of them names. One index alone is not enough, because it may still be overwritten where a server ignores conditions. A part of the newest number may be that of a sweep which has yet to write its index. Attempts come before manifests, which close them.
*/
export const foldedFiles = ({index, listing}: Pick<Directory, 'index' | 'listing'>): readonly string[] => {
	// The one before it is the last but one of all only where the index that was read is the newest.
	if (!index || listing.indexes.at(-2) !== index.number - 1) {
		return [];
	}

	const settled = new Set(index.runs.filter(({foldedIn}) => foldedIn < index.number).map(({head}) => head.runID));
	const named = new Set([...index.databases.map(({key}) => key), ...index.replaced]);
	return [
		...listing.attempts.filter(({runID}) => settled.has(runID)).map(({runID, attempt}) => attemptKey(runID, attempt)),
		...listing.manifests.filter(runID => settled.has(runID)).map(runID => manifestKey(runID)),
		...listing.indexes.filter(number => number < index.number - 1).map(number => indexKey(number)),
		...listing.parts.filter(({key, number}) => number < index.number && !named.has(key)).map(({key}) => key),
		...listing.sweeps.slice(0, -keptSweeps),
	];
};

/** Runs that the index itself remembers from now on need no mention with each database. */
const withoutRuns = (entry: IndexedDatabase, folded: ReadonlySet<string>): IndexedDatabase => ({...entry, runs: entry.runs.filter(runID => !folded.has(runID))});

const isYoung = (instant: string, now: Date): boolean => now.getTime() - Date.parse(instant) < keepGoneMs;

const fileFinder = ({listing}: Pick<Directory, 'listing'>): ((runID: string) => boolean) => {
	const files = new Set([...listing.manifests, ...listing.attempts.map(({runID}) => runID)]);
	return runID => files.has(runID);
};
