import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import {fetchFile} from './fetch-file.ts';
import {lookAtFolder} from './look-at-folder.ts';
import {type PlannedFile} from './plan-files.ts';
import {decrypt} from '#shared/encryption/decrypt.ts';
import {DecryptionError} from '#shared/encryption/decryption-error.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

export type FetchedFile = PlannedFile & {readonly isNew: boolean};

type Into = {
	readonly folder: string;
	readonly key: GivenKey | undefined;
	/** Hears of every piece that came. */
	readonly onBytes: (count: number) => void | Promise<void>;
};

const filesAtOnce = 4;

/** A download may break off; each attempt begins its file anew. */
const attempts = 3;

/**
Copies objects of a store into a folder, decrypted where the plan says so, some at a time and each in bounded memory. A file has its name once it is whole, so that the same fetch again goes on where this one ended. When one fails the others are given up, and nothing is written any more once this has thrown. Throws a ConfigurationError for what the user has to mend: a full disk, a wrong key, a folder with something else in it.
*/
export const fetchArtifacts = async (store: Store, files: readonly PlannedFile[], into: Into): Promise<readonly FetchedFile[]> => {
	const {folder} = into;
	try {
		await mkdir(folder, {recursive: true, mode: 0o750});
		const present = await lookAtFolder(folder, files);
		await fetchAll(store, files.filter(({name}) => !present.has(name)), into);
		return files.map(file => ({...file, isNew: !present.has(file.name)}));
	} catch (error) {
		throw mendable(error, folder);
	}
};

const fetchAll = async (store: Store, files: readonly PlannedFile[], into: Into): Promise<void> => {
	const stopper = new AbortController();
	const onBytes: Into['onBytes'] = async count => {
		stopper.signal.throwIfAborted();
		await into.onBytes(count);
	};

	let failure: unknown;
	await pMap(files, async file => {
		try {
			stopper.signal.throwIfAborted();
			await fetchOne(store, file, {...into, onBytes});
		} catch (error) {
			failure ??= error;
			stopper.abort();
		}
	}, {concurrency: filesAtOnce});
	if (stopper.signal.aborted) {
		throw failure;
	}
};

const fetchOne = async (store: Store, {key, name, size, isDecrypted}: PlannedFile, into: Into): Promise<void> => {
	const open = (content: AsyncIterable<Uint8Array>) => isDecrypted ? decrypt(content, into.key!.material, into.key!.source) : content;
	for (let attempt = 1; ; attempt++) {
		try {
			await fetchFile(store, {
				key, to: path.join(into.folder, name), size, open, onBytes: into.onBytes,
			});
			return;
		} catch (error) {
			if (error instanceof DecryptionError) {
				throw new ConfigurationError(`${key}: ${error.message}. Give the key that it was encrypted with, or fetch it as it is (--keep-encrypted)`, 'DecryptionFailed', {cause: error});
			}

			if (!(error instanceof StoreError) || !error.retryable || attempt === attempts) {
				throw error;
			}
		}
	}
};

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
const refused: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR']);

const mendable = (error: unknown, folder: string): unknown => {
	const {code = '', message} = error as NodeJS.ErrnoException;
	if (full.has(code)) {
		return new ConfigurationError(`${folder} is full (${code}): make room, and fetch again: what is there already is not fetched anew`, 'DiskFull', {cause: error});
	}

	return refused.has(code) ? new ConfigurationError(`${folder} cannot be written to: ${message}`, 'FolderRefused', {cause: error}) : error;
};
