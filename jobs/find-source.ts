import {
	directoryAbove, hasCatalogue, type Place, type Places,
} from './places.ts';
import {databasesOf, readDatabase} from '#shared/catalogue/directory.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {encryptedName, parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type Store, type StoredObject} from '#shared/stores/store.ts';
import {normalizePath, storeURI} from '#shared/stores/uri.ts';

/**
What the spec points to: an artifact that a catalogue knows, a file that none does, or a folder, of which the newest is wanted. What is `thawed` was named in the archive.
*/
export type Source
	= | {readonly kind: 'artifact'; readonly place: Place; readonly name: string; readonly thawed: boolean}
		| {readonly kind: 'file'; readonly place: Place; readonly file: StoredObject}
		| {readonly kind: 'folder'; readonly place: Place};

/** Where there is no object of that name, it is the newest one (row R-174). */
const latest = 'latest.backup';

/**
Finds what a path below the location is. An artifact goes by its name in the clear too, and one that was archived by where it was. Throws a ConfigurationError that names the whole URI of what is not there.
*/
export const findSource = async (places: Places, {location, wanted}: RestoreJobSpec): Promise<Source> => {
	const below = wanted.kind === 'newest' ? '' : normalizePath(wanted.kind === 'path' ? wanted.path : wanted.name);
	const path = normalizePath(`${location.path}/${below}`);
	if (below === '') {
		return {kind: 'folder', place: await places.open(path)};
	}

	const [folder, name] = splitPath(path);
	const parent = await places.open(folder);
	const source = await artifactIn(places, parent, name) ?? await fileIn(parent, name) ?? await folderAt(places, path);
	if (source) {
		return source;
	}

	if (name === latest && await isFolder(parent.store)) {
		return {kind: 'folder', place: parent};
	}

	throw new ConfigurationError(`There is no backup at ${storeURI({...location, path}).slice(0, -1)}, neither a file nor a folder: check backupPath, which is a path below storage.path`, 'BackupNotFound');
};

const splitPath = (path: string): readonly [string, string] => {
	const end = path.lastIndexOf('/');
	return [path.slice(0, Math.max(end, 0)), path.slice(end + 1)];
};

const artifactIn = async (places: Places, place: Place, name: string): Promise<Source | undefined> => {
	if (await knows(place, name)) {
		return {
			kind: 'artifact', place, name, thawed: false,
		};
	}

	const pathAbove = directoryAbove(place.location);
	if (pathAbove === undefined) {
		return undefined;
	}

	const above = await places.open(pathAbove);
	return above.directory.listing.archived.has(await storedName(above, name) ?? '')
		? {
			kind: 'artifact', place: above, name, thawed: true,
		}
		: undefined;
};

const knows = async (place: Place, name: string): Promise<boolean> => await storedName(place, name) !== undefined;

/** The name under which the catalogue has it. */
const storedName = async (place: Place, name: string): Promise<string | undefined> => {
	const database = parseArtifactName(name)?.database;
	if (database === undefined || !hasCatalogue(place) || !databasesOf(place.directory).includes(database)) {
		return undefined;
	}

	const {artifacts} = await readDatabase(place.store, place.directory, database);
	return artifacts.find(artifact => artifact.name === name || parseEncryptedName(artifact.name)?.plainName === name)?.name;
};

const fileIn = async (place: Place, name: string): Promise<Source | undefined> => {
	for (const candidate of [name, encryptedName(name, 'AES256'), encryptedName(name, 'ChaCha20')]) {
		const file = await place.store.stat(candidate);
		if (file) {
			return {kind: 'file', place, file};
		}
	}

	return undefined;
};

const folderAt = async (places: Places, path: string): Promise<Source | undefined> => {
	const place = await places.open(path);
	return await isFolder(place.store) ? {kind: 'folder', place} : undefined;
};

const isFolder = async (store: Store): Promise<boolean> => {
	const pages = store.list('')[Symbol.asyncIterator]();
	const first = await pages.next();
	await pages.return?.();
	return first.done !== true;
};
