import {Buffer} from 'node:buffer';
import {formatBytes} from '../api/sizes.ts';
import {present} from '../present.ts';
import {type StoreLocation} from '../stores/store.ts';
import {storeURI} from '../stores/uri.ts';
import {type ResolvedSource, type RestoreStatus} from './status.ts';

export type ResolvedArtifact = {
	/** As it lies in the store. */
	readonly name: string;
	readonly size: number;
	/** Absent when nothing tells. */
	readonly full?: boolean;
	readonly highestTx?: number;
};

/**
The exact artifacts that a restore takes.
*/
export type ResolvedBackup = {
	readonly outcome: 'resolved';
	/** The folder that they lie in, from the root of the bucket or claim. */
	readonly path: string;
	/** The run that wrote the last of them. */
	readonly runID?: string;
	/** Length of the chain; absent when nothing tells. */
	readonly artifactCount?: number;
	/** Of all that are known. */
	readonly bytes: number;
	/** The FULL first, the one to restore last; of more than 20 the FULL and the newest 19, or as many as there is room for. */
	readonly artifacts: readonly ResolvedArtifact[];
	/** Whether `fetch` must decrypt them. */
	readonly isEncrypted: boolean;
	readonly originalDatabase?: string;
	readonly backupCreatedAt?: string;
	readonly neo4jVersion?: string;
	/** What a person should know and nothing depends on, as sentences. */
	readonly notes: readonly string[];
};

/**
What `resolve` says at its end: what is to be restored, why nothing can be, or that there is no backup yet of a Neo4jBackup that will have some.
*/
export type ResolveOutcome
	= | ResolvedBackup
		| {readonly outcome: 'refused'; readonly reason: string; readonly message: string}
		| {readonly outcome: 'nothingYet'; readonly message: string};

/** Kubernetes keeps 4,096 bytes of a termination message. */
const maximumBytes = 4096;

const mostArtifacts = 20;

/**
The outcome as text of at most 4 KiB: artifacts between the FULL and the last one are left off, then notes; the counts stay true.
*/
export const encodeResolveOutcome = (outcome: ResolveOutcome): string => {
	if (outcome.outcome !== 'resolved') {
		return encodeMessage(outcome);
	}

	let fitting: ResolvedBackup = {...outcome, artifacts: withoutMiddle(outcome.artifacts, mostArtifacts), notes: outcome.notes.slice(0, 5).map(note => cut(note, 500))};
	while (Buffer.byteLength(JSON.stringify(fitting)) > maximumBytes && fitting.artifacts.length > 2) {
		fitting = {...fitting, artifacts: withoutMiddle(fitting.artifacts, fitting.artifacts.length - 1)};
	}

	while (Buffer.byteLength(JSON.stringify(fitting)) > maximumBytes && fitting.notes.length > 0) {
		fitting = {...fitting, notes: fitting.notes.slice(0, -1)};
	}

	return JSON.stringify(fitting);
};

/**
Reads a termination message; undefined for one that is not of `resolve`, cut short or empty.
*/
export const decodeResolveOutcome = (text: string | undefined): ResolveOutcome | undefined => {
	try {
		const value = JSON.parse(text ?? '') as Partial<ResolvedBackup> & {readonly message?: unknown};
		const isWhole = (value.outcome as string) === 'resolved'
			? typeof value.path === 'string' && Array.isArray(value.artifacts) && value.artifacts.length > 0
			: ['refused', 'nothingYet'].includes(value.outcome as string) && typeof value.message === 'string';
		return isWhole ? value as ResolveOutcome : undefined;
	} catch {
		return undefined;
	}
};

/**
What the status says of the source. `location` is the one that `resolve` was given; storage and encryption as the spec has them are for the caller to add, with `path` in place of the storage's own.
*/
export const sourceStatus = (backup: ResolvedBackup, location: StoreLocation): {readonly resolvedSource: ResolvedSource; readonly backupInfo: NonNullable<RestoreStatus['backupInfo']>} => {
	const {path, runID, artifactCount, bytes, artifacts, originalDatabase, backupCreatedAt, neo4jVersion} = backup;
	const uri = storeURI({...location, path});
	return {
		resolvedSource: {
			location: uri, bytes, artifacts: artifacts.map(artifact => ({...artifact})), ...present({runID, artifactCount}),
		},
		backupInfo: {
			backupPath: `${uri}${artifacts.at(-1)!.name}`, backupSize: formatBytes(bytes), ...present({originalDatabase, backupCreatedAt, neo4jVersion}),
		},
	};
};

const withoutMiddle = <T>(all: readonly T[], most: number): readonly T[] => all.length > most ? [all[0]!, ...all.slice(1 - most)] : all;

const encodeMessage = <Outcome extends {readonly message: string}>(outcome: Outcome): string => {
	let text = JSON.stringify(outcome);
	for (let length = 3600; Buffer.byteLength(text) > maximumBytes; length -= 200) {
		text = JSON.stringify({...outcome, message: cut(outcome.message, length)});
	}

	return text;
};

const cut = (text: string, length: number): string => text.length > length ? `${text.slice(0, length - 1)}…` : text;
