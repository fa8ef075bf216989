import {lstat, unlink} from 'node:fs/promises';
import {archivingOf} from './archiving.ts';
import {toBytes} from './create-once.ts';
import {deleteEach} from './delete-each.ts';
import {type Opening} from './driver.ts';
import {
	existing, folderOf, locate, type Folder,
} from './pvc/folder.ts';
import {listFolder} from './pvc/list.ts';
import {downloadFile, readSmallFile, statFile} from './pvc/read.ts';
import {
	copyWithin, createFile, moveWithin, uploadFile,
} from './pvc/write.ts';
import {smallObjectBytes} from './sizes.ts';
import {StoreError, type Store} from './store.ts';
import {storeURI} from './uri.ts';

/**
A folder on a claim that is mounted here. It has no tiers, its clock is the machine's, and how long it may hang is for the kernel to say.
*/
export const openPvc = (opening: Opening): Store => {
	const folder = folderOf(opening);
	const idleMs = opening.limits.timeoutMs;
	return {
		uri: storeURI(opening.location),
		list: (prefix, after) => listFolder(folder, prefix, after),
		stat: async key => statFile(folder, key),
		read: async (key, maxBytes = smallObjectBytes) => readSmallFile(folder, key, {maxBytes, idleMs}),
		create: async (key, body) => createFile(folder, key, toBytes(body)),
		upload: async (key, body, size) => uploadFile(folder, key, body, size),
		download: async key => downloadFile(folder, key, idleMs),
		async copy(from, to, {tier} = {}) {
			refuseTier(folder, `Copying ${from} to ${to}`, tier);
			await copyWithin(folder, from, to);
		},
		async move(from, to, {tier} = {}) {
			refuseTier(folder, `Moving ${from} to ${to}`, tier);
			await moveWithin(folder, from, to);
		},
		archiving: archivingOf.pvc,
		locks: async () => new Map(),
		hidesDeleted: () => false,
		delete: async keys => deleteEach(keys, async key => deleteFile(folder, key), 16),
		now: async () => new Date(),
		async close() {
			// Nothing is held open.
		},
	};
};

const refuseTier = (folder: Folder, operation: string, tier: string | undefined): void => {
	if (tier !== undefined) {
		throw new StoreError('Unsupported', `${operation} in ${folder.name} failed: a claim has no tier ${tier}; leave it out.`);
	}
};

const deleteFile = async (folder: Folder, key: string): Promise<void> => folder.attempt(`Deleting ${key}`, async () => {
	const file = await locate(folder, key);
	// What is no regular file is no object.
	const found = file === undefined ? undefined : await existing(async () => lstat(file));
	if (file !== undefined && found?.isFile()) {
		await existing(async () => unlink(file));
	}
});
