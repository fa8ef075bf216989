import {openDirectory, withoutExpiredPins} from '../catalogue/directory.ts';
import {StoreError} from '../stores/store.ts';
import {describeSweep, factsOf, refusedOutcome} from './describe-sweep.ts';
import {finishSweep} from './finish-sweep.ts';
import {refuseCatalogue, refuseClocks} from './refusal.ts';
import {sweepDatabases} from './sweep-databases.ts';
import {type SweepInput} from './sweep-input.ts';
import {type SweepOutcome} from './sweep-outcome.ts';

/**
One sweep of one directory, the same for a function and a Job: reads the catalogue, plans, deletes what an earlier sweep marked and whose grace is over, marks what expires now, and looks after the catalogue's files. It reads only the databases in which something may have changed, one after another, so that what it needs of memory does not grow with their number.

It refuses to touch anything when clocks disagree, when the directory is another's, or when anything in the catalogue cannot be read; it refuses to delete when an attempt is open or when the listing contradicts the catalogue. It can be cut off between any two requests and is taken up by the next sweep. What the store refuses is in the outcome; only what `announce`, `changed` or a clock throws is thrown.
*/
export const sweep = async (input: SweepInput): Promise<SweepOutcome> => {
	const now = await input.now();
	try {
		const refusal = refuseClocks(now, input.localNow(), 'The API server and this function');
		return refusal ? refusedOutcome(input, refusal, now) : await sweepDirectory(input, now);
	} catch (error) {
		if (error instanceof StoreError) {
			return refusedOutcome(input, {reason: 'StoreFailed', message: error.message}, now);
		}

		throw error;
	}
};

const sweepDirectory = async (input: SweepInput, now: Date): Promise<SweepOutcome> => {
	const directory = withoutExpiredPins(await openDirectory(input.store), now);
	const refusal = refuseCatalogue(directory, input.owner);
	if (refusal) {
		return refusedOutcome(input, refusal, now);
	}

	const facts = await factsOf(input, directory);
	const finished = await sweepDatabases(input, directory, now);
	const tally = await finishSweep(input, directory, {...finished, now});
	input.log.info({
		sweep: input.sweepID, databases: finished.touched.size, deleted: tally.deletedCount, marked: tally.marked,
	}, 'directory swept');
	return describeSweep(input, tally, {facts, lastExpiry: directory.index?.lastExpiry, now});
};
