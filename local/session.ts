import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pino} from 'pino';
import {type Log} from '#shared/log.ts';

export type Session = {
	/** Folder for everything that lies on disk. */
	readonly state: string;
	/** Goes to the file `functions.log` in it. */
	readonly log: Log;
	/** Tells a line to the person who watches. */
	readonly tell: (line: string) => void;
	/** Aborted by Ctrl-C; a second one ends the process at once. */
	readonly stopped: AbortSignal;
};

/**
Lets a command run in a folder, which is gone at the end unless it was named, until it ends or is stopped.
*/
export const inSession = async (named: string | undefined, command: (session: Session) => Promise<number>): Promise<number> => {
	const stopper = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			stopper.abort();
		});
	}

	const state = named === undefined ? await mkdtemp(path.join(tmpdir(), 'neo4j-backup-')) : path.resolve(named);
	await mkdir(state, {recursive: true});
	try {
		const log = pino({level: 'info'}, pino.destination({dest: logFile(state), sync: true}));
		return await command({
			state, log, tell, stopped: stopper.signal,
		});
	} finally {
		if (named === undefined) {
			await rm(state, {recursive: true, force: true});
		}
	}
};

/**
Where the functions of a session write their log.
*/
export const logFile = (state: string): string => path.join(state, 'functions.log');

const tell = (line: string): void => {
	console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
};
