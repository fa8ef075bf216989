import {constants, open, type FileHandle} from 'node:fs/promises';
import {type Readable} from 'node:stream';
import {StoreError, type StoredObject} from '../store.ts';
import {guardDownload, readWhole} from '../streams.ts';
import {existing, locate, type Folder} from './folder.ts';

/**
Looks at one file, if it is there.
*/
export const statFile = async (folder: Folder, key: string): Promise<StoredObject | undefined> => folder.attempt(`Looking at ${key}`, async () => {
	const opened = await openFile(folder, key);
	await opened?.handle.close();
	return opened?.object;
});

/**
Opens a file for reading, if it is there. `idleMs` bounds how long it may stand still.
*/
export const downloadFile = async (folder: Folder, key: string, idleMs: number): Promise<Readable | undefined> => folder.attempt(`Reading ${key}`, async () => {
	const opened = await openFile(folder, key);
	return opened && guardDownload(opened.handle.createReadStream(), `Reading ${key} in ${folder.name}`, {size: opened.object.size, idleMs});
});

/**
Reads a small file whole; a larger one is a `TooLarge`.
*/
export const readSmallFile = async (folder: Folder, key: string, {maxBytes, idleMs}: {readonly maxBytes: number; readonly idleMs: number}): Promise<Uint8Array | undefined> => {
	const body = await downloadFile(folder, key, idleMs);
	return body && readWhole(body, `Reading ${key} in ${folder.name}`, maxBytes);
};

// Without following, because a link could lead out of the claim; without blocking, because a pipe would wait for its writer.
// eslint-disable-next-line no-bitwise -- this is how flags of the operating system are joined
const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

type OpenedFile = {readonly handle: FileHandle; readonly object: StoredObject};

const openFile = async (folder: Folder, key: string): Promise<OpenedFile | undefined> => {
	const file = await locate(folder, key);
	const handle = file && await existing(async () => refuseLink(folder, key, async () => open(file, readOnly)));
	if (!handle) {
		return undefined;
	}

	const found = await handle.stat();
	if (found.isFile()) {
		return {handle, object: {key, size: found.size, modified: found.mtime}};
	}

	await handle.close();
	return undefined;
};

const refuseLink = async <T>(folder: Folder, key: string, action: () => Promise<T>): Promise<T> => {
	try {
		return await action();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ELOOP') {
			throw new StoreError('AccessDenied', `${JSON.stringify(key)} in ${folder.name} is a symbolic link, which is not followed.`);
		}

		throw error;
	}
};
