import process from 'node:process';
import {runSweepJob} from './sweep-job.ts';
import {createLog} from '#shared/log.ts';

process.exitCode = await runSweepJob(process.env, {log: createLog('sweep'), localNow: () => new Date()});
