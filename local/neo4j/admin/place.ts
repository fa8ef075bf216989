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
};

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

	throw new CommandError(`No storage system found for scheme: ${folder.split(':', 1)[0] ?? ''}`);
};
