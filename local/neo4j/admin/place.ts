import {type Readable} from 'node:stream';
import {resolve} from 'node:path';
import {type Context} from './console.ts';
import {CommandError} from './command-error.ts';
import {openLocal} from './places/local.ts';

export type PlacedFile = {readonly name: string; readonly size: number};

/**
A directory that holds artifacts. Only what lies directly in it counts.
*/
export type Place = {
	/** The file as `inspect` names it: `file:///…`, `s3://…`. */
	readonly uri: (name: string) => string;
	readonly list: () => Promise<readonly PlacedFile[]>;
	readonly open: (name: string) => Promise<Readable>;
	/** The first bytes of a file. */
	readonly start: (name: string, bytes: number) => Promise<Uint8Array>;
	/** Writes a new file of known size. False when one of that name is there: artifacts are immutable. */
	readonly create: (file: PlacedFile, body: () => Readable) => Promise<boolean>;
	/** Only folders can. */
	readonly remove?: (names: readonly string[]) => Promise<void>;
};

/**
A cloud URI in parts: bucket or account, and what follows it; the last part is empty, since a folder ends in a slash.
*/
export type CloudFolder = {readonly uri: string; readonly container: string; readonly path: readonly string[]};

/**
Splits a path to a folder or a file: the folder, and the name when it is a file. A cloud URI is a folder exactly when it ends in a slash.
*/
export const splitPath = (path: string): {readonly folder: string; readonly file?: string} => {
	const at = path.lastIndexOf('/') + 1;
	return at === path.length ? {folder: path} : {folder: path.slice(0, at), file: path.slice(at)};
};

export const isCloud = (path: string): boolean => /^[a-z]\w+:\/\//v.test(path);

/**
Opens the directory at a local path or a cloud URI that ends in `/`. Clients of clouds are loaded only when they are needed.
*/
export const openPlace = async (folder: string, context: Context): Promise<Place> => {
	if (!isCloud(folder)) {
		return openLocal(resolve(context.cwd, folder.startsWith('file://') ? new URL(folder).pathname : folder));
	}

	if (!folder.endsWith('/')) {
		throw new CommandError(`The path ${folder} is not a directory - please add a terminal '/' to your path`);
	}

	const [scheme = '', rest = ''] = folder.split('://', 2);
	const open = clouds[scheme];
	if (open === undefined) {
		throw new CommandError(`No storage system found for scheme: ${scheme}`);
	}

	const [container = '', ...path] = rest.split('/');
	return open({uri: folder, container, path}, context);
};

const clouds: Readonly<Record<string, (folder: CloudFolder, context: Context) => Promise<Place>>> = {
	async s3(folder, context) {
		const {openS3} = await import('./places/s3.ts');
		return openS3(folder, context);
	},
	async gs(folder, context) {
		const {openGoogle} = await import('./places/google.ts');
		return openGoogle(folder, context);
	},
	async azb(folder, context) {
		const {openAzure} = await import('./places/azure.ts');
		return openAzure(folder, context);
	},
};
