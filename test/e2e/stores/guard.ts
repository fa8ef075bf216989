#!/usr/bin/env node
/**
Runs a server for as long as whoever started this lives: `node guard.ts FOLDER COMMAND ARGUMENT…`. When its standard input ends, which also happens when that process is killed, the server is ended and FOLDER, where its data lies, is removed.
*/
import {spawn} from 'node:child_process';
import {rmSync} from 'node:fs';
import process from 'node:process';

const [folder = '', command = '', ...parameters] = process.argv.slice(2);
const server = spawn(command, parameters, {stdio: ['ignore', 'inherit', 'inherit'], detached: true});

// Ctrl-C reaches the whole group of processes; the one above us decides when we end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => undefined);
}

server.on('error', error => {
	console.error(`${command} could not be started: ${error.message}`);
	process.exitCode = 127;
});

server.on('close', (code, signal) => {
	rmSync(folder, {recursive: true, force: true});
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
