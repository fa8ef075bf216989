import test from 'ava';
import {avaResult} from '../../scripts/ava-result.ts';

test('the closing line counts what passed, failed and was skipped', t => {
	const lines = ['TAP version 13', 'ok 1 - one', '    ok in a comment', 'ok 2 - two # SKIP', 'not ok 3 - three'];
	t.deepEqual(avaResult(lines.slice(0, 3), 0), {closing: '1 passed, 0 failed', exitCode: 0});
	t.deepEqual(avaResult(lines, 1), {closing: '1 passed, 1 failed, 1 skipped', exitCode: 1});
	t.is(avaResult(lines, 0).exitCode, 1);
});

test('a run that broke off without a word has one failure', t => {
	t.deepEqual(avaResult(['ok 1 - one'], 7), {closing: 'The tests broke off with exit code 7, before any was reported as failed.\n1 passed, 1 failed', exitCode: 1});
});
