import {type Catalogue} from '../catalogue/read.ts';
import {type StoreError} from '../stores/store.ts';
import {catalogueChange, confirmListing} from './confirm-listing.ts';
import {deleteChains, inBatches, type Deletion} from './deletion.ts';
import {type Verdict} from './plan.ts';
import {refuseClocks, refuseDeletion, type Refusal} from './refusal.ts';
import {type SweepInput} from './sweep-input.ts';

export type DueWork = {
	readonly gone: readonly Verdict[];
	readonly failures: Deletion['failures'];
	/** What the listing contradicted, to be remembered. */
	readonly absent: readonly string[];
	readonly returned: readonly string[];
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
	gone: [], failures: [], absent: [], returned: [], isConfirmed: false,
};

/**
Deletes the chains whose grace is over, and looks whether those that may stay after all are there, if every guard agrees: no attempt is open, the clocks of API server, store and this machine agree, and a complete listing of the databases concerned shows what the catalogue says. Before each batch it looks again whether the CR, the catalogue (pins, attempts, other sweeps) or the deadline wants it to stop.
*/
export const deleteDue = async (input: SweepInput, catalogue: Catalogue, {due, doubtful}: {due: Chains; doubtful: readonly Verdict[]}): Promise<DueWork> => {
	const {store} = input;
	const now = await input.now();
	const refusal = refuseDeletion(catalogue, now) ?? refuseClocks(now, await store.now(), 'The API server and the store');
	if (refusal) {
		return {...noWork, refusal};
	}

	const confirmation = await confirmListing(store, catalogue, due, doubtful.map(({artifact: {database}}) => database));
	if (confirmation.refusal) {
		const {absent, returned, isWhole} = confirmation;
		return {
			...noWork, absent, returned, isConfirmed: isWhole, refusal: confirmation.refusal,
		};
	}

	const done = await deleteBatches(input, catalogue, {batches: inBatches(due, input.limits.batchSize), listedAt: input.localNow().getTime()});
	return {...done, isConfirmed: true};
};

type Batches = {readonly batches: readonly Chains[]; readonly listedAt: number};

const deleteBatches = async (input: SweepInput, catalogue: Catalogue, {batches, listedAt}: Batches): Promise<DueWork> => {
	const gone: Verdict[] = [];
	const failures: Array<Deletion['failures'][number]> = [];
	const isOver = () => input.signal?.aborted === true;
	for (const batch of batches) {
		const stopped = isOver() ? 'its time was over' : await reasonToStop(input, catalogue, {batch, listedAt});
		if (stopped !== undefined) {
			return {
				...noWork, gone, failures, stopped,
			};
		}

		const result = await deleteChains(input.store, batch, isOver);
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
