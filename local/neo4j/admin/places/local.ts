import {createReadStream, createWriteStream} from 'node:fs';
import {
	open, readdir, rm, stat,
} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {pathToFileURL} from 'node:url';
import {CommandError} from '../command-error.ts';
import {type Place} from '../place.ts';

/**
A local directory, which must exist.
*/
export const openLocal = async (directory: string): Promise<Place> => {
	const found = await stat(directory).catch(() => undefined);
	if (found?.isDirectory() !== true) {
		throw new CommandError(`Path '${directory}' does not exist or is not a directory`);
	}

	const at = (name: string): string => join(directory, name);
	return {
		uri: name => pathToFileURL(at(name)).href,
		async list() {
			const entries = await readdir(directory, {withFileTypes: true});
			const files = entries.filter(entry => entry.isFile()).map(({name}) => name).toSorted();
			return Promise.all(files.map(async name => {
				const {size} = await stat(at(name));
				return {name, size};
			}));
		},
		open: async name => createReadStream(at(name)),
		async start(name, bytes) {
			await using file = await open(at(name));
			const {buffer, bytesRead} = await file.read(new Uint8Array(bytes), 0, bytes, 0);
			return buffer.subarray(0, bytesRead);
		},
		async create({name}, body) {
			try {
				await pipeline(body(), createWriteStream(at(name), {flags: 'wx'}));
				return true;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
					return false;
				}

				throw error;
			}
		},
		async remove(names) {
			await Promise.all(names.map(async name => rm(at(name))));
		},
	};
};
