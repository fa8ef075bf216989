import {Buffer} from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import {splitSwept} from '#shared/events/swept-parts.ts';

const rest = {
	sweepID: 'sweep-1', mode: 'Enforce', kept: 7, expired: 3,
} as const;
const deletion = (index: number) => ({
	name: `neo4j-${index}.backup`, database: 'neo4j', reason: 'older than 30d', size: index,
});

test('a sweep without a deletion is one event', t => {
	t.deepEqual(splitSwept({...rest, deleted: [], failures: []}), [{
		...rest, part: 1, parts: 1, deleted: [], failures: [],
	}]);
});

test('a small sweep is one event', t => {
	const result = {...rest, deleted: [deletion(1)], failures: [{name: 'a', reason: 'Locked'}]};
	t.deepEqual(splitSwept(result), [{...result, part: 1, parts: 1}]);
});

test('ten thousand deletions come in numbered parts of at most 60 KiB of data', t => {
	const parts = splitSwept({...rest, deleted: Array.from({length: 10_000}, (_, index) => deletion(index)), failures: []});
	t.true(parts.length > 10 && parts.length < 20);
	t.true(parts.every(part => Buffer.byteLength(JSON.stringify(part)) <= 60 * 1024));
	t.deepEqual(parts.map(part => part.part), parts.map((_, index) => index + 1));
});

test('however many there are and however long their names, the parts list everything once and in order, none too large', t => {
	const text = fc.string({unit: 'grapheme', maxLength: 400});
	const deleted = fc.array(fc.record({
		name: text, database: text, reason: text, size: fc.nat(),
	}), {size: 'xlarge', maxLength: 300});
	const failures = fc.array(fc.record({name: text, reason: text}), {maxLength: 50});
	t.notThrows(() => {
		fc.assert(fc.property(deleted, failures, (gone, stayed) => {
			const parts = splitSwept({...rest, deleted: gone, failures: stayed});
			return JSON.stringify(parts.flatMap(part => part.deleted)) === JSON.stringify(gone)
				&& JSON.stringify(parts.flatMap(part => part.failures)) === JSON.stringify(stayed)
				&& parts.every(part => part.parts === parts.length && Buffer.byteLength(JSON.stringify(part)) <= 60 * 1024);
		}), {numRuns: 30});
	});
});
