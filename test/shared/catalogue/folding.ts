import {type CatalogueIndex} from '#shared/catalogue/catalogue-index.ts';
import {
	databasesOf, freshRuns, openDirectory, readDatabase, type Directory,
} from '#shared/catalogue/directory.ts';
import {
	nextIndex, nextNumber, nextPart, writeIndex,
} from '#shared/catalogue/fold.ts';
import {writePart, type Tombstone} from '#shared/catalogue/part.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {type Store} from '#shared/stores/store.ts';

type Folding = {readonly writer: string; readonly now: Date; readonly deleted?: readonly Tombstone[]; readonly directory?: Directory};

/**
Writes the parts of all databases, and answers the index that names them.
*/
export const foldAll = async (store: Store, {writer, now, deleted = [], directory: given}: Folding): Promise<CatalogueIndex> => {
	const directory = given ?? await openDirectory(store);
	const databases = new Map();
	for (const database of databasesOf(directory)) {
		const content = await readDatabase(store, directory, database);
		const part = nextPart(content, {expiring: [], missing: [], deleted: deleted.filter(({name}) => content.artifacts.some(one => one.name === name))}, {directory, now});
		const key = await writePart(store, part, nextNumber(directory));
		databases.set(database, {name: database, key, runs: freshRuns(directory, database)});
	}

	return nextIndex(directory, {databases, writer, now});
};

/**
Folds all that is new into the next index, as a sweep does. Whether the index is this writer's.
*/
export const fold = async (store: Store, folding: Folding): Promise<boolean> => writeIndex(store, await foldAll(store, folding));

/**
Names of the artifacts that the catalogue knows.
*/
export const artifactsOf = async (store: Store): Promise<readonly string[]> => {
	const {artifacts} = await readCatalogue(store);
	return artifacts.map(({name}) => name).toSorted();
};
