import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import process from 'node:process';
import {pipeline} from 'node:stream/promises';
import {pack, type Pack} from 'tar-stream';
import {type Layer} from './layer.ts';

/**
What an image says of its containers, in the words of the OCI image specification.
*/
export type ImageConfig = {
	readonly Entrypoint: readonly string[];
	readonly Env: readonly string[];
	readonly User?: string;
	readonly WorkingDir?: string;
	readonly Labels?: Readonly<Record<string, string>>;
};

export type Image = {
	/** The whole name: a node looks for `docker.io/library/neo4j:…` when a Pod says `neo4j:…`. */
	readonly reference: string;
	readonly config: ImageConfig;
	readonly layers: readonly Layer[];
};

const architectures: Readonly<Record<string, string>> = {x64: 'amd64', arm64: 'arm64'};

/**
Writes images as one archive of Docker's form, which `ctr images import` reads. A layer that several of them have is in it once.
*/
export const writeArchive = async (file: string, images: readonly Image[]): Promise<void> => {
	const tar = pack();
	await Promise.all([pipeline(tar, createWriteStream(file)), addImages(tar, images)]);
};

const addImages = async (tar: Pack, images: readonly Image[]): Promise<void> => {
	const layers = new Map(images.flatMap(image => image.layers.map(layer => [layer.digest, layer])));
	for (const layer of layers.values()) {
		const {size} = await stat(layer.file);
		await pipeline(createReadStream(layer.file), tar.entry({name: layerName(layer), size}));
	}

	const configurations = images.map(image => configurationOf(image));
	for (const [index, text] of configurations.entries()) {
		tar.entry({name: configurationName(configurations[index]!)}, text);
	}

	tar.entry({name: 'manifest.json'}, JSON.stringify(images.map(({reference, layers}, index) => ({
		Config: configurationName(configurations[index]!), RepoTags: [reference], Layers: layers.map(layer => layerName(layer)),
	}))));
	tar.finalize();
};

const layerName = ({digest}: Layer): string => `${digest}/layer.tar`;

const configurationName = (text: string): string => `${createHash('sha256').update(text).digest('hex')}.json`;

const configurationOf = ({config, layers}: Image): string => {
	const created = new Date(0).toISOString();
	return JSON.stringify({
		architecture: architectures[process.arch],
		os: 'linux',
		created,
		config,
		rootfs: {type: 'layers', diff_ids: layers.map(({digest}) => `sha256:${digest}`)},
		history: layers.map(() => ({created})),
	});
};
