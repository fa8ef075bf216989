import {type Directory} from '../catalogue/directory.ts';
import {StoreError} from '../stores/store.ts';
import {concernedDatabases} from './concerned.ts';
import {listDatabase} from './confirm-listing.ts';
import {
	confirmDue, dueRemover, noWork, whyStay, type ConfirmedWork, type ListedDatabase,
} from './delete-due.ts';
import {type Finished} from './finish-sweep.ts';
import {planDatabase, type PlannedDatabase} from './planned-database.ts';
import {readAhead} from './read-ahead.ts';
import {refuseDeletion} from './refusal.ts';
import {databaseSettler} from './settler.ts';
import {splitWork} from './split-work.ts';
import {type SweepInput} from './sweep-input.ts';
import {countHindrance, emptyTally} from './tally.ts';
import {sweepTeller} from './tell-sweep.ts';

/** Databases that are read and listed ahead, and how large their parts may be together: those of some 4,000 artifacts. */
const databasesAhead = 8;
const bytesAhead = 1_750_000;

/** Portions of which the deletion is under way while the next one is read. */
const portionsUnderWay = 2;

/**
Plans the databases in which something may have changed, deletes what is due there and marks what expires. Once something was done, the store may say what it will: what was done is counted.
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

	if (finished.touched.size < names.length && input.isOver?.()) {
		countHindrance(finished.tally, {stopped: 'its time was over'});
	}

	return finished;
};

type Course = {readonly names: readonly string[]; readonly finished: Finished; readonly now: Date};

/**
What is due in some databases goes together, once all of it has been compared with a listing. Meanwhile the next ones are read and listed: three such portions are in memory at most, and what is deleted of them shares its requests.
*/
const sweepEach = async (input: SweepInput, directory: Directory, {names, finished, now}: Course): Promise<void> => {
	const {tally} = finished;
	const isPlan = input.policy?.mode === 'Plan';
	const refusal = isPlan ? undefined : refuseDeletion(directory, now);
	const isOver = () => !isPlan && (tally.stopped !== undefined || tally.error !== undefined || input.isOver?.() === true);
	const settler = databaseSettler(input, directory, {finished, now});
	const remover = dueRemover(input, directory);
	let portion: ListedDatabase[] = [];
	let size = 0;
	const underWay: Array<Promise<void>> = [];

	const removeDue = async (databases: ReadonlyArray<Omit<ListedDatabase, 'listing'>>, {work, free}: ConfirmedWork): Promise<void> => {
		const done = free.length > 0 ? await remover.remove(free, whyStay(input, databases)) : noWork;
		countHindrance(tally, done);
		const workOn = splitWork({...work, gone: [...work.gone, ...done.gone], failures: [...work.failures, ...done.failures]});
		for (const {planned} of databases) {
			await settler.settle(planned, workOn(planned.content.database));
		}
	};

	const flush = async (): Promise<void> => {
		const databases = portion;
		[portion, size] = [[], 0];
		if (databases.length === 0) {
			return;
		}

		// Once something was refused, nothing more is deleted.
		const confirmed = tally.refusal ? {work: noWork, free: []} : await confirmDue(input, directory, databases);
		countHindrance(tally, confirmed.work);
		// What the listings showed has been compared, and is much.
		const removing = removeDue(databases.map(({planned, listedAt}) => ({planned, listedAt})), confirmed);
		// It is awaited in its turn, and a failure is met then.
		removing.catch(() => undefined);
		underWay.push(removing);
		if (underWay.length > portionsUnderWay) {
			remover.expect('moreAfterThese');
			await underWay.shift();
		}
	};

	const sweepPortions = async (): Promise<void> => {
		for await (const {planned, listed} of readAhead(names, reader(input, directory, {
			isRefused: () => isPlan || (refusal ?? tally.refusal) !== undefined || isOver(), tidies: !isPlan && !refusal, now,
		}), {most: databasesAhead, sizeOf: sizeOfPart(directory), room: bytesAhead})) {
			const [problem] = planned.content.unreadable;
			if (problem) {
				countHindrance(tally, {refusal: {reason: 'CatalogueUnreadable', message: problem.message}});
			} else if (listed) {
				portion.push(listed);
				size += planned.content.artifacts.length;
				remover.expect('more');
			} else if (hasWork(planned) && isOver()) {
				return;
			} else {
				countHindrance(tally, hasWork(planned) ? {...(refusal && {refusal})} : {});
				// What has been compared waits for no more than has begun to gather.
				remover.expect(portion.length > 0 ? 'more' : 'nothing');
				await settler.settle(planned, noWork);
			}

			if (size >= input.limits.portionSize) {
				await flush();
			}

			if (isOver()) {
				return;
			}
		}

		await flush();
	};

	try {
		await sweepPortions();
	} finally {
		remover.expect('nothing');
		await Promise.allSettled(underWay);
		await Promise.allSettled([settler.end()]);
	}

	await Promise.all(underWay);
	await settler.end();
};

type Reading = {readonly isRefused: () => boolean; readonly tidies: boolean; readonly now: Date};

type Read = {readonly planned: PlannedDatabase; readonly listed?: ListedDatabase};

/** Plans a database, and lists it where something may be deleted and nothing speaks against it yet. */
const reader = (input: SweepInput, directory: Directory, {isRefused, tidies, now}: Reading) => async (database: string): Promise<Read> => {
	const planned = await planDatabase(input, directory, {database, now, tidies});
	if (!hasWork(planned) || planned.content.unreadable.length > 0 || isRefused()) {
		return {planned};
	}

	const listedAt = input.localNow().getTime();
	return {planned, listed: {planned, listing: await listDatabase(input.store, planned), listedAt}};
};

/** Bytes of the part in which a database's artifacts are. One without is new and small, or in memory already. */
const sizeOfPart = ({index, listing}: Directory): ((database: string) => number) => {
	const keys = new Map(index?.databases.map(({name, key}) => [name, key]));
	return database => listing.objects.get(keys.get(database) ?? '')?.size ?? 0;
};

const hasWork = ({due, doubtful}: PlannedDatabase): boolean => due.length + doubtful.length > 0;
