import process from 'node:process';
import {runSweepJob} from './sweep-job.ts';
import {createLog} from '#shared/log.ts';
import {keepHeapTight} from '#shared/tight-heap.ts';

keepHeapTight();
process.exitCode = await runSweepJob(process.env, {log: createLog('sweep'), localNow: () => new Date()});
