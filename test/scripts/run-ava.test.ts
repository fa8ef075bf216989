import test from 'ava';
import {countTests} from '../../scripts/run-ava.ts';

test('skipped tests and those to do count neither as passed nor as failed', t => {
	const {summary, failed} = countTests(['TAP version 13', 'ok 1 - one', 'not ok 2 - two', '  not ok of an inner report', 'ok 3 - three # SKIP', 'ok 4 - four # TODO', '1..4']);
	t.is(summary, '1 passed, 1 failed, 2 skipped');
	t.is(failed, 1);
});

test('nothing is said of skipped tests when there are none', t => {
	t.is(countTests(['ok 1 - one']).summary, '1 passed, 0 failed');
});
