import test from 'ava';
import fc from 'fast-check';
import {jitterOffset} from '#shared/schedule/jitter.ts';

test('the offset is a whole second below the jitter, and the same each time', t => {
	fc.assert(fc.property(fc.uuid(), fc.integer({min: 1000, max: 86_400_000}), (uid, jitter) => {
		const offset = jitterOffset(uid, jitter);
		t.is(offset, jitterOffset(uid, jitter));
		t.true(offset >= 0 && offset < jitter && offset % 1000 === 0);
	}));
});

test('without jitter nothing is put off', t => {
	t.is(jitterOffset('a', 0), 0);
	t.is(jitterOffset('a', 999), 0);
});

test('a thousand CRs spread over the whole of ten minutes', t => {
	const minutes = new Map<number, number>();
	for (let index = 0; index < 1000; index++) {
		const minute = Math.floor(jitterOffset(`uid-${index}`, 600_000) / 60_000);
		minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
	}

	t.is(minutes.size, 10);
	t.true([...minutes.values()].every(count => count > 60 && count < 140));
});
