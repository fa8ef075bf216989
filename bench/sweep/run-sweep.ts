/**
One sweep in a process of its own: `node run-sweep.ts JSON`. It prints how long it took, what came of it, and the most memory that the process had.
*/
import process from 'node:process';
import {type SweepOrder, type SweepReport} from './orders.ts';
import {sweepOf} from '#test/shared/retention/large-directory.ts';
import {madeUpStore} from '#test/shared/retention/made-up-store.ts';
import {keepHeapTight} from '#shared/tight-heap.ts';
import {sweep} from '#shared/retention/sweep.ts';
import {openStore} from '#shared/stores/open.ts';

keepHeapTight();
const order = JSON.parse(process.argv[2]!) as SweepOrder;
const {place, size} = order;
const store = 'folder' in place ? await madeUpStore(place.folder, size, {now: new Date(place.now)}) : await openStore(place.location, place.credentials);
const begin = performance.now();
const outcome = await sweep({
	...sweepOf(size), store, sweepID: '20260101000000-0000abcd', announce: async () => undefined,
});
const report: SweepReport = {
	milliseconds: performance.now() - begin, reason: outcome.reason, message: outcome.message, deleted: outcome.deletedCount, peakKiB: process.resourceUsage().maxRSS,
};
await store.close();
console.log(JSON.stringify(report));
