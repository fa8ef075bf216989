import {indexKey} from './keys.ts';
import {manifestOf, type RunManifest} from './manifest.ts';
import {readFields, type Fields} from './read-json.ts';

/**
An artifact that a sweep means to delete, and since when it has said so.
*/
export type ExpiringMark = {readonly name: string; readonly since: string; readonly reason: string};

/**
An artifact that a manifest names and a complete listing did not show, or showed with another size. It counts as gone, and is never deleted.
*/
export type MissingMark = {readonly name: string; readonly since: string};

/**
An artifact that a sweep deleted.
*/
export type Tombstone = {readonly name: string; readonly runID: string; readonly deletedAt: string};

/**
How many artifacts the last sweep that removed any deleted or archived, and when.
*/
export type LastExpiry = {readonly time: string; readonly count: number};

export type FoldedRun = {
	/** Number of the index that first held the run. Its manifest file may go when a later index holds it too. */
	readonly foldedIn: number;
	readonly manifest: RunManifest;
};

/**
Everything that was known when index `number` was written. An index is written once and never overwritten (decision D74).
*/
export type CatalogueIndex = {
	readonly version: 1;
	readonly number: number;
	readonly writtenAt: string;
	/** Id of the sweep that wrote it: two writers never write the same text. */
	readonly writer: string;
	readonly runs: readonly FoldedRun[];
	/** Runs of which nothing is left, remembered until their files are gone from the listing. */
	readonly goneRuns: readonly string[];
	readonly expiring: readonly ExpiringMark[];
	readonly missing: readonly MissingMark[];
	readonly deleted: readonly Tombstone[];
	/** Names of artifacts that got an archive class where they lie. */
	readonly archivedInPlace: readonly string[];
	/** Absent as long as none did. */
	readonly lastExpiry?: LastExpiry;
};

/**
Reads an index and proves each field. `number` is that of the file's name.
*/
export const parseIndex = (number: number, body: Uint8Array): CatalogueIndex => {
	const fields = readFields(indexKey(number), body);
	if (fields.count('number') !== number) {
		return fields.fail(`is not index ${number}`);
	}

	const lastExpiry = fields.optionalObject('lastExpiry');
	return {
		version: 1,
		number,
		writtenAt: fields.instant('writtenAt'),
		writer: fields.text('writer'),
		runs: fields.objects('runs').map(run => ({foldedIn: run.count('foldedIn'), manifest: manifestOf(run.object('manifest'))})),
		goneRuns: fields.texts('goneRuns'),
		expiring: fields.objects('expiring').map(mark => ({...named(mark), since: mark.instant('since'), reason: mark.text('reason')})),
		missing: fields.objects('missing').map(mark => ({...named(mark), since: mark.instant('since')})),
		deleted: fields.objects('deleted').map(mark => ({...named(mark), runID: mark.text('runID'), deletedAt: mark.instant('deletedAt')})),
		archivedInPlace: fields.optionalTexts('archivedInPlace') ?? [],
		...(lastExpiry && {lastExpiry: {time: lastExpiry.instant('time'), count: lastExpiry.count('count')}}),
	};
};

const named = (fields: Fields) => ({name: fields.text('name')});
