import {Buffer} from 'node:buffer';
import {type RetentionSwept} from './catalogue.ts';

/**
What intermediaries must forward is 64 KiB for the whole event (CloudEvents 1.0, "Size Limits"); 4 KiB are left for its attributes.
*/
const maximumDataBytes = 60 * 1024;

type Deleted = Readonly<RetentionSwept['deleted'][number]>;
type Failure = Readonly<RetentionSwept['failures'][number]>;
type Entry = {readonly deleted: Deleted} | {readonly failure: Failure};

export type SweepResult = Readonly<Omit<RetentionSwept, 'part' | 'parts' | 'deleted' | 'failures'>> & {
	readonly deleted: readonly Deleted[];
	readonly failures: readonly Failure[];
};

/**
The result of a sweep as data of as many events as it takes, each within what a broker must forward; one, when there is nothing to list. Together the parts list everything once and in order.
*/
export const splitSwept = ({deleted, failures, ...rest}: SweepResult): readonly RetentionSwept[] => {
	const room = maximumDataBytes - bytesOf({
		...rest, part: 1_000_000, parts: 1_000_000, deleted: [], failures: [],
	});
	const parts = chunk([...deleted.map(entry => ({deleted: entry})), ...failures.map(entry => ({failure: entry}))], room);
	return parts.map((entries, index) => ({
		...rest,
		part: index + 1,
		parts: parts.length,
		deleted: entries.flatMap(entry => 'deleted' in entry ? [entry.deleted] : []),
		failures: entries.flatMap(entry => 'failure' in entry ? [entry.failure] : []),
	}));
};

const chunk = (entries: readonly Entry[], room: number): Entry[][] => {
	const chunks: Entry[][] = [[]];
	let left = room;
	for (const entry of entries) {
		const size = bytesOf(Object.values(entry)[0]) + 1;
		if (size > left) {
			chunks.push([]);
			left = room;
		}

		chunks.at(-1)!.push(entry);
		left -= size;
	}

	return chunks;
};

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
