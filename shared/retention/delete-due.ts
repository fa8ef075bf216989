import {type Catalogue} from '../catalogue/read.ts';
import {type StoreError} from '../stores/store.ts';
import {catalogueChange, confirmListing} from './confirm-listing.ts';
import {
	archiveFiles, inBatches, removeChains, type StayedArtifact,
} from './deletion.ts';
import {withoutLocked} from './locked-chains.ts';
import {type Verdict} from './plan.ts';
import {refuseClocks, refuseDeletion, type Refusal} from './refusal.ts';
import {type SweepInput} from './sweep-input.ts';

export type DueWork = {
	readonly gone: readonly Verdict[];
	readonly failures: readonly StayedArtifact[];
	/** What the listing contradicted, to be remembered. */
	readonly absent: readonly string[];
	readonly returned: readonly string[];
	/** Names of archived artifacts whose originals could not be removed yet. */
	readonly lingering: readonly string[];
	/** Whether a whole listing was compared with the catalogue. */
	readonly isConfirmed: boolean;
	/** Why nothing was deleted. */
	readonly refusal?: Refusal;
	/** Why the rest was left to the next sweep. */
	readonly stopped?: string;
	readonly error?: StoreError;
};

type Chains = ReadonlyArray<readonly Verdict[]>;

export const noWork: DueWork = {
	gone: [], failures: [], absent: [], returned: [], lingering: [], isConfirmed: false,
};

/**
Deletes or archives the chains whose grace is over, and looks whether those that may stay after all are there, if every guard agrees: no attempt is open, the clocks of API server, store and this machine agree, and a complete listing of the databases concerned shows what the catalogue says. Before each batch it looks again whether the CR, the catalogue (pins, attempts, other sweeps) or the deadline wants it to stop.
*/
export const deleteDue = async (input: SweepInput, catalogue: Catalogue, {due, doubtful}: {due: Chains; doubtful: readonly Verdict[]}): Promise<DueWork> => {
	const {store} = input;
	const now = await input.now();
	const refusal = refuseDeletion(catalogue, now) ?? refuseClocks(now, await store.now(), 'The API server and the store');
	if (refusal) {
		return {...noWork, refusal};
	}

	const confirmation = await confirmListing(store, catalogue, due, doubtful.map(({artifact: {database}}) => database));
	const {absent, returned, isWhole, listed, lingering} = confirmation;
	if (confirmation.refusal) {
		return {
			...noWork, absent, returned, isConfirmed: isWhole, refusal: confirmation.refusal,
		};
	}

	const listedAt = input.localNow().getTime();
	const unfinished = await finishMoves(input, catalogue, lingering);
	const {free, held} = await withoutLocked(store, due, {listed, now: await store.now()});
	const done = await removeBatches(input, catalogue, {batches: inBatches(free, input.limits.batchSize), listedAt});
	const finished = doubtful.filter(({artifact: {name}}) => lingering.includes(name) && !unfinished.includes(name));
	return {
		...done, gone: [...finished.map(verdict => archivedEarlier(verdict, catalogue)), ...done.gone], failures: [...held, ...done.failures], lingering: unfinished, isConfirmed: true,
	};
};

/** What an earlier sweep began to archive and could not tell any more, with the reason that it was marked for. */
const archivedEarlier = (verdict: Verdict, {index}: Catalogue): Verdict => {
	const mark = index?.expiring.find(({name}) => name === verdict.artifact.name);
	return {...verdict, verdict: 'archive', reason: mark?.reason ?? verdict.reason};
};

/** Removes the originals of which a whole copy is in the archive; answers the names of those that stayed. */
const finishMoves = async ({store, log, sweepID}: SweepInput, {artifacts}: Catalogue, lingering: readonly string[]): Promise<readonly string[]> => {
	const names = new Set(lingering);
	const {failures} = await archiveFiles(store, artifacts.filter(({name}) => names.has(name)));
	if (failures.length > 0) {
		log.info({sweep: sweepID, files: failures.length, reason: failures[0]!.message}, 'originals of archived artifacts could not be removed');
	}

	return failures.map(({key}) => key);
};

type Batches = {readonly batches: readonly Chains[]; readonly listedAt: number};

const removeBatches = async (input: SweepInput, catalogue: Catalogue, {batches, listedAt}: Batches): Promise<DueWork> => {
	const gone: Verdict[] = [];
	const failures: StayedArtifact[] = [];
	const isOver = () => input.signal?.aborted === true;
	for (const batch of batches) {
		const stopped = isOver() ? 'its time was over' : await reasonToStop(input, catalogue, {batch, listedAt});
		if (stopped !== undefined) {
			return {
				...noWork, gone, failures, stopped,
			};
		}

		const result = await removeChains(input.store, batch, {versions: input.policy?.versions ?? 'Keep', isOver});
		gone.push(...result.gone);
		failures.push(...result.failures);
		if (result.error) {
			return {
				...noWork, gone, failures, error: result.error,
			};
		}
	}

	return {
		...noWork, gone, failures, ...(isOver() && {stopped: 'its time was over'}),
	};
};

const reasonToStop = async (input: SweepInput, catalogue: Catalogue, {batch, listedAt}: {batch: Chains; listedAt: number}): Promise<string | undefined> => {
	const changed = await input.changed() ?? await catalogueChange(input.store, catalogue.listing);
	const isOld = input.localNow().getTime() - listedAt > input.limits.listingMaxAgeMs;
	if (changed !== undefined || !isOld) {
		return changed;
	}

	const {refusal} = await confirmListing(input.store, catalogue, batch);
	return refusal?.message;
};
