import {Buffer} from 'node:buffer';
import test from 'ava';
import {decodeSummary, encodeSummary, type RunSummary} from '#shared/runs/summary.ts';

const summary = (count: number, message = 'fine'): RunSummary => ({
	runID: '20261121020000-0a1b2c3d',
	outcome: 'partial',
	message,
	artifactCount: count,
	bytes: count * 1000,
	artifacts: Array.from({length: count}, (_, index) => ({
		name: `${'d'.repeat(60)}${index}-2026-11-21T02-00-00.backup`, database: `${'d'.repeat(60)}${index}`, size: 1000, full: true,
	})),
	missing: Array.from({length: count}, (_, index) => `${'m'.repeat(60)}${index}`),
	missingCount: count,
	fullCount: count,
});

test('a summary of 200 databases with the longest names stays within 4 KiB, and its counts stay true', t => {
	const text = encodeSummary(summary(200, 'ü'.repeat(5000)));
	t.true(Buffer.byteLength(text) <= 4096);
	t.like(decodeSummary(text), {artifactCount: 200, bytes: 200_000, missingCount: 200});
});

test('a small summary comes back whole', t => {
	t.deepEqual(decodeSummary(encodeSummary(summary(2))), summary(2));
});

for (const [what, text] of [['nothing', undefined], ['an empty text', ''], ['text that is no JSON', 'killed'], ['a summary cut short', '{"runID":"x","outcome":"succ'], ['JSON of somebody else', '{"a":1}']] as const) {
	test(`${what} is no summary`, t => {
		t.is(decodeSummary(text), undefined);
	});
}
