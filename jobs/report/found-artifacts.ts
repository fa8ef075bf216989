import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import {headerProblem} from '../inspected.ts';
import {manifestArtifact} from '../manifest-artifact.ts';
import {type RunFolder} from '../run-folder.ts';
import {checked} from './verification.ts';
import {parseArtifactName, type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';
import {type Store} from '#shared/stores/store.ts';

/**
An artifact that is proven, with what its verification found wrong; or one that is not proven, and why.
*/
export type FoundArtifact = {readonly artifact: ManifestArtifact; readonly damage?: string} | {readonly name: string; readonly database: string; readonly reason: string};

type Input = {
	readonly store: Store;
	/** Folder that neo4j-admin wrote to, when it could not write to the store. */
	readonly staging: string | undefined;
	readonly timeline: string;
	/** Where `verify` left its results; absent when it was not asked for. */
	readonly verified?: Pick<RunFolder, 'readVerification'>;
	/** Headers by file name. */
	readonly headers: ReadonlyMap<string, InspectedArtifact>;
};

/**
Proves one artifact: its header was readable, and it lies in the store with a size. From a staging folder it is moved there first.
*/
export const proveArtifact = async (name: string, input: Input): Promise<FoundArtifact> => {
	const database = parseArtifactName(name)?.database ?? name;
	const header = input.headers.get(name);
	const problem = headerProblem(name, database, header);
	if (problem !== undefined) {
		return {name, database, reason: problem};
	}

	const stored = await sizeInStore(name, input);
	return typeof stored === 'string' ? {name, database, reason: stored} : withVerification(manifestArtifact(name, header!, {size: stored, timeline: input.timeline}), input);
};

const withVerification = async (artifact: ManifestArtifact, {verified}: Input): Promise<FoundArtifact> => {
	if (!verified) {
		return {artifact};
	}

	const check = checked(await verified.readVerification(artifact.name));
	return {artifact: {...artifact, verification: check.verification}, ...(check.verification === 'failed' && {damage: check.reason})};
};

/** Bytes, or why they are not proven. */
const sizeInStore = async (name: string, {store, staging}: Pick<Input, 'store' | 'staging'>): Promise<number | string> => {
	const expected = staging ? await transfer(name, {store, staging}) : undefined;
	const stored = await store.stat(name);
	if (!stored) {
		return `${name} is not in the store although neo4j-admin finished it`;
	}

	const isWhole = stored.size > 0 && (expected === undefined || stored.size === expected);
	return isWhole ? stored.size : `${name} has ${stored.size} bytes in the store${expected === undefined ? '' : ` instead of ${expected}`}`;
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
