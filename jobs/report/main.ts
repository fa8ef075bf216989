import process from 'node:process';
import {runContainer} from '../container.ts';
import {report} from './report.ts';

process.exitCode = await runContainer(process.env, report);
