import {randomUUID} from 'node:crypto';
import {
	constants, copyFile, link, lstat, open, rename, rm, type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import {type Readable} from 'node:stream';
import {StoreError} from '../store.ts';
import {cutIntoParts} from '../streams.ts';
import {
	existing, locate, syncFolder, type Folder,
} from './folder.ts';

/**
Whether a file is one that is being written; listings leave it out.
*/
export const isTemporary = (name: string): boolean => name.startsWith(temporaryPrefix);

/**
Creates a file with its whole content at once if none of that name is there; false when there is one. Two at once: one wins.
*/
export const createFile = async (folder: Folder, key: string, body: Uint8Array): Promise<boolean> => folder.attempt(`Creating ${key}`, async () => {
	const file = await locateForWriting(folder, key);
	return viaTemporary(file, async handle => handle.writeFile(body), async temporary => linkExclusively(temporary, file, body));
});

/**
Streams a body of known size into a file, which appears whole or not at all, and takes the place of one of that name.
*/
export const uploadFile = async (folder: Folder, key: string, body: Readable, size: number): Promise<void> => folder.attempt(`Uploading ${key}`, async () => {
	const file = await locateForWriting(folder, key);
	await viaTemporary(file, async handle => {
		for await (const part of cutIntoParts(body, `Uploading ${key} to ${folder.name}`, {size, partBytes: 1024 ** 2})) {
			await handle.writeFile(part);
		}
	}, async temporary => rename(temporary, file));
});

/**
Copies a file, sharing its blocks where the file system can.
*/
export const copyWithin = async (folder: Folder, from: string, to: string): Promise<void> => folder.attempt(`Copying ${from} to ${to}`, async () => {
	const source = await locate(folder, from);
	const target = await locateForWriting(folder, to);
	await viaTemporary(target, undefined, async temporary => {
		const found = source === undefined ? undefined : await existing(async () => lstat(source));
		if (source === undefined || !found?.isFile()) {
			throw new StoreError('ObjectNotFound', `Copying ${from} to ${to} in ${folder.name} failed: there is nothing to copy.`);
		}

		await copySynced(source, temporary);
		await rename(temporary, target);
	});
});

/**
Renames a file, so that it is at one place or the other at any moment. What was moved already counts as moved.
*/
export const moveWithin = async (folder: Folder, from: string, to: string): Promise<void> => folder.attempt(`Moving ${from} to ${to}`, async () => {
	const source = await locate(folder, from);
	const target = await locateForWriting(folder, to);
	if (source !== undefined && await isFile(source)) {
		await rename(source, target);
		await syncFolder(path.dirname(target));
		await syncFolder(path.dirname(source));
	} else if (!await isFile(target)) {
		throw new StoreError('ObjectNotFound', `Moving ${from} to ${to} in ${folder.name} failed: there is nothing to move.`);
	}
});

const isFile = async (file: string): Promise<boolean> => {
	const found = await existing(async () => lstat(file));
	return found?.isFile() === true;
};

const temporaryPrefix = '.being-written-';

const locateForWriting = async (folder: Folder, key: string): Promise<string> => {
	const file = await locate(folder, key, true);
	if (file === undefined || isTemporary(path.basename(file))) {
		throw new StoreError('InvalidKey', `${JSON.stringify(key)} cannot be a file in ${folder.name}.`);
	}

	return file;
};

// What is synced before it gets its name is whole under that name, also after a power cut.
const viaTemporary = async <T>(file: string, write: ((handle: FileHandle) => Promise<void>) | undefined, publish: (temporary: string) => Promise<T>): Promise<T> => {
	const temporary = path.join(path.dirname(file), temporaryPrefix + randomUUID());
	try {
		if (write !== undefined) {
			await writeSynced(temporary, write);
		}

		const result = await publish(temporary);
		await syncFolder(path.dirname(file));
		return result;
	} finally {
		await rm(temporary, {force: true});
	}
};

const writeSynced = async (file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> => {
	const handle = await open(file, 'wx', 0o640);
	try {
		await write(handle);
		await handle.sync();
	} finally {
		await handle.close();
	}
};

// A link, unlike a rename, fails when the name is taken. File systems without links can at least create exclusively.
const linkExclusively = async (temporary: string, file: string, body: Uint8Array): Promise<boolean> => {
	try {
		await link(temporary, file);
		return true;
	} catch (error) {
		const {code = ''} = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') {
			return refuseFolder(file);
		}

		if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(code)) {
			throw error;
		}
	}

	return createExclusively(file, body);
};

// False, because the name is taken; but no file can ever be where a folder is.
const refuseFolder = async (file: string): Promise<false> => {
	const found = await existing(async () => lstat(file));
	if (found?.isDirectory()) {
		throw new StoreError('InvalidKey', `${JSON.stringify(path.basename(file))} cannot be a file: there is a folder of that name.`);
	}

	return false;
};

const createExclusively = async (file: string, body: Uint8Array): Promise<boolean> => {
	try {
		await writeSynced(file, async handle => handle.writeFile(body));
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
			return false;
		}

		throw error;
	}
};

const copySynced = async (source: string, target: string): Promise<void> => {
	await copyFile(source, target, constants.COPYFILE_FICLONE);
	const handle = await open(target, 'r+');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
};
