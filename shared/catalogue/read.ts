import pMap from 'p-map';
import {type Store} from '../stores/store.ts';
import {type CatalogueArtifact} from './artifacts.ts';
import {
	databasesOf, openDirectory, readDatabase, type DatabaseContent, type Directory,
} from './directory.ts';
import {type RunManifest} from './manifest.ts';
import {type DatabaseMarks} from './part.ts';

export type CatalogueRun = {
	readonly manifest: RunManifest;
	/** The index that first held it; undefined while only its own file does. */
	readonly foldedIn?: number;
};

/**
Everything the directory says of itself, of all databases at once.
*/
export type Catalogue = Directory & {
	/** Those that an index remembers, and those since. */
	readonly runs: readonly CatalogueRun[];
	/** Artifacts that no sweep deleted, each once. */
	readonly artifacts: readonly CatalogueArtifact[];
	readonly marks: DatabaseMarks;
};

const concurrency = 16;

/**
Reads the catalogue whole: the directory, and the part of each database. A sweep, for which that may be too much, reads one database after another instead.
*/
export const readCatalogue = async (store: Store): Promise<Catalogue> => {
	const directory = await openDirectory(store);
	const contents = await pMap(databasesOf(directory), async database => readDatabase(store, directory, database), {concurrency});
	const artifacts = contents.flatMap(content => content.artifacts);
	return {
		...directory,
		artifacts,
		runs: [...foldedRuns(directory, artifacts), ...directory.since.map(manifest => ({manifest}))],
		marks: {
			expiring: contents.flatMap(({marks}) => marks.expiring),
			missing: contents.flatMap(({marks}) => marks.missing),
			deleted: contents.flatMap(({marks}) => marks.deleted),
			archivedInPlace: contents.flatMap(({marks}) => marks.archivedInPlace),
		},
		unreadable: [...directory.unreadable, ...contents.flatMap((content: DatabaseContent) => content.unreadable)],
	};
};

/** Manifests as far as an index and its parts remember them: what was deleted since is not in them. */
const foldedRuns = ({index}: Directory, artifacts: readonly CatalogueArtifact[]): readonly CatalogueRun[] => {
	const written = Map.groupBy(artifacts, ({runID}) => runID);
	return (index?.runs ?? []).map(({foldedIn, head}) => {
		const own = written.get(head.runID) ?? [];
		return {foldedIn, manifest: {...head, requested: [...new Set([...own.map(({database}) => database), ...head.missing])], artifacts: own}};
	});
};
