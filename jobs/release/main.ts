import process from 'node:process';
import {runReleaseJob} from './release-job.ts';
import {createLog} from '#shared/log.ts';

process.exitCode = await runReleaseJob(process.env, {log: createLog('release')});
