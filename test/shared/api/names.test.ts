import test from 'ava';
import fc from 'fast-check';
import {
	backupJobName, childName, compactTime, runID, scheduledRunID, shortHash,
} from '#shared/api/names.ts';

const instant = new Date('2026-11-21T02:00:00Z');
// eslint-disable-next-line require-unicode-regexp -- fast-check cannot generate for the flag v
const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/u);

test('a scheduled Job is named after its CR and its instant in UTC', t => {
	t.is(backupJobName('daily', instant), 'daily-backup-20261121020000');
	t.is(backupJobName('daily'), 'daily-backup');
	t.is(compactTime(new Date('2026-01-02T03:04:05.678Z')), '20260102030405');
});

test('names of children are valid, at most 63 characters long, and tell CRs apart that differ anywhere', t => {
	fc.assert(fc.property(label, label, (one, other) => {
		const names = [one, other].map(name => backupJobName(name, instant));
		for (const name of names) {
			t.regex(name, /^[a-z0-9](?:[a-z0-9.\-]*[a-z0-9])?$/v);
			t.true(name.length <= 63);
		}

		return one === other || names[0] !== names[1];
	}));
	const [a, b] = ['a', 'b'].map(last => backupJobName(`${'x'.repeat(62)}${last}`, instant));
	t.not(a, b);
});

test('a short name is kept as it is', t => {
	t.is(childName('daily', 'backup-storage'), 'daily-backup-storage');
});

test('a run id follows from its cause alone, and another cause gives another', t => {
	t.is(scheduledRunID('uid', instant), scheduledRunID('uid', instant));
	t.not(scheduledRunID('uid', instant), scheduledRunID('other', instant));
	t.not(runID('uid', instant, 'run-now a'), runID('uid', instant, 'run-now b'));
	t.regex(runID('uid', instant, 'run-now a'), /^20261121020000-[\da-f]{8}$/v);
});

test('a hash tells parts apart that read the same when joined', t => {
	t.not(shortHash('ab', 'c'), shortHash('a', 'bc'));
});
