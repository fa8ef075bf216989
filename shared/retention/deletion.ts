import {archiveKey, quarantineKey} from '../catalogue/keys.ts';
import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {deleteEach} from '../stores/delete-each.ts';
import {StoreError, type DeleteFailure, type Store} from '../stores/store.ts';
import {type Verdict} from './plan.ts';
import {type RetentionPolicy} from './policy.ts';

export type Deletion = {
	/** What is gone or archived, or was never there. */
	readonly gone: readonly Verdict[];
	readonly failures: readonly StayedArtifact[];
	/** Set when the store stopped answering: what the last request did is not known. */
	readonly error?: StoreError;
};

/** What should have gone and stayed. */
export type StayedArtifact = {readonly name: string; readonly reason: string; readonly isLocked?: boolean; readonly retryAfter?: Date};

/** Copies that are under way at a time: each may be of many parts. */
const movesAtOnce = 8;

/**
Deletes or archives whole chains, all of them in waves: first the last member of each, then the one before, the FULL at the end. Whenever this is cut off, and whichever keys of one request a store leaves out, what remains of each chain still goes from its FULL without a gap. A chain of which one member stays is not touched further.
*/
export const removeChains = async (store: Store, chains: ReadonlyArray<readonly Verdict[]>, {versions, isOver}: {versions: RetentionPolicy['versions']; isOver: () => boolean}): Promise<Deletion> => {
	const gone: Verdict[] = [];
	const failures: StayedArtifact[] = [];
	// What is missing has no file to delete; its place in the catalogue goes with the chain.
	let rest = chains.map(chain => ({left: chain.filter(({artifact}) => artifact.state !== 'missing'), absent: chain.filter(({artifact}) => artifact.state === 'missing')}));
	while (rest.length > 0 && !isOver()) {
		gone.push(...rest.filter(({left}) => left.length === 0).flatMap(({absent}) => absent));
		rest = rest.filter(({left}) => left.length > 0);
		const wave = rest.map(({left}) => left.at(-1)!);
		const answer = await removeWave(store, wave, versions);
		if (answer instanceof StoreError) {
			return {gone, failures, error: answer};
		}

		const stayed = new Map(answer.failures.map(failure => [failure.key, failure]));
		const lost = new Set(answer.lost);
		failures.push(...wave.flatMap(({artifact}) => {
			const failure = stayed.get(keyOf(artifact));
			return failure ? [toStayed(artifact.name, failure)] : [];
		}));
		gone.push(...wave.filter(({artifact}) => !stayed.has(keyOf(artifact))).map(verdict => lost.has(keyOf(verdict.artifact)) ? asMissing(verdict) : verdict));
		rest = rest.filter(({left}) => !stayed.has(keyOf(left.at(-1)!.artifact))).map(({left, absent}) => ({left: left.slice(0, -1), absent}));
	}

	return {gone, failures};
};

/**
Moves artifacts to the archive, or on: one of which a copy is there already loses its original. Answers what stayed, and the keys of which there is no file at all any more.
*/
export const archiveFiles = async (store: Store, artifacts: readonly CatalogueArtifact[]): Promise<Removal> => {
	const {archiving} = store;
	const targets = new Map(artifacts.map(artifact => [keyOf(artifact), archiveKey(archiving, artifact.name)]));
	const lost: string[] = [];
	const failures = await deleteEach([...targets.keys()], async key => {
		try {
			await store.move(key, targets.get(key)!, archiving.tier === undefined ? {} : {tier: archiving.tier});
		} catch (error) {
			if (!(error instanceof StoreError) || error.code !== 'ObjectNotFound') {
				throw error;
			}

			lost.push(key);
		}
	}, movesAtOnce);
	return {failures, lost};
};

type Removal = {readonly failures: readonly DeleteFailure[]; readonly lost: readonly string[]};

/** There was nothing to archive: the catalogue forgets it. */
const asMissing = (verdict: Verdict): Verdict => ({...verdict, artifact: {...verdict.artifact, state: 'missing'}});

const toStayed = (name: string, {reason, message, retryAfter}: DeleteFailure): StayedArtifact => ({
	name, reason: `${reason}: ${message}`, ...(reason === 'Locked' && {isLocked: true}), ...(retryAfter && {retryAfter}),
});

/** Exactly the file that a manifest named, wherever it lies now. */
const keyOf = ({name, state}: CatalogueArtifact): string => state === 'quarantined' ? quarantineKey(name) : name;

const removeWave = async (store: Store, wave: readonly Verdict[], versions: RetentionPolicy['versions']): Promise<Removal | StoreError> => {
	const artifacts = wave.map(({artifact}) => artifact);
	try {
		if (artifacts.length === 0) {
			return {failures: [], lost: []};
		}

		return wave[0]!.verdict === 'archive'
			? await archiveFiles(store, artifacts)
			: {failures: await store.delete(artifacts.map(artifact => keyOf(artifact)), {versions}), lost: []};
	} catch (error) {
		if (error instanceof StoreError) {
			return error;
		}

		throw error;
	}
};

/**
Whole chains in groups of at most so many artifacts; a longer chain is a group of its own.
*/
export const inBatches = (chains: ReadonlyArray<readonly Verdict[]>, size: number): ReadonlyArray<ReadonlyArray<readonly Verdict[]>> => {
	const batches: Array<Array<readonly Verdict[]>> = [];
	let count = Infinity;
	for (const chain of chains) {
		if (count + chain.length > size) {
			batches.push([]);
			count = 0;
		}

		batches.at(-1)!.push(chain);
		count += chain.length;
	}

	return batches;
};
