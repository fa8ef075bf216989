import {buildChains} from '../catalogue/chains.ts';
import {type Catalogue} from '../catalogue/read.ts';
import {StoreError} from '../stores/store.ts';
import {deleteDue, noWork, type DueWork} from './delete-due.ts';
import {doubtfulMarks, dueChains, nextMarks} from './marks.ts';
import {type SweepOutcome} from './sweep-outcome.ts';
import {plan} from './plan.ts';
import {describeSweep, refusedOutcome} from './describe-sweep.ts';
import {refuseCatalogue, refuseClocks, type Refusal} from './refusal.ts';
import {settleSweep, tellSweep, type Settled} from './settle-sweep.ts';
import {type SweepInput} from './sweep-input.ts';
import {tidiedCatalogue} from './tidy-runs.ts';

/**
One sweep of one directory, the same for a function and a Job: reads the catalogue, plans, deletes what an earlier sweep marked and whose grace is over, marks what expires now, and looks after the catalogue's files.

It refuses to touch anything when clocks disagree, when the directory is another's, or when anything in the catalogue cannot be read; it refuses to delete when an attempt is open or when the listing contradicts the catalogue. It can be cut off between any two requests and is taken up by the next sweep. What the store refuses is in the outcome; only what `announce`, `changed` or a clock throws is thrown.
*/
export const sweep = async (input: SweepInput): Promise<SweepOutcome> => {
	const now = await input.now();
	try {
		const refusal = refuseClocks(now, input.localNow(), 'The API server and this function');
		return refusal ? refusedOutcome(input, refusal, now) : await sweepDirectory(input, now);
	} catch (error) {
		if (error instanceof StoreError) {
			return refusedOutcome(input, storeRefusal(error), now);
		}

		throw error;
	}
};

const sweepDirectory = async (input: SweepInput, now: Date): Promise<SweepOutcome> => {
	const {policy, limits} = input;
	const {catalogue, stayed} = await tidiedCatalogue(input, now);
	const refusal = refuseCatalogue(catalogue, input.owner);
	if (refusal) {
		return refusedOutcome(input, refusal, now);
	}

	const verdicts = plan({
		chains: buildChains(catalogue.artifacts), policy, now, pins: catalogue.pins,
	});
	if (policy?.mode === 'Plan') {
		const planned = {verdicts, work: noWork, marks: catalogue.index?.expiring ?? []};
		await tellSweep(input, planned, now);
		return describeSweep(input, catalogue, {...planned, now});
	}

	const marks = catalogue.index?.expiring ?? [];
	const grace = {now, graceMs: limits.graceMs};
	// The copy of one that is still in the way is the trace of it.
	const due = dueChains(verdicts, marks, grace).filter(chain => !chain.some(({artifact: {name}}) => stayed.some(one => one.name === name)));
	const doubtful = doubtfulMarks(verdicts, marks, grace);
	const done = due.length + doubtful.length === 0 ? noWork : await deleteDue(input, catalogue, {due, doubtful});
	const work = {...done, failures: [...stayed, ...done.failures]};
	input.log.info({
		sweep: input.sweepID, planned: verdicts.length, due: due.length, deleted: work.gone.length,
	}, 'directory swept');
	const gone = new Set(work.gone.map(({artifact: {name}}) => name));
	const unproven = new Set(work.isConfirmed ? work.lingering : doubtful.map(({artifact: {name}}) => name));
	const expiring = [...nextMarks(verdicts, marks, now).filter(({name}) => !gone.has(name)), ...marks.filter(({name}) => unproven.has(name))];
	const settled = {verdicts, work, marks: expiring};
	return finish(input, catalogue, {settled, now});
};

/** Whatever the store says from here on, what was deleted is told. */
const finish = async (input: SweepInput, catalogue: Catalogue, {settled, now}: {settled: Settled; now: Date}): Promise<SweepOutcome> => {
	try {
		const raced = await settleSweep(input, catalogue, {settled, now}) ? {} : {stopped: 'another sweep was faster to write the catalogue'};
		return describeSweep(input, catalogue, {...settled, work: {...settled.work, ...raced}, now});
	} catch (error) {
		if (error instanceof StoreError) {
			const work: DueWork = {...settled.work, error};
			return describeSweep(input, catalogue, {...settled, work, now});
		}

		throw error;
	}
};

const storeRefusal = (error: StoreError): Refusal => ({reason: 'StoreFailed', message: error.message});
