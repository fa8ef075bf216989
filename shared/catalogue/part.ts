import {createHash} from 'node:crypto';
import {type Store} from '../stores/store.ts';
import {takenAtOf, type CatalogueArtifact, type KnownArtifact} from './artifacts.ts';
import {CatalogueError} from './catalogue-error.ts';
import {type ChainMember} from './chains.ts';
import {partKey} from './keys.ts';
import {artifactOf} from './manifest.ts';
import {readFields, type Fields} from './read-json.ts';
import {sharedTexts} from './same-text.ts';

/**
An artifact that a sweep means to delete, and since when it has said so.
*/
export type ExpiringMark = {readonly name: string; readonly since: string; readonly reason: string};

/**
An artifact that a manifest names and a complete listing did not show, or showed with another size. It counts as gone, and is never deleted.
*/
export type MissingMark = {readonly name: string; readonly since: string};

/**
An artifact that a sweep deleted.
*/
export type Tombstone = {readonly name: string; readonly runID: string; readonly deletedAt: string};

/**
What sweeps have to say of artifacts.
*/
export type DatabaseMarks = {
	readonly expiring: readonly ExpiringMark[];
	readonly missing: readonly MissingMark[];
	readonly deleted: readonly Tombstone[];
	/** Names of artifacts that got an archive class where they lie. */
	readonly archivedInPlace: readonly string[];
};

/**
What an index holds of one database, in a file of its own, so that a sweep need not read the others.
*/
export type DatabasePart = DatabaseMarks & {
	readonly database: string;
	readonly artifacts: readonly KnownArtifact[];
};

export const noMarks: DatabaseMarks = {
	expiring: [], missing: [], deleted: [], archivedInPlace: [],
};

/** A database may have many thousand artifacts. */
const maxPartBytes = 512 * 1024 * 1024;

/**
Writes a part, and answers its key. The key follows from the content: whoever wrote it before wrote the same, so that nothing is ever overwritten or mixed up. Nobody reads it before an index names it.
*/
export const writePart = async (store: Store, part: DatabasePart, number: number): Promise<string> => {
	const text = JSON.stringify({
		version: 2,
		database: part.database,
		artifacts: part.artifacts.map(({database: _database, takenAt: _takenAt, ...stored}) => stored),
		expiring: part.expiring,
		missing: part.missing,
		deleted: part.deleted,
		archivedInPlace: part.archivedInPlace,
	});
	const key = partKey(number, digestOf(text), part.database);
	await store.create(key, text);
	return key;
};

/**
Reads a part that an index names, and proves that it is what was written, whole and of that database.
*/
export const readPart = async (store: Store, {key, name}: {readonly key: string; readonly name: string}): Promise<DatabasePart> => {
	const body = await store.read(key, maxPartBytes);
	if (!body) {
		throw new CatalogueError(key, 'the index names it and it cannot be read', 'If another sweep just removed it, the next sweep will find everything in order; nothing is deleted until then');
	}

	if (!key.includes(`-${digestOf(body)}-`)) {
		throw new CatalogueError(key, 'its content was changed', 'Restore the file from a copy; nothing is deleted while it is like this');
	}

	const fields = readFields(key, body, 2);
	if (fields.text('database') !== name) {
		return fields.fail(`speaks of another database than ${name}`);
	}

	const artifacts = fields.objects('artifacts').map(artifact => knownArtifactOf(artifact, name));
	return {...marksOf(fields, sharedNames(artifacts)), database: name, artifacts};
};

/**
The marks of a file that holds some.
*/
export const marksOf = (fields: Fields, nameOf = (name: string): string => name): DatabaseMarks => ({
	expiring: fields.objects('expiring').map(mark => ({name: nameOf(mark.text('name')), since: mark.instant('since'), reason: texts.same(mark.text('reason'))})),
	missing: fields.objects('missing').map(mark => ({...named(mark), since: mark.instant('since')})),
	deleted: fields.objects('deleted').map(mark => ({...named(mark), runID: mark.text('runID'), deletedAt: mark.instant('deletedAt')})),
	archivedInPlace: fields.optionalTexts('archivedInPlace') ?? [],
});

/**
What an index holds of an artifact; what its chain makes of it is told anew each time.
*/
export const withoutState = ({state: _state, isEmpty: _isEmpty, isRestorable: _isRestorable, ...known}: CatalogueArtifact & Partial<ChainMember>): KnownArtifact => known;

/** What artifacts have in common. */
const texts = sharedTexts(4096);

/** The names of marks are those of artifacts. */
const sharedNames = (artifacts: readonly KnownArtifact[]): ((name: string) => string) => {
	const names = new Map(artifacts.map(({name}) => [name, name]));
	return name => names.get(name) ?? name;
};

const named = (fields: Fields) => ({name: fields.text('name')});

const knownArtifactOf = (fields: Fields, database: string): KnownArtifact => {
	const artifact = artifactOf(fields, database);
	const targetVersion = fields.optionalText('targetVersion');
	const orderTime = fields.instant('orderTime');
	const isRebuilt = fields.optionalFlag('isRebuilt');
	return {
		...artifact,
		databaseID: texts.same(artifact.databaseID),
		timeline: texts.same(artifact.timeline),
		runID: texts.same(fields.text('runID')),
		targetUID: texts.same(fields.text('targetUID')),
		...(targetVersion !== undefined && {targetVersion: texts.same(targetVersion)}),
		takenAt: takenAtOf(artifact.time, orderTime),
		orderTime,
		...(isRebuilt && {isRebuilt}),
	};
};

const digestOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex').slice(0, 16);
