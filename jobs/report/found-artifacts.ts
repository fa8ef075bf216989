import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import {parseArtifactName, type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';
import {type Store} from '#shared/stores/store.ts';

export type FoundArtifact = {readonly artifact: ManifestArtifact} | {readonly name: string; readonly database: string; readonly reason: string};

type Input = {
	readonly store: Store;
	/** Folder that neo4j-admin wrote to, when it could not write to the store. */
	readonly staging: string | undefined;
	readonly timeline: string;
	/** Headers by file name. */
	readonly headers: ReadonlyMap<string, InspectedArtifact>;
};

/**
Proves one artifact: its header was readable, and it lies in the store with a size. From a staging folder it is moved there first.
*/
export const proveArtifact = async (name: string, {store, staging, timeline, headers}: Input): Promise<FoundArtifact> => {
	const database = parseArtifactName(name)?.database ?? name;
	const header = headers.get(name);
	if (!header) {
		return {name, database, reason: `${name} cannot be read by \`neo4j-admin backup inspect\``};
	}

	if (header.database !== database) {
		return {name, database, reason: `${name} says in its header that it is of database ${header.database}`};
	}

	const expected = staging ? await transfer(name, {store, staging}) : undefined;
	const stored = await store.stat(name);
	if (!stored || stored.size === 0 || (expected !== undefined && stored.size !== expected)) {
		return {name, database, reason: stored ? `${name} has ${stored.size} bytes in the store${expected === undefined ? '' : ` instead of ${expected}`}` : `${name} is not in the store although neo4j-admin finished it`};
	}

	return {
		artifact: {
			name,
			database,
			databaseID: header.databaseID,
			timeline,
			size: stored.size,
			time: header.time,
			full: header.full,
			compressed: header.compressed,
			lowestTx: header.lowestTx,
			highestTx: header.highestTx,
			verification: 'notRequested',
		},
	};
};

/**
Moves a staged artifact into the store and answers its size. One that is there whole already is left as it is.
*/
const transfer = async (name: string, {store, staging}: {store: Store; staging: string}): Promise<number> => {
	const file = path.join(staging, name);
	const {size} = await stat(file);
	const stored = await store.stat(name);
	if (stored?.size !== size) {
		await store.upload(name, createReadStream(file), size);
	}

	return size;
};
