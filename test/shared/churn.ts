/**
A process that holds a few megabytes, each for a while, over and over: it prints how many MiB of heap were in use at most, beyond what was at the start. With `tight` it keeps its heap tight.
*/
import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import {getHeapStatistics} from 'node:v8';
import {keepHeapTight} from '#shared/tight-heap.ts';

if (process.argv[2] === 'tight') {
	keepHeapTight();
}

const inUse = (): number => getHeapStatistics().used_heap_size;
const start = inUse();
let most = 0;
const held: unknown[] = [];
for (let turn = 0; turn < 400; turn++) {
	held.push(Array.from({length: 10_000}, (_, number) => ({number, turn})));
	if (held.length > 8) {
		held.shift();
	}

	most = Math.max(most, inUse() - start);
	await setImmediate();
}

console.log((most / 1024 / 1024).toFixed(0));
