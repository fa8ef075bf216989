import {type LastExpiry, type ShownArtifact} from '../catalogue/catalogue-index.ts';
import {type DatabaseDigest} from '../catalogue/digest.ts';
import {type StorageSummary} from '../catalogue/summary.ts';
import {type StoreError} from '../stores/store.ts';
import {deletedArtifacts} from './deleted-artifacts.ts';
import {type StayedArtifact} from './deletion.ts';
import {type DueWork} from './delete-due.ts';
import {firstRetry} from './next-sweep.ts';
import {type Verdict} from './plan.ts';
import {type Refusal} from './refusal.ts';
import {type SettledDatabase} from './settled-database.ts';
import {type DeletedArtifact} from './sweep-outcome.ts';

/** Artifacts that a status shows of a plan. */
const shownAtMost = 20;

/** Entries of a longer list that an outcome holds; all are in the records. */
const listedAtMost = 1000;

/**
What a sweep has counted of all databases, those included that it did not have to look at.
*/
export type Tally = {
	kept: number;
	going: number;
	archiving: number;
	marked: number;
	gone: number;
	deletedCount: number;
	deletedBytes: number;
	readonly deleted: DeletedArtifact[];
	failureCount: number;
	refusedCount: number;
	readonly failures: StayedArtifact[];
	/** When the first lock ends. */
	unlocked?: Date;
	/** The earliest of what the next sweep waits for. */
	graceFrom?: string;
	nextAge?: string;
	storage: StorageSummary | undefined;
	shown: readonly ShownArtifact[];
	refusal?: Refusal;
	stopped?: string;
	error?: StoreError;
};

export const emptyTally = (): Tally => ({
	kept: 0,
	going: 0,
	archiving: 0,
	marked: 0,
	gone: 0,
	deletedCount: 0,
	deletedBytes: 0,
	deleted: [],
	failureCount: 0,
	refusedCount: 0,
	failures: [],
	storage: {restorePoints: 0, bytes: 0},
	shown: [],
});

/**
Counts a database that the sweep was in.
*/
export const countSettled = (tally: Tally, {planned: {verdicts}, work, marks, digest}: SettledDatabase): void => {
	const count = (wanted: Verdict['verdict']) => verdicts.filter(({verdict}) => verdict === wanted).length;
	const deleted = deletedArtifacts(work.gone);
	tally.kept += count('keep');
	tally.going += count('expire');
	tally.archiving += count('archive');
	tally.marked += marks.length;
	tally.gone += work.gone.length;
	tally.deletedCount += deleted.length;
	for (const {size} of deleted) {
		tally.deletedBytes += size;
	}

	tally.deleted.push(...deleted.slice(0, listedAtMost - tally.deleted.length));
	tally.failureCount += work.failures.length;
	tally.refusedCount += work.failures.filter(({isLocked}) => !isLocked).length;
	// What was refused is shown before what is only locked.
	const failures = [...tally.failures, ...work.failures];
	tally.failures.splice(0, Infinity, ...[...failures.filter(({isLocked}) => !isLocked), ...failures.filter(({isLocked}) => isLocked)].slice(0, listedAtMost));
	const unlocked = [tally.unlocked, firstRetry(work.failures)].filter(time => time !== undefined);
	if (unlocked.length > 0) {
		tally.unlocked = new Date(Math.min(...unlocked.map(time => time.getTime())));
	}

	const [going, staying] = [verdicts.filter(({verdict}) => verdict !== 'keep'), verdicts.filter(({verdict}) => verdict === 'keep')];
	tally.shown = firstShown([...tally.shown, ...[...going.slice(0, shownAtMost), ...staying.slice(0, shownAtMost)].map(verdict => toShown(verdict))]);
	countWaiting(tally, digest);
};

/**
Counts a database that there was no need to look at, or no time for.
*/
export const countUntouched = (tally: Tally, digest: DatabaseDigest | undefined, isArchiving: boolean): void => {
	if (!digest) {
		tally.storage = undefined;
		return;
	}

	tally.kept += digest.kept;
	tally[isArchiving ? 'archiving' : 'going'] += digest.going;
	tally.marked += digest.expiring;
	countWaiting(tally, digest);
};

/**
Takes over what an earlier sweep showed of databases that this one was not in.
*/
export const keepShown = (tally: Tally, shown: readonly ShownArtifact[], touched: ReadonlySet<string>): void => {
	tally.shown = firstShown([...tally.shown, ...shown.filter(({database}) => !touched.has(database))]);
};

/**
How many artifacts a sweep deleted or archived, where it did any.
*/
export const expiryOf = ({deletedCount}: Tally, now: Date): LastExpiry | undefined => deletedCount > 0 ? {time: now.toISOString(), count: deletedCount} : undefined;

/**
Takes over why some deletions were not begun, or ended early; what kept an earlier portion from its work is told before.
*/
export const countHindrance = (tally: Tally, {refusal, stopped, error}: Pick<DueWork, 'refusal' | 'stopped' | 'error'>): void => {
	Object.assign(tally, {
		...(refusal && {refusal: tally.refusal ?? refusal}), ...(stopped !== undefined && {stopped: tally.stopped ?? stopped}), ...(error && {error: tally.error ?? error}),
	});
};

const countWaiting = (tally: Tally, {graceFrom, nextAge, storage}: DatabaseDigest): void => {
	const first = (one: string | undefined, other: string | undefined) => [one, other].filter(time => time !== undefined).toSorted((some, others) => Date.parse(some) - Date.parse(others))[0];
	const last = (one: string | undefined, other: string | undefined) => [one, other].filter(time => time !== undefined).toSorted((some, others) => Date.parse(others) - Date.parse(some))[0];
	const earliest = {graceFrom: first(tally.graceFrom, graceFrom), nextAge: first(tally.nextAge, nextAge)};
	Object.assign(tally, Object.fromEntries(Object.entries(earliest).filter(([, time]) => time !== undefined)));
	if (tally.storage) {
		const [oldest, newest] = [first(tally.storage.oldest, storage.oldest), last(tally.storage.newest, storage.newest)];
		tally.storage = {
			restorePoints: tally.storage.restorePoints + storage.restorePoints, bytes: tally.storage.bytes + storage.bytes, ...(oldest && {oldest}), ...(newest && {newest}),
		};
	}
};

const toShown = ({artifact: {name, database, orderTime}, verdict, reason}: Verdict): ShownArtifact => ({
	name, database, verdict, reason, orderTime,
});

/** Those that go before those that stay, and the oldest first. */
const firstShown = (artifacts: readonly ShownArtifact[]): readonly ShownArtifact[] => artifacts
	.toSorted((one, other) => Number(one.verdict === 'keep') - Number(other.verdict === 'keep') || Date.parse(one.orderTime) - Date.parse(other.orderTime))
	.slice(0, shownAtMost);
