import {type Directory} from '../catalogue/directory.ts';
import {StoreError} from '../stores/store.ts';
import {concernedDatabases} from './concerned.ts';
import {deleteDue, noWork, type DueWork} from './delete-due.ts';
import {type Finished} from './finish-sweep.ts';
import {planDatabase, type PlannedDatabase} from './planned-database.ts';
import {readAhead} from './read-ahead.ts';
import {refuseDeletion} from './refusal.ts';
import {settleDatabase} from './settled-database.ts';
import {type SweepInput} from './sweep-input.ts';
import {countHindrance, countSettled, emptyTally} from './tally.ts';
import {sweepTeller} from './tell-sweep.ts';

/** Databases that are read ahead. */
const databasesAhead = 4;

/**
Plans the databases in which something may have changed, one after another, deletes what is due there and marks what expires. Once something was done, the store may say what it will: what was done is counted.
*/
export const sweepDatabases = async (input: SweepInput, directory: Directory, now: Date): Promise<Finished> => {
	const names = concernedDatabases(directory, {
		policy: input.policy, now, graceMs: input.limits.graceMs,
	});
	const finished: Finished = {
		tally: emptyTally(), teller: sweepTeller(input, now), entries: new Map(), touched: new Set(),
	};
	try {
		await sweepEach(input, directory, {names, finished, now});
	} catch (error) {
		if (!(error instanceof StoreError) || finished.touched.size === 0) {
			throw error;
		}

		countHindrance(finished.tally, {error});
	}

	if (finished.touched.size < names.length && input.signal?.aborted) {
		countHindrance(finished.tally, {stopped: 'its time was over'});
	}

	return finished;
};

type Course = {readonly names: readonly string[]; readonly finished: Finished; readonly now: Date};

/** What is due in some databases goes together, once all of it has been compared with a listing. */
const sweepEach = async (input: SweepInput, directory: Directory, {names, finished, now}: Course): Promise<void> => {
	const {policy, limits, signal} = input;
	const {tally} = finished;
	const isPlan = policy?.mode === 'Plan';
	const isOver = () => !isPlan && (tally.stopped !== undefined || tally.error !== undefined || signal?.aborted === true);
	const tidies = !isPlan && refuseDeletion(directory, now) === undefined;
	let portion: PlannedDatabase[] = [];
	let size = 0;

	const flush = async (): Promise<void> => {
		const flushed = portion;
		[portion, size] = [[], 0];
		// Once something was refused, nothing more is deleted.
		const isAllowed = tally.refusal === undefined && flushed.length > 0;
		const work = isAllowed ? await deleteDue(input, directory, flushed) : noWork;
		countHindrance(tally, work);
		for (const planned of flushed) {
			await settle(input, directory, {
				planned, work: workOf(planned, work), finished, now,
			});
		}
	};

	for await (const planned of readAhead(names, async database => planDatabase(input, directory, {
		database, now, tidies,
	}), databasesAhead)) {
		const {content, due, doubtful} = planned;
		const [problem] = content.unreadable;
		if (problem) {
			countHindrance(tally, {refusal: {reason: 'CatalogueUnreadable', message: problem.message}});
		} else if (isPlan || due.length + doubtful.length === 0) {
			await settle(input, directory, {
				planned, work: noWork, finished, now,
			});
		} else {
			portion.push(planned);
			size += content.artifacts.length;
		}

		if (size >= limits.portionSize) {
			await flush();
		}

		if (isOver()) {
			return;
		}
	}

	await flush();
};

type Settling = {readonly planned: PlannedDatabase; readonly work: DueWork; readonly finished: Finished; readonly now: Date};

const settle = async (input: SweepInput, directory: Directory, {planned, work, finished, now}: Settling): Promise<void> => {
	const {tally, teller, entries, touched} = finished;
	const {content: {database}, verdicts} = planned;
	const settled = await settleDatabase(input, directory, {planned, work, now});
	countSettled(tally, settled);
	touched.add(database);
	if (settled.entry) {
		entries.set(database, settled.entry);
	}

	if (settled.hasNews) {
		await teller.add({verdicts, gone: settled.work.gone, failures: settled.work.failures}, {kept: tally.kept, marked: tally.marked});
	}
};

/** What of the work on several databases was that on one. */
const workOf = ({content: {artifacts}}: PlannedDatabase, work: DueWork): DueWork => {
	const names = new Set(artifacts.map(({name}) => name));
	return {
		...noWork,
		gone: work.gone.filter(({artifact: {name}}) => names.has(name)),
		failures: work.failures.filter(({name}) => names.has(name)),
		absent: work.absent.filter(name => names.has(name)),
		returned: work.returned.filter(name => names.has(name)),
		lingering: work.lingering.filter(name => names.has(name)),
		isConfirmed: work.isConfirmed,
	};
};
