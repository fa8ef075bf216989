import {
	lstat, mkdir, open, realpath,
} from 'node:fs/promises';
import path from 'node:path';
import {type Opening} from '../driver.ts';
import {toStoreError, type Diagnosis} from '../failure.ts';
import {checkKey} from '../keys.ts';
import {StoreError, type StoreErrorCode} from '../store.ts';

/**
The folder of a backup on a mounted claim.
*/
export type Folder = {
	readonly root: string;
	/** Path of the folder below the root; may be empty. */
	readonly path: string;
	readonly name: string;
	/** Does something with the file system, and makes a `StoreError` of what it throws. */
	readonly attempt: <T>(operation: string, action: () => Promise<T>) => Promise<T>;
};

/**
Names the folder of a location; nothing is touched yet.
*/
export const folderOf = ({location}: Opening): Folder => {
	const {root = '', path: below} = location;
	const name = `folder ${path.join(root, below)}`;
	const place = {
		name, secretKeys: '', rights: 'to read and write the files of this volume (its owner or fsGroup, and that it is not read-only)', credentials: {},
	};
	return {
		root,
		path: below,
		name,
		async attempt(operation, action) {
			try {
				return await action();
			} catch (error) {
				throw error instanceof StoreError ? error : toStoreError(operation, place, diagnose(error));
			}
		},
	};
};

/**
The absolute path of a key, checked so that nothing on the way is a symbolic link: a link could lead out of the claim. `create` makes the folders on the way. Undefined when one of them is not there.
*/
export const locate = async (folder: Folder, key: string, create = false): Promise<string | undefined> => {
	checkKey(key);
	if (key.endsWith('/')) {
		throw new StoreError('InvalidKey', `${JSON.stringify(key)} cannot be a file: it ends with a slash.`);
	}

	const root = await mountedRoot(folder);
	const file = path.join(root, folder.path, key);
	const parent = path.dirname(file);
	const isStraight = !create || await makeFolders(root, parent);
	const real = await existing(async () => realpath(parent));
	if (!isStraight || (real !== undefined && real !== parent)) {
		throw new StoreError('AccessDenied', `${JSON.stringify(key)} in ${folder.name} leads through a symbolic link, which is not followed: replace the link by a folder.`);
	}

	return real && file;
};

/**
The real path of the claim's mount.
*/
export const mountedRoot = async ({root}: Folder): Promise<string> => {
	const real = await existing(async () => realpath(root));
	if (real === undefined) {
		throw new StoreError('BucketNotFound', `There is no folder ${root}: mount the claim there.`);
	}

	return real;
};

/**
The result of an action, or undefined when its file or folder is not there.
*/
export const existing = async <T>(action: () => Promise<T>): Promise<T | undefined> => {
	try {
		return await action();
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') {
			return undefined;
		}

		throw error;
	}
};

/**
Makes sure that a folder's entries outlive a power cut.
*/
export const syncFolder = async (folder: string): Promise<void> => {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} catch (error) {
		// Some network file systems cannot, and keep entries at once anyway.
		if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) {
			throw error;
		}
	} finally {
		await handle.close();
	}
};

// One by one, because a recursive mkdir would follow a link on the way; false when there is one.
const makeFolders = async (root: string, folder: string): Promise<boolean> => {
	let current = root;
	for (const part of path.relative(root, folder).split(path.sep).filter(Boolean)) {
		current = path.join(current, part);
		if (!await makeFolder(current)) {
			return false;
		}
	}

	return true;
};

// False for a link, which is left alone.
const makeFolder = async (folder: string): Promise<boolean> => {
	const found = await existing(async () => lstat(folder));
	if (found === undefined) {
		await mkdir(folder).catch((error: unknown) => {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				throw error;
			}
		});
		await syncFolder(path.dirname(folder));
	}

	return !found?.isSymbolicLink();
};

const diagnose = (error: unknown): Diagnosis => {
	const {code = '', message} = error as NodeJS.ErrnoException;
	return {code: codes[code] ?? 'Unknown', says: message};
};

const codes: Readonly<Record<string, StoreErrorCode>> = {
	EACCES: 'AccessDenied',
	EPERM: 'AccessDenied',
	EROFS: 'AccessDenied',
	ENAMETOOLONG: 'InvalidKey',
	EISDIR: 'InvalidKey',
	ENOTDIR: 'InvalidKey',
	EFBIG: 'TooLarge',
	EBUSY: 'Busy',
	EAGAIN: 'Busy',
	EMFILE: 'Busy',
	ENFILE: 'Busy',
	EIO: 'Unreachable',
	ESTALE: 'Unreachable',
	ETIMEDOUT: 'TimedOut',
};
