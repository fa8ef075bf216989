import {type JobDependencies} from './settle-runs.ts';
import {readDependencies, type FunctionDependencies} from '#shared/events/function-dependencies.ts';
import {type Log} from '#shared/log.ts';

/**
What job-completed is told in its environment: nothing beyond what every function is told.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): JobDependencies & FunctionDependencies => readDependencies(environment, log);
