import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {rename, stat} from 'node:fs/promises';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {pack, type Pack} from 'tar-stream';

/**
One entry of an image's file system, by its path without the leading slash. A file's content is given, or lies in a file of this machine.
*/
export type Entry
	= | {readonly path: string; readonly text: string; readonly mode?: number}
		| {readonly path: string; readonly file: string; readonly mode?: number}
		| {readonly path: string; readonly link: string}
		| {readonly path: string; readonly folder: true; readonly mode?: number; readonly user?: number};

export type Layer = {
	/** Hexadecimal SHA-256 of the tar, which is its name as well. */
	readonly digest: string;
	readonly file: string;
};

/**
Writes entries as a tar below a folder. The same entries make the same bytes: no times, no names of users.
*/
export const writeLayer = async (folder: string, entries: readonly Entry[]): Promise<Layer> => {
	const hash = createHash('sha256');
	const tar = pack();
	const hashed = new PassThrough();
	hashed.on('data', (chunk: Uint8Array) => {
		hash.update(chunk);
	});
	const unfinished = path.join(folder, `layer-${crypto.randomUUID()}`);
	await Promise.all([pipeline(tar, hashed, createWriteStream(unfinished)), addEntries(tar, entries)]);
	const digest = hash.digest('hex');
	const file = path.join(folder, `${digest}.tar`);
	await rename(unfinished, file);
	return {digest, file};
};

const addEntries = async (tar: Pack, entries: readonly Entry[]): Promise<void> => {
	for (const entry of [...foldersOf(entries), ...entries]) {
		await addEntry(tar, entry);
	}

	tar.finalize();
};

const addEntry = async (tar: Pack, entry: Entry): Promise<void> => {
	const header = {
		name: entry.path, mtime: new Date(0), uid: 0, gid: 0,
	};
	if ('link' in entry) {
		tar.entry({...header, type: 'symlink', linkname: entry.link});
	} else if ('folder' in entry) {
		tar.entry({
			...header, type: 'directory', mode: entry.mode ?? 0o755, uid: entry.user ?? 0, gid: entry.user ?? 0,
		});
	} else if ('text' in entry) {
		tar.entry({...header, mode: entry.mode ?? 0o644}, entry.text);
	} else {
		const {size} = await stat(entry.file);
		await pipeline(createReadStream(entry.file), tar.entry({...header, mode: entry.mode ?? 0o644, size}));
	}
};

/** Every folder that an entry lies in and that is no entry itself, outermost first. */
const foldersOf = (entries: readonly Entry[]): readonly Entry[] => {
	const own = new Set(entries.map(entry => entry.path));
	const parents = new Set(entries.flatMap(entry => entry.path.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'))));
	return [...parents].filter(folder => !own.has(folder)).toSorted().map(folder => ({path: folder, folder: true}));
};
