import {digestOf, type DatabaseDigest} from './digest.ts';
import {indexKey} from './keys.ts';
import {
	headOf, manifestOf, type RunHead, type RunManifest,
} from './manifest.ts';
import {marksOf, type DatabaseMarks} from './part.ts';
import {readFields, type Fields} from './read-json.ts';

export type FoldedRun = {
	/** Number of the index that first held the run. Its manifest file may go when a later index holds it too. */
	readonly foldedIn: number;
	readonly head: RunHead;
};

export type IndexedDatabase = {
	readonly name: string;
	/** Key of its part. */
	readonly key: string;
	/** Runs of which the part knows, while other parts of them are still to be written. */
	readonly runs: readonly string[];
	/** Absent where nobody planned for it yet. */
	readonly digest?: DatabaseDigest;
};

/**
An artifact of a plan that a status shows, with the time that orders them.
*/
export type ShownArtifact = {readonly name: string; readonly database: string; readonly verdict: 'keep' | 'expire' | 'archive'; readonly reason: string; readonly orderTime: string};

/**
How many artifacts the last sweep that removed any deleted or archived, and when.
*/
export type LastExpiry = {readonly time: string; readonly count: number};

/**
What was known when index `number` was written: the runs, and where the part of each database lies. An index is written once and never overwritten (decision D74).
*/
export type CatalogueIndex = {
	readonly number: number;
	readonly writtenAt: string;
	/** Id of the sweep that wrote it: two writers never write the same text. */
	readonly writer: string;
	/** Absent as long as no sweep removed anything. */
	readonly lastExpiry?: LastExpiry;
	/** Runs of the last weeks, and those whose files are still there. */
	readonly runs: readonly FoldedRun[];
	readonly databases: readonly IndexedDatabase[];
	/** Parts that the index before names and this one does not. */
	readonly replaced: readonly string[];
	/** The first artifacts of the plan. */
	readonly shown: readonly ShownArtifact[];
};

/**
An index of the first version, in which everything was in one file.
*/
export type SingleIndex = Pick<CatalogueIndex, 'number' | 'writtenAt' | 'writer' | 'lastExpiry'> & DatabaseMarks & {
	readonly runs: ReadonlyArray<{readonly foldedIn: number; readonly manifest: RunManifest}>;
	/** Runs of which nothing is left. */
	readonly goneRuns: readonly string[];
};

/**
Reads an index of either version and proves each field. `number` is that of the file's name.
*/
export const parseIndex = (number: number, body: Uint8Array): CatalogueIndex | SingleIndex => {
	const fields = readFields(indexKey(number), body, 2);
	if (fields.count('number') !== number) {
		return fields.fail(`is not index ${number}`);
	}

	const lastExpiry = fields.optionalObject('lastExpiry');
	const written = {
		number,
		writtenAt: fields.instant('writtenAt'),
		writer: fields.text('writer'),
		...(lastExpiry && {lastExpiry: {time: lastExpiry.instant('time'), count: lastExpiry.count('count')}}),
	};
	return fields.count('version') === 1
		? {
			...written,
			runs: fields.objects('runs').map(run => ({foldedIn: run.count('foldedIn'), manifest: manifestOf(run.object('manifest'))})),
			goneRuns: fields.texts('goneRuns'),
			...marksOf(fields),
		}
		: {
			...written,
			runs: fields.objects('runs').map(run => ({foldedIn: run.count('foldedIn'), head: headOf(run.object('head'))})),
			databases: fields.objects('databases').map(database => databaseOf(database)),
			replaced: fields.texts('replaced'),
			shown: fields.objects('shown').map(artifact => shownOf(artifact)),
		};
};

const databaseOf = (fields: Fields): IndexedDatabase => {
	const digest = fields.optionalObject('digest');
	return {
		name: fields.text('name'), key: fields.text('key'), runs: fields.texts('runs'), ...(digest && {digest: digestOf(digest)}),
	};
};

const shownOf = (fields: Fields): ShownArtifact => ({
	name: fields.text('name'), database: fields.text('database'), verdict: fields.oneOf('verdict', ['keep', 'expire', 'archive']), reason: fields.text('reason'), orderTime: fields.instant('orderTime'),
});
