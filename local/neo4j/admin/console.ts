import {type Version} from './version.ts';

/**
What a command is run with, read once in `main.ts`.
*/
export type Context = {
	readonly version: Version;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** The clock: `FAKE_TIME` (RFC3339) stands still, else the machine's. */
	readonly now: () => Date;
	/** Writes a line to standard output. */
	readonly print: (line: string) => void;
	/** Writes a line to standard error. */
	readonly printError: (line: string) => void;
};

export type Log = {
	readonly info: (message: string) => void;
	readonly error: (message: string) => void;
	/** With `--verbose` only. */
	readonly debug: (message: string) => void;
};

/**
Log lines as neo4j-admin writes them. The name of the class moved between versions; nobody may read it.
*/
export const createLog = ({version, now, print}: Context, verbose: boolean): Log => {
	const source = version.major === 5 ? 'c.n.b.v.b.BackupOutputMonitor' : 'c.n.b.b.BackupOutputMonitor';
	const write = (level: string, message: string): void => {
		print(`${now().toISOString().replace('T', ' ').replace('Z', '+0000')} ${level} [${source}] ${message}`);
	};

	return {
		info(message) {
			write('INFO ', message);
		},
		error(message) {
			write('ERROR', message);
		},
		debug(message) {
			if (verbose) {
				write('DEBUG', message);
			}
		},
	};
};
