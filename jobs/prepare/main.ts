import process from 'node:process';
import {runContainer} from '../container.ts';
import {prepare} from './prepare.ts';

process.exitCode = await runContainer(process.env, prepare);
