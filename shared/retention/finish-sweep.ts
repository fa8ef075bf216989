import {type IndexedDatabase} from '../catalogue/catalogue-index.ts';
import {
	databasesOf, freshRuns, readDatabase, type Directory,
} from '../catalogue/directory.ts';
import {
	foldedFiles, isFoldDue, nextIndex, nextNumber, nextPart, writeIndex,
} from '../catalogue/fold.ts';
import {writePart} from '../catalogue/part.ts';
import {StoreError} from '../stores/store.ts';
import {type SweepInput} from './sweep-input.ts';
import {
	countHindrance, countUntouched, expiryOf, keepShown, type Tally,
} from './tally.ts';
import {type sweepTeller} from './tell-sweep.ts';

/**
What a sweep has done with the databases, before the index says so.
*/
export type Finished = {
	readonly tally: Tally;
	readonly teller: ReturnType<typeof sweepTeller>;
	/** Entries that change in the index. */
	readonly entries: Map<string, IndexedDatabase>;
	/** Databases that the sweep was in. */
	readonly touched: Set<string>;
};

/**
Records what a sweep did, in the order that loses nothing: the rest of its list and of its events, and last the index that forgets the deleted artifacts. Then removes the files that two indexes hold, and pins that hold nothing any more. Whatever the store says from here on, what was deleted is told. Answers the count of all.
*/
export const finishSweep = async (input: SweepInput, directory: Directory, {tally, teller, entries, touched, now}: Finished & {now: Date}): Promise<Tally> => {
	const isPlan = input.policy?.mode === 'Plan';
	const digests = new Map(directory.index?.databases.map(({name, digest}) => [name, digest]));
	for (const database of databasesOf(directory).filter(name => !touched.has(name))) {
		countUntouched(tally, digests.get(database), input.policy?.deletePolicy === 'Archive');
	}

	keepShown(tally, directory.index?.shown ?? [], touched);
	try {
		await teller.end({kept: tally.kept, marked: tally.marked});
		if (!isPlan) {
			await writeNext(input, directory, {tally, entries, now});
			await tidy(input, directory);
		}
	} catch (error) {
		if (!(error instanceof StoreError)) {
			throw error;
		}

		countHindrance(tally, {error});
	}

	return tally;
};

const writeNext = async (input: SweepInput, directory: Directory, {tally, entries, now}: Pick<Finished, 'tally' | 'entries'> & {now: Date}): Promise<void> => {
	const {index, parts} = directory;
	// Written by a clock that was ahead: another index, of the right time, lets sweeps delete again.
	const isAhead = index !== undefined && Date.parse(index.writtenAt) > now.getTime();
	if (entries.size === 0 && !isAhead && !isFoldDue(directory)) {
		return;
	}

	// An index of the first version is taken apart as a whole or not at all.
	const rest = parts ? [...parts.keys()].filter(name => !entries.has(name)) : [];
	for (const database of rest) {
		const content = await readDatabase(input.store, directory, database);
		const key = await writePart(input.store, nextPart(content, {...content.marks, deleted: []}, {directory, now}), nextNumber(directory));
		entries.set(database, {name: database, key, runs: freshRuns(directory, database)});
	}

	const written = await writeIndex(input.store, nextIndex(directory, {
		databases: entries, shown: tally.shown, lastExpiry: expiryOf(tally, now), writer: input.sweepID, now,
	}));
	if (!written) {
		countHindrance(tally, {stopped: 'another sweep was faster to write the catalogue'});
	}
};

/** What cannot be removed stays and is read again or ignored; it is tried again by the next sweep. */
const tidy = async ({store, log, sweepID}: SweepInput, directory: Directory): Promise<void> => {
	const files = [...foldedFiles(directory), ...directory.expiredPins];
	const failures = files.length === 0 ? [] : await store.delete(files);
	if (failures.length > 0) {
		log.info({sweep: sweepID, files: failures.length, reason: failures[0]!.message}, 'files of the catalogue that nobody needs could not be removed');
	}
};
