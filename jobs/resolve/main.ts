import process from 'node:process';
import {runResolveJob} from './resolve-job.ts';
import {createLog} from '#shared/log.ts';

process.exitCode = await runResolveJob(process.env, {log: createLog('resolve')});
