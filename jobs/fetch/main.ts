import process from 'node:process';
import {runFetchJob} from './fetch-job.ts';
import {createLog} from '#shared/log.ts';

process.exitCode = await runFetchJob(process.env, {log: createLog('fetch')});
