import {type DatabaseDependencies} from './deps.ts';
import {readDependencies, type FunctionDependencies} from '#shared/events/function-dependencies.ts';
import {type Log} from '#shared/log.ts';

/**
What noobaa-database is told in its environment: nothing beyond what every function is told.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): DatabaseDependencies & FunctionDependencies => readDependencies(environment, log);
