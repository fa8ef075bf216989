import {type TickDependencies} from './deps.ts';
import {readDependencies, type FunctionDependencies} from '#shared/events/function-dependencies.ts';
import {type Log} from '#shared/log.ts';

/**
What schedule-tick is told in its environment: `SCAN_NOOBAA`, which the component for NooBaa sets to `true`.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): TickDependencies & FunctionDependencies => ({...readDependencies(environment, log), scansNooBaas: environment['SCAN_NOOBAA'] === 'true'});
