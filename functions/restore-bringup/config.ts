import {type BringUpDependencies} from './deps.ts';
import {readDependencies, type FunctionDependencies} from '#shared/events/function-dependencies.ts';
import {type Log} from '#shared/log.ts';

/**
What restore-bringup is told in its environment: nothing beyond what every function is told.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): BringUpDependencies & FunctionDependencies => readDependencies(environment, log);
