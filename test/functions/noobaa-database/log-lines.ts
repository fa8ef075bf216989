import {Writable} from 'node:stream';
import {pino} from 'pino';
import {type Log} from '#shared/log.ts';

/**
A log that collects its lines.
*/
export const listening = (lines: string[]): Log => pino({level: 'warn'}, new Writable({
	write(chunk, _encoding, done) {
		lines.push(String(chunk));
		done();
	},
}));
