import {StoreError, type DeleteFailure, type Store} from '../stores/store.ts';
import {keyOf, removeWave, type StayedArtifact} from './deletion.ts';
import {type Verdict} from './plan.ts';
import {type RetentionPolicy} from './policy.ts';
import {type SweepLimits} from './sweep-input.ts';

export type Deletion = {
	/** What is gone or archived, or was never there. */
	readonly gone: readonly Verdict[];
	readonly failures: readonly StayedArtifact[];
	/** Why the rest was left. */
	readonly stopped?: string;
	/** Set when the store stopped answering: what the last request did is not known. */
	readonly error?: StoreError;
};

type Guards = {
	readonly versions: RetentionPolicy['versions'];
	readonly limits: Pick<SweepLimits, 'batchSize' | 'deletesAtOnce'>;
	readonly isOver: () => boolean;
	/** Asked before each request: why nothing more may be deleted. */
	readonly reasonToStop: (chains: Chains, gone: ReadonlySet<string>) => Promise<string | undefined>;
};

type Chains = ReadonlyArray<readonly Verdict[]>;

/** What is left of a chain, oldest first; what is missing has no file to delete, and its place in the catalogue goes with the chain. */
type Rest = {readonly left: readonly Verdict[]; readonly absent: readonly Verdict[]};

/**
Deletes or archives whole chains: of each first the last member, then the one before, the FULL at the end. A request takes the ends of as many chains as it may, and some requests are under way at once, never two about one chain. Whenever this is cut off, and whichever keys of one request a store leaves out, what remains of each chain still goes from its FULL without a gap. A chain of which one member stays is not touched further.
*/
export const removeChains = async (store: Store, chains: Chains, guards: Guards): Promise<Deletion> => {
	const {limits: {batchSize, deletesAtOnce}, isOver, reasonToStop, versions} = guards;
	const gone: Verdict[] = [];
	const failures: StayedArtifact[] = [];
	const queue: Rest[] = [];
	const underWay = new Map<Promise<void>, number>();
	let end: Pick<Deletion, 'stopped' | 'error'> | undefined;
	let thrown: {readonly error: unknown} | undefined;

	const hasEnded = () => (end ?? thrown) !== undefined;

	const put = (rests: readonly Rest[]): void => {
		gone.push(...rests.filter(({left}) => left.length === 0).flatMap(({absent}) => absent));
		queue.push(...rests.filter(({left}) => left.length > 0));
	};

	const remove = async (batch: readonly Rest[]): Promise<void> => {
		const stopped = await reasonToStop(batch.map(({left, absent}) => [...absent, ...left]), new Set(gone.map(({artifact: {name}}) => name)));
		if (stopped !== undefined) {
			end ??= {stopped};
		}

		if (hasEnded()) {
			return;
		}

		const wave = batch.map(({left}) => left.at(-1)!);
		const answer = await removeWave(store, wave, versions);
		if (answer instanceof StoreError) {
			end ??= {error: answer};
			return;
		}

		const stayed = new Map(answer.failures.map(failure => [failure.key, failure]));
		const lost = new Set(answer.lost);
		for (const verdict of wave) {
			const key = keyOf(verdict.artifact);
			const failure = stayed.get(key);
			if (failure) {
				failures.push(toStayed(verdict.artifact.name, failure));
			} else {
				gone.push(lost.has(key) ? asMissing(verdict) : verdict);
			}
		}

		put(batch.filter(({left}) => !stayed.has(keyOf(left.at(-1)!.artifact))).map(({left, absent}) => ({left: left.slice(0, -1), absent})));
	};

	const begin = (): void => {
		const batch = queue.splice(0, batchSize);
		const work = remove(batch).catch((error: unknown) => {
			thrown ??= {error};
		}).finally(() => {
			underWay.delete(work);
		});
		underWay.set(work, batch.filter(({left}) => left.length > 1).length);
	};

	put(chains.map(chain => ({left: chain.filter(({artifact}) => artifact.state !== 'missing'), absent: chain.filter(({artifact}) => artifact.state === 'missing')})));
	while (queue.length + underWay.size > 0) {
		const isFull = queue.length >= batchSize || [...underWay.values()].every(returning => returning === 0);
		if (!hasEnded() && queue.length > 0 && isOver()) {
			end = {stopped: 'its time was over'};
		}

		if (!hasEnded() && queue.length > 0 && isFull && underWay.size < deletesAtOnce) {
			begin();
		} else if (underWay.size > 0) {
			await Promise.race(underWay.keys());
		} else {
			break;
		}
	}

	if (thrown) {
		throw thrown.error;
	}

	return {gone, failures, ...end};
};

/** There was nothing to archive: the catalogue forgets it. */
const asMissing = (verdict: Verdict): Verdict => ({...verdict, artifact: {...verdict.artifact, state: 'missing'}});

const toStayed = (name: string, {reason, message, retryAfter}: DeleteFailure): StayedArtifact => ({
	name, reason: `${reason}: ${message}`, ...(reason === 'Locked' && {isLocked: true}), ...(retryAfter && {retryAfter}),
});
