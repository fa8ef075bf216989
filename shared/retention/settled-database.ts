import {isDeepStrictEqual} from 'node:util';
import {type IndexedDatabase} from '../catalogue/catalogue-index.ts';
import {type DatabaseDigest} from '../catalogue/digest.ts';
import {freshRuns, type Directory} from '../catalogue/directory.ts';
import {isFoldDue, nextNumber, nextPart} from '../catalogue/fold.ts';
import {writePart, type ExpiringMark, type MissingMark} from '../catalogue/part.ts';
import {digestAfter, type Digesting} from './database-digest.ts';
import {isMoved} from './deleted-artifacts.ts';
import {type DueWork} from './delete-due.ts';
import {nextMarks, sameMarks} from './marks.ts';
import {type PlannedDatabase} from './planned-database.ts';
import {type SweepInput} from './sweep-input.ts';

/**
One database after the sweep was there.
*/
export type SettledDatabase = {
	readonly planned: PlannedDatabase;
	readonly work: DueWork;
	/** What is marked to expire from now on. */
	readonly marks: readonly ExpiringMark[];
	readonly digest: DatabaseDigest;
	/** Something was deleted, could not be, or is marked anew. */
	readonly hasNews: boolean;
	/** Its entry in the next index, where that has to change. */
	readonly entry?: IndexedDatabase;
};

type Settling = {readonly planned: PlannedDatabase; readonly work: DueWork; readonly now: Date};

/**
Writes the part of a database anew where the sweep changed something or manifests have to be folded; the index that names it is written later. A plan writes nothing.
*/
export const settleDatabase = async (input: SweepInput, directory: Directory, settling: Settling): Promise<SettledDatabase> => {
	const {planned, now} = settling;
	const {content} = planned;
	const work = {...settling.work, failures: [...planned.stayed, ...settling.work.failures]};
	const isPlan = input.policy?.mode === 'Plan';
	const marks = isPlan ? content.marks.expiring : marksAfter({planned, work, now});
	const hasChanged = !sameMarks(marks, content.marks.expiring);
	const digest = digestAfter(input, directory, {
		planned, work, marks, now,
	});
	const settled = {
		planned, work, marks, digest, hasNews: isPlan || hasChanged || work.gone.length + work.failures.length > 0,
	};
	if (isPlan) {
		return settled;
	}

	const before = directory.index?.databases.find(({name}) => name === content.database);
	if (hasChanged || needsPart(directory, content.database, work)) {
		return {...settled, entry: await writeEntry(input, directory, {...settled, before, now})};
	}

	return before && isWorthWriting(before.digest, digest, now) ? {...settled, entry: {...before, digest}} : settled;
};

const needsPart = (directory: Directory, database: string, {gone, absent, returned}: DueWork): boolean =>
	gone.length + absent.length + returned.length > 0
	|| directory.parts !== undefined
	|| (directory.fresh.has(database) && isFoldDue(directory));

type Writing = Digesting & {readonly digest: DatabaseDigest; readonly before: IndexedDatabase | undefined};

const writeEntry = async ({store}: SweepInput, directory: Directory, {planned: {content}, work, marks, digest, before, now}: Writing): Promise<IndexedDatabase> => {
	const part = nextPart(content, {
		expiring: marks,
		missing: missingMarks(content.marks.missing, work, now),
		deleted: work.gone.filter(verdict => !isMoved(verdict)).map(({artifact: {name, runID}}) => ({name, runID, deletedAt: now.toISOString()})),
		archivedInPlace: store.archiving.folder === undefined ? work.gone.filter(verdict => isMoved(verdict)).map(({artifact: {name}}) => name) : [],
	}, {directory, now});
	const key = await writePart(store, part, nextNumber(directory));
	return {
		name: content.database, key, runs: [...new Set([...before?.runs ?? [], ...freshRuns(directory, content.database)])], digest,
	};
};

/** What is only counted from another moment on says nothing new. */
const isWorthWriting = (before: DatabaseDigest | undefined, after: DatabaseDigest, now: Date): boolean =>
	before === undefined || Date.parse(before.lookAgain) <= now.getTime() || !isDeepStrictEqual({...before, lookAgain: ''}, {...after, lookAgain: ''});

const marksAfter = ({planned: {content, verdicts, doubtful}, work, now}: Settling): readonly ExpiringMark[] => {
	const {expiring} = content.marks;
	const gone = new Set(work.gone.map(({artifact: {name}}) => name));
	const unproven = new Set(work.isConfirmed ? work.lingering : doubtful.map(({artifact: {name}}) => name));
	return [...nextMarks(verdicts, expiring, now).filter(({name}) => !gone.has(name)), ...expiring.filter(({name}) => unproven.has(name))];
};

const missingMarks = (before: readonly MissingMark[], {absent, returned, gone}: DueWork, now: Date): readonly MissingMark[] => {
	const dropped = new Set([...returned, ...gone.map(({artifact: {name}}) => name)]);
	return [...before.filter(({name}) => !dropped.has(name)), ...absent.map(name => ({name, since: now.toISOString()}))];
};
