#!/usr/bin/env node
/**
Runs a server, or another command, for as long as whoever started this lives: `node guard.ts FOLDER COMMAND ARGUMENT…`. When its standard input ends, which also happens when that process is killed, the server is ended and FOLDER, where its data lies, is removed.
*/
import {spawn} from 'node:child_process';
import {
	existsSync, readdirSync, readFileSync, rmSync,
} from 'node:fs';
import process from 'node:process';

const [folder = '', command = '', ...parameters] = process.argv.slice(2);
const server = spawn(command, parameters, {stdio: ['ignore', 'inherit', 'inherit'], detached: true});

// Ctrl-C reaches the whole group of processes; the one above us decides when we end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => undefined);
}

/** Ends whoever else has the folder for temporary files, as a browser in a group of its own has: it would write there again. Answers whether there was one. */
const endOthers = (): boolean => {
	let found = false;
	for (const pid of existsSync('/proc/self/environ') ? readdirSync('/proc').filter(name => /^\d+$/v.test(name)).map(Number) : []) {
		try {
			if (pid !== process.pid && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TMPDIR=${folder}`)) {
				found = true;
				process.kill(pid, 'SIGKILL');
			}
		} catch {
			// It has ended, or is another user's.
		}
	}

	return found;
};

server.on('error', error => {
	console.error(`${command} could not be started: ${error.message}`);
	process.exitCode = 127;
});

server.on('close', (code, signal) => {
	while (endOthers()) {
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
	}

	// Guards of others may be removing what is theirs.
	rmSync(folder, {recursive: true, force: true, maxRetries: 20});
	process.exit(process.exitCode ?? code ?? (signal === 'SIGKILL' ? 0 : 1));
});

process.stdin.on('close', () => {
	if (server.pid === undefined) {
		process.exit();
	}

	// Its own group: a server may have processes below it.
	process.kill(-server.pid, 'SIGKILL');
});
process.stdin.resume();
