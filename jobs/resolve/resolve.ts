import {findSource} from '../find-source.ts';
import {hasCatalogue, type Place, type Places} from '../places.ts';
import {type FileChoice, chooseFile, unknownFileNote} from './choose-file.ts';
import {holdArtifacts} from './hold-artifacts.ts';
import {proveReadable} from './prove-readable.ts';
import {resolveCatalogued} from './resolve-catalogued.ts';
import {refuseSystem} from './choose-database.ts';
import {databasesOf} from '#shared/catalogue/directory.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {present} from '#shared/present.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {type ResolveOutcome} from '#shared/restore/resolve-outcome.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type StoredObject} from '#shared/stores/store.ts';
import {normalizePath} from '#shared/stores/uri.ts';

/**
Finds the exact artifacts that a restore takes, pins them, and proves that they can be read, with the credentials that the restore has (decisions D39, D41). Where a catalogue knows them, it says what they build on; where none does, the names of the files have to do. Throws a ConfigurationError for what is to be refused.
*/
export const resolveSource = async (places: Places, spec: RestoreJobSpec, key: GivenKey | undefined): Promise<ResolveOutcome> => {
	const source = await findSource(places, spec);
	const {place} = source;
	switch (source.kind) {
		case 'artifact': {
			return resolveCatalogued(spec, key, source);
		}

		case 'file': {
			return resolveFile(spec, key, {place, choice: {file: source.file, notes: [], ...present({database: parseArtifactName(source.file.key)?.database})}});
		}

		case 'folder': {
			if (databasesOf(place.directory).length > 0) {
				return resolveCatalogued(spec, key, {place, thawed: false});
			}

			return await isBeforeFirst(spec, place)
				? {outcome: 'nothingYet', message: `Neo4jBackup ${spec.backupRef} has no backup yet in ${place.store.uri}: the restore goes on after its first successful run`}
				: resolveFile(spec, key, {place, choice: await choiceOf(spec, place)});
		}
	}
};

/** Where the catalogue was lost, there is none, but there are backups. */
const isBeforeFirst = async ({backupRef, location}: RestoreJobSpec, place: Place): Promise<boolean> => {
	if (backupRef === undefined || place.path !== normalizePath(location.path)) {
		return false;
	}

	const files = hasCatalogue(place) ? [] : await filesOf(place);
	return files.length === 0;
};

const choiceOf = async ({database, pointInTime}: RestoreJobSpec, place: Place): Promise<FileChoice> =>
	chooseFile(await filesOf(place), {database, uri: place.store.uri, ...present({pointInTime: pointInTime === undefined ? undefined : new Date(pointInTime)})});

const filesOf = async ({store}: Place): Promise<readonly StoredObject[]> => {
	const files: StoredObject[] = [];
	for await (const page of store.list('')) {
		files.push(...page.filter(({key}) => parseArtifactName(key) !== undefined));
	}

	return files;
};

const resolveFile = async (spec: RestoreJobSpec, key: GivenKey | undefined, {place, choice}: {readonly place: Place; readonly choice: FileChoice}): Promise<ResolveOutcome> => {
	const {file, database, notes} = choice;
	const {store, path} = place;
	refuseSystem(file.key, database);
	if (file.size === 0) {
		throw new ConfigurationError(`${store.uri}${file.key} is empty: name another backup in source.backupPath`, 'NotRestorable');
	}

	const encrypted = parseEncryptedName(file.key);
	if (encrypted && !key) {
		throw new ConfigurationError(`${store.uri}${file.key} is encrypted with ${encrypted.algorithm}: name the Secret with its key in source.encryption`, 'EncryptionKeyMissing');
	}

	const held = hasCatalogue(place) ? await holdArtifacts(spec, store, [file.key]) : {notes: []};
	await proveReadable(store, [{
		key: file.key, name: file.key, size: file.size, isDecrypted: encrypted !== undefined,
	}], key);
	return {
		outcome: 'resolved',
		path,
		bytes: file.size,
		// Ours alone are encrypted, and every one of them is a FULL.
		artifacts: [{name: file.key, size: file.size, ...(encrypted && {full: true})}],
		isEncrypted: encrypted !== undefined,
		...(encrypted && {artifactCount: 1}),
		...present({originalDatabase: database}),
		notes: [...notes, ...encrypted ? [] : [unknownFileNote(file, store.uri, spec.pointInTime !== undefined)], ...held.notes],
	};
};
