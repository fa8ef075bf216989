import pMap from 'p-map';
import {type PlannedFile} from '../fetch/plan-files.ts';
import {decrypt} from '#shared/encryption/decrypt.ts';
import {DecryptionError} from '#shared/encryption/decryption-error.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

const atOnce = 8;

/**
Reads how each file begins, so that what cannot be read, or not with this key, is refused while everything still runs (row R-080). Throws a ConfigurationError for what trying again cannot help, without anything of the key.
*/
export const proveReadable = async (store: Store, files: readonly PlannedFile[], key: GivenKey | undefined): Promise<void> => {
	await pMap(files, async file => readBeginning(store, file, key), {concurrency: atOnce});
};

const readBeginning = async (store: Store, file: PlannedFile, key: GivenKey | undefined): Promise<void> => {
	const name = `${store.uri}${file.key}`;
	try {
		const found = await store.stat(file.key);
		if (found && found.size !== file.size) {
			throw new ConfigurationError(`${name} has ${found.size} bytes, and should have ${file.size}: it was changed or cut off. Name another backup in source.backupPath`, 'BackupDamaged');
		}

		const body = found && await store.download(file.key);
		if (!body) {
			throw new ConfigurationError(`${name} is not there any more`, 'BackupGone');
		}

		body.on('error', ignored);
		const content: AsyncIterator<unknown, unknown> = file.isDecrypted ? decrypt(body, key!.material, key!.source) : body[Symbol.asyncIterator]();
		await content.next();
		await content.return?.();
	} catch (error) {
		throw told(error, name, key);
	}
};

/** A body that is given up may say so. */
const ignored = (): void => {
	// Who reads it hears of it too.
};

const told = (error: unknown, name: string, key: GivenKey | undefined): unknown => {
	if (error instanceof DecryptionError) {
		return new ConfigurationError(`${name}: ${error.message}, with ${key!.source.replace(/^The /v, 'the ')}. Name the Secret with the key that was in use when it was encrypted, in source.encryption`, 'DecryptionFailed');
	}

	return error instanceof StoreError && error.code === 'Unsupported'
		? new ConfigurationError(`${name} cannot be read as it is stored, which is so of what lies in an archive: have the store make it readable again, with all it builds on, and create the Neo4jRestore again (${error.message})`, 'ArchivedBackup')
		: error;
};
