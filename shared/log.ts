import {pino, type Logger} from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/**
A logger that writes one JSON line per entry to standard output. Fields first, then a sentence in lower case; never a secret in either.
*/
export const createLog = (name: string, level = 'info'): Logger => pino({name, level, base: {name}});

/**
A logger that says nothing.
*/
export const silentLog = (): Logger => pino({level: 'silent'});
