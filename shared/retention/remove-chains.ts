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
	readonly reasonToStop: () => Promise<string | undefined>;
};

/** Asked before each request in which there is a chain of these: why nothing more may be deleted. */
export type ReasonToStay = (chains: Chains, gone: readonly Verdict[]) => Promise<string | undefined>;

type Chains = ReadonlyArray<readonly Verdict[]>;

/** Chains that came together, and what came of them. */
type Lot = {
	readonly reasonToStay: ReasonToStay;
	readonly gone: Verdict[];
	readonly failures: StayedArtifact[];
	/** Chains of which something is left and may still go. */
	open: number;
	readonly finish: () => void;
};

/** What is left of a chain, oldest first; what is missing has no file to delete, and its place in the catalogue goes with the chain. */
type Rest = {readonly lot: Lot; readonly left: readonly Verdict[]; readonly absent: readonly Verdict[]};

export type Expected = 'more' | 'moreAfterThese' | 'nothing';

export type ChainRemover = {
	/** Takes chains, and answers once all of them are gone that may go. */
	readonly remove: (chains: Chains, reasonToStay: ReasonToStay) => Promise<Deletion>;
	/** While more chains are on their way, a request that is not full waits for them; where those wait themselves for what is here, until no request is under way. */
	readonly expect: (expected: Expected) => void;
};

/**
Deletes or archives whole chains: of each first the last member, then the one before, the FULL at the end. A request takes the ends of as many chains as it may, whichever came first, and some requests are under way at once, never two about one chain. Whenever this is cut off, and whichever keys of one request a store leaves out, what remains of each chain still goes from its FULL without a gap. A chain of which one member stays is not touched further.
*/
export const chainRemover = (store: Store, guards: Guards): ChainRemover => {
	const {limits: {batchSize, deletesAtOnce}, isOver, versions} = guards;
	const lots = new Set<Lot>();
	const queue: Rest[] = [];
	let underWay = 0;
	/** Chains in requests under way of which more is left. */
	let returning = 0;
	let expected: Expected = 'nothing';
	let end: Pick<Deletion, 'stopped' | 'error'> | undefined;
	let thrown: {readonly error: unknown} | undefined;

	const hasEnded = () => (end ?? thrown) !== undefined;

	const put = (rests: readonly Rest[]): void => {
		for (const rest of rests) {
			if (rest.left.length > 0) {
				queue.push(rest);
			} else {
				rest.lot.gone.push(...rest.absent);
				rest.lot.open--;
			}
		}
	};

	const reasonToStop = async (batch: readonly Rest[]): Promise<string | undefined> => {
		const ofLots = Map.groupBy(batch, ({lot}) => lot);
		const reasons = await Promise.all([
			guards.reasonToStop(),
			...[...ofLots].map(async ([lot, rests]) => lot.reasonToStay(rests.map(({left, absent}) => [...absent, ...left]), lot.gone)),
		]);
		return reasons.find(reason => reason !== undefined);
	};

	const removeEnds = async (batch: readonly Rest[]): Promise<void> => {
		const stopped = await reasonToStop(batch);
		if (stopped !== undefined) {
			end ??= {stopped};
		}

		if (hasEnded()) {
			return;
		}

		const answer = await removeWave(store, batch.map(({left}) => left.at(-1)!), versions);
		if (answer instanceof StoreError) {
			end ??= {error: answer};
			return;
		}

		const stayed = new Map(answer.failures.map(failure => [failure.key, failure]));
		const lost = new Set(answer.lost);
		put(batch.flatMap(({lot, left, absent}): readonly Rest[] => {
			const verdict = left.at(-1)!;
			const key = keyOf(verdict.artifact);
			const failure = stayed.get(key);
			if (failure) {
				lot.failures.push(toStayed(verdict.artifact.name, failure));
				lot.open--;
				return [];
			}

			lot.gone.push(lost.has(key) ? asMissing(verdict) : verdict);
			return [{lot, left: left.slice(0, -1), absent}];
		}));
	};

	const begin = async (): Promise<void> => {
		const batch = queue.splice(0, batchSize);
		const longer = batch.filter(({left}) => left.length > 1).length;
		underWay++;
		returning += longer;
		try {
			await removeEnds(batch);
		} catch (error) {
			thrown ??= {error};
		}

		underWay--;
		returning -= longer;
		goOn();
	};

	const isLastForNow = () => (returning === 0 && expected === 'nothing') || (underWay === 0 && expected === 'moreAfterThese');

	/** A request that is not full waits for what those under way, and who expects more, will bring. */
	const mayBegin = () => !hasEnded() && queue.length > 0 && underWay < deletesAtOnce && (queue.length >= batchSize || isLastForNow());

	const goOn = (): void => {
		while (mayBegin()) {
			if (isOver()) {
				end = {stopped: 'its time was over'};
			} else {
				void begin();
			}
		}

		for (const lot of lots) {
			if (lot.open === 0 || (hasEnded() && underWay === 0)) {
				lots.delete(lot);
				lot.finish();
			}
		}
	};

	return {
		async remove(chains, reasonToStay) {
			const {promise, resolve} = Promise.withResolvers<void>();
			const lot: Lot = {
				reasonToStay, gone: [], failures: [], open: chains.length, finish: resolve,
			};
			lots.add(lot);
			put(chains.map(chain => ({lot, left: chain.filter(({artifact}) => artifact.state !== 'missing'), absent: chain.filter(({artifact}) => artifact.state === 'missing')})));
			goOn();
			await promise;
			if (thrown) {
				throw thrown.error;
			}

			return {gone: lot.gone, failures: lot.failures, ...(lot.open > 0 && end)};
		},
		expect(wanted) {
			expected = wanted;
			goOn();
		},
	};
};

/** There was nothing to archive: the catalogue forgets it. */
const asMissing = (verdict: Verdict): Verdict => ({...verdict, artifact: {...verdict.artifact, state: 'missing'}});

const toStayed = (name: string, {reason, message, retryAfter}: DeleteFailure): StayedArtifact => ({
	name, reason: `${reason}: ${message}`, ...(reason === 'Locked' && {isLocked: true}), ...(retryAfter && {retryAfter}),
});
