import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {
	mkdtemp, readdir, rename, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {execute} from './execute.ts';

export type Image = {
	/** The name that Pods use. */
	readonly reference: string;
	/** What is in it, from its root. */
	readonly folder: string;
	readonly entrypoint: readonly string[];
	readonly user?: string;
	readonly environment?: Readonly<Record<string, string>>;
};

/**
Writes a container image of one layer, as `docker save` would, from a folder. Everything in it is root's and of no time, so that the same folder is the same image.
*/
export const writeImageArchive = async (image: Image, file: string): Promise<void> => {
	const work = await mkdtemp(path.join(tmpdir(), 'image-'));
	try {
		const entries = await readdir(image.folder);
		await tar(['--directory', image.folder, ...sameEverywhere, '--file', path.join(work, 'layer.tar'), ...entries.toSorted()]);
		const configuration = imageConfiguration(image, await digest(path.join(work, 'layer.tar')));
		const name = `${createHash('sha256').update(configuration).digest('hex')}.json`;
		await writeFile(path.join(work, name), configuration);
		await writeFile(path.join(work, 'manifest.json'), JSON.stringify([{Config: name, RepoTags: [image.reference], Layers: ['layer.tar']}]));
		await tar(['--directory', work, ...sameEverywhere, '--file', `${file}.part`, name, 'layer.tar', 'manifest.json']);
		await rename(`${file}.part`, file);
	} finally {
		await rm(work, {recursive: true, force: true});
	}
};

const sameEverywhere = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];

const tar = async (parameters: readonly string[]): Promise<void> => {
	await execute('tar', ['--create', ...parameters]);
};

const imageConfiguration = ({entrypoint, user, environment}: Image, layer: string): string => JSON.stringify({
	architecture: process.arch === 'x64' ? 'amd64' : process.arch,
	os: 'linux',
	created: '1970-01-01T00:00:00Z',
	config: {
		Entrypoint: entrypoint,
		User: user ?? '',
		WorkingDir: '/',
		Env: Object.entries({PATH: '/usr/local/bin:/usr/bin:/bin', ...environment}).map(([name, value]) => `${name}=${value}`),
	},
	rootfs: {type: 'layers', diff_ids: [`sha256:${layer}`]},
	history: [{created: '1970-01-01T00:00:00Z'}],
});

const digest = async (file: string): Promise<string> => {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file)) {
		hash.update(chunk as Uint8Array);
	}

	return hash.digest('hex');
};
