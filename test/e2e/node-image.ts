import {
	copyFile, mkdir, mkdtemp, rm,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {execute} from './cluster/execute.ts';
import {writeImageArchive} from './cluster/image-archive.ts';

/** An image with this Node.js and nothing else: `node` is its entrypoint. */
export const nodeImage = 'localhost/node:e2e';

/**
Writes the archive of an image that has the Node.js of this process and the libraries that it loads.
*/
export const writeNodeImage = async (file: string): Promise<void> => {
	const root = await mkdtemp(path.join(tmpdir(), 'node-image-'));
	try {
		const program = '/usr/local/bin/node';
		await place(root, process.execPath, program);
		for (const library of await librariesOf(process.execPath)) {
			await place(root, library, library);
		}

		await mkdir(path.join(root, 'tmp'), {mode: 0o1777});
		await writeImageArchive({reference: nodeImage, folder: root, entrypoint: [program]}, file);
	} finally {
		await rm(root, {recursive: true, force: true});
	}
};

const place = async (root: string, source: string, target: string): Promise<void> => {
	await mkdir(path.join(root, path.dirname(target)), {recursive: true});
	await copyFile(source, path.join(root, target));
};

const librariesOf = async (program: string): Promise<readonly string[]> => {
	const stdout = await execute('ldd', [program]);
	return [...stdout.matchAll(/(?<file>\/\S+)/gv)].map(({groups}) => groups!['file']!);
};
