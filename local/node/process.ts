import {spawn} from 'node:child_process';
import {open} from 'node:fs/promises';
import process from 'node:process';
import {constants} from 'node:os';
import {toError} from '#shared/errors.ts';

export type ProcessSpec = {
	readonly argv: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly folder: string;
	/** The file that takes both outputs. */
	readonly log: string;
};

export type Exit = {readonly exitCode: number; readonly signal?: number; readonly startError?: string};

export type RunningProcess = {
	readonly exited: Promise<Exit>;
	/** Asks the process to end (SIGTERM, as for process 1 of a container), and ends it and its children when the grace is over. */
	readonly kill: (graceMs: number) => void;
};

/**
Starts a process in a process group of its own, with both outputs in one file, so that they keep their order. When it exits, what it left behind in its group is ended too, as the end of a container ends all its processes. A command that cannot be started exits with 128, one ended by a signal with 128 plus its number.
*/
export const startProcess = async ({argv, environment, folder, log}: ProcessSpec): Promise<RunningProcess> => {
	const output = await open(log, 'a');
	const [command = '', ...parameters] = argv;
	const child = spawn(command, parameters, {
		cwd: folder, env: environment, detached: true, stdio: ['ignore', output.fd, output.fd],
	});
	const exited = Promise.withResolvers<Exit>();
	child.once('error', error => {
		exited.resolve({exitCode: 128, startError: `exec: "${command}": ${toError(error).message}`});
	});
	child.once('exit', (code, signal) => {
		signalGroup(child.pid, 'SIGKILL');
		const number = signal ? constants.signals[signal] : undefined;
		exited.resolve(number === undefined ? {exitCode: code ?? 0} : {exitCode: 128 + number, signal: number});
	});
	await output.close();

	return {
		exited: exited.promise,
		kill(graceMs) {
			child.kill('SIGTERM');
			const timer = setTimeout(() => {
				signalGroup(child.pid, 'SIGKILL');
			}, graceMs);
			void exited.promise.then(() => {
				clearTimeout(timer);
			});
		},
	};
};

const signalGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
	try {
		if (pid !== undefined) {
			process.kill(-pid, signal);
		}
	} catch {
		// The group is gone already.
	}
};
