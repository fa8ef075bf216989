import test from 'ava';
import {oneAtATime} from '../../../functions/noobaa-database/one-at-a-time.ts';

/** Work that goes on until a test ends it. */
const gated = () => {
	const runs: Array<{readonly end: () => void; readonly fail: (error: Error) => void}> = [];
	return {
		runs,
		work: async () => new Promise<void>((resolve, reject) => {
			runs.push({end: resolve, fail: reject});
		}),
	};
};

test('what is asked for while work runs is done by one run after it, for all who asked', async t => {
	const look = oneAtATime();
	const {runs, work} = gated();
	const first = look('a', work);
	const others = [look('a', work), look('a', work), look('a', work)];
	t.is(runs.length, 1);
	runs[0]!.end();
	await first;
	await Promise.resolve();
	t.is(runs.length, 2);
	const late = look('a', work);
	runs[1]!.end();
	await Promise.all(others);
	t.is(runs.length, 3, 'who asks while the second runs gets a third');
	runs[2]!.end();
	await late;
	const again = look('a', work);
	t.is(runs.length, 4);
	runs[3]!.end();
	await again;
});

test('work on one key waits for no other', async t => {
	const look = oneAtATime();
	const {runs, work} = gated();
	const both = [look('a', work), look('b', work)];
	t.is(runs.length, 2);
	for (const {end} of runs) {
		end();
	}

	await Promise.all(both);
});

test('work that fails fails for those who asked for it, and keeps nobody else from the next', async t => {
	const look = oneAtATime();
	const {runs, work} = gated();
	const first = look('a', work);
	const second = look('a', work);
	runs[0]!.fail(new Error('no'));
	await t.throwsAsync(first, {message: 'no'});
	await Promise.resolve();
	runs[1]!.end();
	await t.notThrowsAsync(second);
});
