import {type ExpiringMark, type LastExpiry, type MissingMark} from '../catalogue/catalogue-index.ts';
import {
	foldedFiles, isFoldDue, nextIndex, writeIndex,
} from '../catalogue/fold.ts';
import {sweepKey} from '../catalogue/keys.ts';
import {type Catalogue} from '../catalogue/read.ts';
import {type SweepResult} from '../events/swept-parts.ts';
import {present} from '../present.ts';
import {type DueWork} from './delete-due.ts';
import {sameMarks} from './marks.ts';
import {type DeletedArtifact} from './sweep-outcome.ts';
import {type Verdict} from './plan.ts';
import {type SweepInput} from './sweep-input.ts';

export type Settled = {
	readonly verdicts: readonly Verdict[];
	readonly work: DueWork;
	/** What is marked to expire from now on. */
	readonly marks: readonly ExpiringMark[];
};

/**
Records what a sweep did, in the order that loses nothing: its full list, the events, and last the index that forgets the deleted artifacts. Then removes the files that two indexes hold. False when another sweep wrote its index first.
*/
export const settleSweep = async (input: SweepInput, catalogue: Catalogue, {settled, now}: {settled: Settled; now: Date}): Promise<boolean> => {
	const {work, marks} = settled;
	const hasNews = work.gone.length > 0 || work.failures.length > 0 || !sameMarks(marks, catalogue.index?.expiring ?? []);
	if (hasNews) {
		await tellSweep(input, settled, now);
	}

	const needsIndex = hasNews || work.absent.length + work.returned.length > 0 || isIndexAhead(catalogue, now) || isFoldDue(catalogue);
	const changes = {
		expiring: marks,
		missing: missingMarks(catalogue.index?.missing ?? [], work, now),
		deleted: work.gone.filter(verdict => !isMoved(verdict)).map(({artifact: {name, runID}}) => ({name, runID, deletedAt: now.toISOString()})),
		...present({lastExpiry: expiryOf(work, now)}),
		archivedInPlace: input.store.archiving.folder === undefined ? work.gone.filter(verdict => isMoved(verdict)).map(({artifact: {name}}) => name) : [],
	};
	const written = !needsIndex || await writeIndex(input.store, nextIndex(catalogue, changes, {writer: input.sweepID, now}));
	await tidy(input, catalogue);
	return written;
};

/**
Writes the whole list of a sweep to the directory, and announces it.
*/
export const tellSweep = async (input: SweepInput, settled: Settled, now: Date): Promise<void> => {
	await writeRecord(input, settled, now);
	await input.announce?.(sweepResult(input, settled));
};

/** Written by a clock that was ahead: another index, of the right time, lets sweeps delete again. */
const isIndexAhead = ({index}: Catalogue, now: Date): boolean => index !== undefined && Date.parse(index.writtenAt) > now.getTime();

/**
The whole list of a sweep, for people: `.neo4j-backup/sweeps/<id>.json`. A plan names every artifact, another sweep only those that go.
*/
const writeRecord = async ({store, sweepID, policy}: SweepInput, {verdicts, work}: Settled, now: Date): Promise<void> => {
	const isPlan = policy?.mode === 'Plan';
	await store.create(sweepKey(sweepID), JSON.stringify({
		version: 1,
		sweepID,
		endedAt: now.toISOString(),
		mode: isPlan ? 'Plan' : 'Enforce',
		policy,
		kept: verdicts.filter(({verdict}) => verdict === 'keep').length,
		artifacts: verdicts.filter(({verdict}) => isPlan || verdict !== 'keep').map(({artifact: {name, database, size}, chain, verdict, reason}) => ({
			name, database, size, chain, verdict, reason,
		})),
		deleted: deletedArtifacts(work),
		failures: work.failures,
	}));
};

/**
What a sweep did, as its events tell it.
*/
const sweepResult = ({sweepID, policy}: SweepInput, {verdicts, work, marks}: Settled): SweepResult => ({
	sweepID,
	mode: policy?.mode ?? 'Enforce',
	deleted: policy?.mode === 'Plan' ? verdicts.filter(({verdict}) => verdict !== 'keep').map(verdict => told(verdict)) : deletedArtifacts(work),
	kept: verdicts.filter(({verdict}) => verdict === 'keep').length,
	expired: marks.length,
	failures: work.failures.map(({name, reason}) => ({name, reason})),
});

/**
What a sweep deleted; not what was missing before and is only forgotten now.
*/
export const deletedArtifacts = ({gone}: DueWork): readonly DeletedArtifact[] => gone.filter(({artifact: {state}}) => state !== 'missing').map(verdict => told(verdict));

/**
How many artifacts a sweep deleted or archived, where it did any.
*/
export const expiryOf = (work: DueWork, now: Date): LastExpiry | undefined => {
	const count = deletedArtifacts(work).length;
	return count > 0 ? {time: now.toISOString(), count} : undefined;
};

/**
Whether what is gone was archived rather than deleted. Of what was missing there is nothing to archive: it is forgotten.
*/
export const isMoved = ({verdict, artifact: {state}}: Verdict): boolean => verdict === 'archive' && state !== 'missing';

const told = (verdict: Verdict): DeletedArtifact => {
	const {artifact: {name, database, size}, reason} = verdict;
	return {
		name, database, reason, size, ...(isMoved(verdict) && {archived: true}),
	};
};

const missingMarks = (before: readonly MissingMark[], {absent, returned, gone}: DueWork, now: Date): readonly MissingMark[] => {
	const dropped = new Set([...returned, ...gone.map(({artifact: {name}}) => name)]);
	return [...before.filter(({name}) => !dropped.has(name)), ...absent.map(name => ({name, since: now.toISOString()}))];
};

/** What cannot be removed stays and is read again or ignored; it is tried again by the next sweep. */
const tidy = async ({store, log, sweepID}: SweepInput, catalogue: Catalogue): Promise<void> => {
	const files = foldedFiles(catalogue);
	const failures = files.length === 0 ? [] : await store.delete(files);
	if (failures.length > 0) {
		log.info({sweep: sweepID, files: failures.length, reason: failures[0]!.message}, 'folded files of the catalogue could not be removed');
	}
};
