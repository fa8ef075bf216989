import {execFileSync} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {collectAtGrowth} from '#shared/tight-heap.ts';

const mebibyte = 1024 * 1024;

/** A heap of which each collection leaves so many MiB. */
const heap = (used: number, left: number) => {
	const state = {used, collections: 0};
	const look = collectAtGrowth({
		collect() {
			state.collections++;
			state.used = left;
		},
		inUse: () => state.used * mebibyte,
	});
	return {state, look};
};

test('the garbage is collected once 4 MiB more are in use than the last collection left, and not before', t => {
	const {state, look} = heap(12, 10);
	for (const [used, collections] of [[14, 0], [16, 0], [16.1, 1], [13, 1], [14, 1], [14.1, 2]] as const) {
		state.used = used;
		look();
		t.is(state.collections, collections, `at ${used} MiB`);
	}
});

test('what V8 collected by itself counts from then on', t => {
	const {state, look} = heap(30, 10);
	for (const [used, collections] of [[20, 0], [24, 0], [24.1, 1]] as const) {
		state.used = used;
		look();
		t.is(state.collections, collections, `at ${used} MiB`);
	}
});

test('a large heap may grow by an eighth, so that its collections do not become all that is done', t => {
	const {state, look} = heap(160, 160);
	for (const [used, collections] of [[165, 0], [180, 0], [181, 1]] as const) {
		state.used = used;
		look();
		t.is(state.collections, collections, `at ${used} MiB`);
	}
});

test('a process that keeps its heap tight needs little more than what it holds', t => {
	const mebibytes = Number(execFileSync(process.execPath, [fileURLToPath(new URL('churn.ts', import.meta.url)), 'tight'], {encoding: 'utf8'}));
	t.true(mebibytes > 0 && mebibytes <= 14, `${mebibytes} MiB`);
});
