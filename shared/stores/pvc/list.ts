import {lstat, readdir, realpath} from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import {compareKeys} from '../keys.ts';
import {StoreError, type StoredObject} from '../store.ts';
import {existing, mountedRoot, type Folder} from './folder.ts';
import {isTemporary} from './write.ts';

/**
Streams the regular files below a prefix in pages of 1,000, in the order of an object store. Of each folder on the way the names are in memory at once, because a file system does not sort them. Links, other special files and half-written ones are no objects. A file that goes away meanwhile is left out.
*/
export const listFolder = async function * (folder: Folder, prefix: string, after: string | undefined): AsyncGenerator<readonly StoredObject[]> {
	const operation = `Listing ${prefix}`;
	const root = await folder.attempt(operation, async () => mountedRoot(folder));
	const top = path.join(root, folder.path);
	const real = await folder.attempt(operation, async () => existing(async () => realpath(top)));
	if (real === undefined) {
		return;
	}

	if (real !== top) {
		throw new StoreError('AccessDenied', `${operation} in ${folder.name} failed: the folder is reached through a symbolic link, which is not followed.`);
	}

	const keys = walk({
		folder, top, prefix, isMountRoot: folder.path === '',
	}, '');
	for await (const page of pages(keys, key => key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0))) {
		const objects = await folder.attempt(operation, async () => pMap(page, async key => describe(top, key), {concurrency: 32}));
		const files = objects.filter(object => object !== undefined);
		if (files.length > 0) {
			yield files;
		}
	}
};

type Walk = {readonly folder: Folder; readonly top: string; readonly prefix: string; readonly isMountRoot: boolean};

// A folder sorts as its name with the slash that all keys below it have.
const walk = async function * (context: Walk, below: string): AsyncGenerator<string> {
	const {folder, top, prefix, isMountRoot} = context;
	const entries = await folder.attempt(`Listing ${below}`, async () => existing(async () => readdir(path.join(top, below), {withFileTypes: true}))) ?? [];
	const names = entries
		.filter(entry => entry.isDirectory() || (entry.isFile() && !isTemporary(entry.name)))
		// The file system's own folder, which only root can read.
		.filter(entry => !(isMountRoot && below === '' && entry.name === 'lost+found'))
		.map(entry => below + entry.name + (entry.isDirectory() ? '/' : ''))
		.toSorted(compareKeys);
	for (const name of names) {
		if (name.includes('\u{FFFD}')) {
			throw new StoreError('DoubtfulAnswer', `Listing ${below} in ${folder.name} failed: the file name ${JSON.stringify(name)} is not UTF-8; rename the file.`);
		}

		if (!name.endsWith('/')) {
			yield name;
		} else if (name.startsWith(prefix) || prefix.startsWith(name)) {
			yield * walk(context, name);
		}
	}
};

const pages = async function * (keys: AsyncIterable<string>, isWanted: (key: string) => boolean): AsyncGenerator<readonly string[]> {
	let page: string[] = [];
	for await (const key of keys) {
		if (isWanted(key)) {
			page.push(key);
		}

		if (page.length === pageSize) {
			yield page;
			page = [];
		}
	}

	yield page;
};

const pageSize = 1000;

const describe = async (top: string, key: string): Promise<StoredObject | undefined> => {
	const found = await existing(async () => lstat(path.join(top, key)));
	return found?.isFile() ? {key, size: found.size, modified: found.mtime} : undefined;
};
