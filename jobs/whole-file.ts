import {createWriteStream} from 'node:fs';
import {open, rename, rm} from 'node:fs/promises';
import {type Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';

/**
Writes a file that appears under its name once it is whole, and not at all when its source fails at its end. Until then it is called `partial`; `flags` says what becomes of one of that name.
*/
export const writeWhole = async (source: Readable, output: string, {partial, flags}: {readonly partial: string; readonly flags: 'w' | 'wx'}): Promise<void> => {
	try {
		await pipeline(source, createWriteStream(partial, {flags, mode: 0o640}));
		const handle = await open(partial, 'r+');
		await handle.sync();
		await handle.close();
		await rename(partial, output);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
			await rm(partial, {force: true});
		}

		throw error;
	}
};
