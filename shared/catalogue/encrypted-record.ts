import {type Store} from '../stores/store.ts';
import {CatalogueError} from './catalogue-error.ts';
import {encryptedRecordKey} from './keys.ts';
import {type CatalogueListing} from './listing.ts';
import {artifactOf, type ManifestArtifact} from './manifest.ts';
import {type DatabaseMarks} from './part.ts';
import {readFields} from './read-json.ts';

/**
Says what an artifact will hold, before it is uploaded encrypted: from the file itself nobody could tell any more, and its run may die before it writes a manifest. It takes the place of a record whose artifact never arrived. False when an artifact of that name is there.
*/
export const writeEncryptedRecord = async (store: Store, artifact: ManifestArtifact): Promise<boolean> => {
	if (await store.stat(artifact.name)) {
		return false;
	}

	if (await recordEncrypted(store, artifact)) {
		return true;
	}

	await store.delete([encryptedRecordKey(artifact.name)]);
	return recordEncrypted(store, artifact);
};

/**
Says what an artifact holds that lies in the store already, encrypted, once it was read again. False when a record of that name is there.
*/
export const recordEncrypted = async (store: Store, artifact: ManifestArtifact): Promise<boolean> => store.create(encryptedRecordKey(artifact.name), JSON.stringify({version: 1, artifact}));

/**
The record of one artifact, or undefined when there is none.
*/
export const readEncryptedRecord = async (store: Store, name: string): Promise<ManifestArtifact | undefined> => {
	const key = encryptedRecordKey(name);
	const body = await store.read(key);
	if (!body) {
		return undefined;
	}

	const artifact = artifactOf(readFields(key, body).object('artifact'));
	if (artifact.name !== name) {
		throw new CatalogueError(key, `it speaks of ${artifact.name}`, 'Remove it; the artifact that it is named for then counts as unknown');
	}

	return artifact;
};

/**
Removes the records that a manifest has taken the place of. One that cannot be removed does no harm.
*/
export const removeRecords = async (store: Store, listing: Pick<CatalogueListing, 'encrypted'>, known: Known): Promise<void> => {
	const settled = settledNames(known);
	const keys = listing.encrypted.filter(name => settled.has(name)).map(name => encryptedRecordKey(name));
	if (keys.length > 0) {
		await store.delete(keys);
	}
};

type Known = {readonly artifacts: ReadonlyArray<{readonly name: string}>; readonly marks: Pick<DatabaseMarks, 'deleted'>};

/**
The artifacts that the catalogue names or remembers as deleted: they need no record any more, and nobody has to look for what they are.
*/
export const settledNames = ({artifacts, marks}: Known): ReadonlySet<string> => new Set([...artifacts, ...marks.deleted].map(({name}) => name));
