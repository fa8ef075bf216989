import process from 'node:process';
import {runContainer} from '../container.ts';
import {gather} from './gather.ts';

process.exitCode = await runContainer(process.env, gather);
