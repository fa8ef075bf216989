import {PerformanceObserver} from 'node:perf_hooks';
import {getHeapStatistics, setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

const mebibyte = 1024 * 1024;

/** What may gather before the garbage is collected: so many bytes, or of a large heap such a part of what is in use. */
const leastRoom = 4 * mebibyte;
const partOfUse = 8;

/**
Has the garbage collected whenever a little of it may have gathered: a sweep needs the same few dozen megabytes over and over, and its Pod has a limit.

Told to collect as early (`--heap-growing-percent`), V8 begins early, but marks beside the work, and lets the work add up to 32 MiB before it stops it, the more the busier the processor is; and it keeps the pages of that for later (ADR 33). Here it is looked after one of its collections of young objects, and stops the work for some milliseconds.
*/
export const keepHeapTight = (): void => {
	setFlagsFromString('--semi-space-growth-factor=1');
	// V8's own turn comes only where a single stretch of work makes very much.
	setFlagsFromString('--heap-growing-percent=100');
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const look = collectAtGrowth({collect, inUse: bytesInUse});
	new PerformanceObserver(look).observe({entryTypes: ['gc']});
};

/** The heap, and what lies beside it for the heap's objects, as bodies of answers do. */
const bytesInUse = (): number => {
	const {used_heap_size: heap, external_memory: external} = getHeapStatistics();
	return heap + external;
};

/**
Looks how much is in use, and collects once that is more by 4 MiB, or an eighth, than the least since the last collection.
*/
export const collectAtGrowth = ({collect, inUse}: {readonly collect: () => void; readonly inUse: () => number}): (() => void) => {
	let least = inUse();
	return () => {
		least = Math.min(least, inUse());
		if (inUse() - least > Math.max(leastRoom, least / partOfUse)) {
			collect();
			least = inUse();
		}
	};
};
