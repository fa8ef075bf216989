import {quarantineKey} from '../catalogue/keys.ts';
import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {StoreError, type Store} from '../stores/store.ts';
import {type Verdict} from './plan.ts';

export type Deletion = {
	/** What is gone, or was never there. */
	readonly gone: readonly Verdict[];
	readonly failures: ReadonlyArray<{readonly name: string; readonly reason: string; readonly retryAfter?: Date}>;
	/** Set when the store stopped answering: what the last request did is not known. */
	readonly error?: StoreError;
};

/**
Deletes whole chains, all of them in waves: first the last member of each, then the one before, the FULL at the end. Whenever this is cut off, and whichever keys of one request a store leaves out, what remains of each chain still goes from its FULL without a gap. A chain of which one member cannot be deleted is not touched further.
*/
export const deleteChains = async (store: Store, chains: ReadonlyArray<readonly Verdict[]>, isOver: () => boolean): Promise<Deletion> => {
	const gone: Verdict[] = [];
	const failures: Array<Deletion['failures'][number]> = [];
	// What is missing has no file to delete; its place in the catalogue goes with the chain.
	let rest = chains.map(chain => ({left: chain.filter(({artifact}) => artifact.state !== 'missing'), absent: chain.filter(({artifact}) => artifact.state === 'missing')}));
	while (rest.length > 0 && !isOver()) {
		gone.push(...rest.filter(({left}) => left.length === 0).flatMap(({absent}) => absent));
		rest = rest.filter(({left}) => left.length > 0);
		const wave = rest.map(({left}) => left.at(-1)!);
		const answer = await deleteKeys(store, wave.map(({artifact}) => keyOf(artifact)));
		if (answer instanceof StoreError) {
			return {gone, failures, error: answer};
		}

		const stayed = new Map(answer.map(failure => [failure.key, failure]));
		failures.push(...wave.flatMap(({artifact}) => {
			const failure = stayed.get(keyOf(artifact));
			return failure ? [{name: artifact.name, reason: `${failure.reason}: ${failure.message}`, ...(failure.retryAfter && {retryAfter: failure.retryAfter})}] : [];
		}));
		gone.push(...wave.filter(({artifact}) => !stayed.has(keyOf(artifact))));
		rest = rest.filter(({left}) => !stayed.has(keyOf(left.at(-1)!.artifact))).map(({left, absent}) => ({left: left.slice(0, -1), absent}));
	}

	return {gone, failures};
};

/** Exactly the file that a manifest named, wherever it lies now. */
const keyOf = ({name, state}: CatalogueArtifact): string => state === 'quarantined' ? quarantineKey(name) : name;

const deleteKeys = async (store: Store, keys: readonly string[]) => {
	if (keys.length === 0) {
		return [];
	}

	try {
		return await store.delete(keys);
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
