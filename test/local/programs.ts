import {execFile, spawn, spawnSync} from 'node:child_process';
import {setTimeout as wait} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {toError} from '#shared/errors.ts';

type Options = {readonly env: NodeJS.ProcessEnv; readonly cwd?: string};

/**
Whether this machine has kubectl, which the tests can do without.
*/
export const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/**
Runs a program to its end and answers its output; an error when it fails.
*/
export const run = async (program: string, words: readonly string[], options: Options): Promise<string> => new Promise((resolve, reject) => {
	execFile(program, words, options, (error, output) => {
		if (error) {
			reject(toError(error));
		} else {
			resolve(output);
		}
	});
});

/**
Starts a program whose output is read while it runs, and which is gone after the test.
*/
export const start = (t: ExecutionContext, program: string, words: readonly string[], options: Options) => {
	const child = spawn(program, words, {...options, stdio: ['ignore', 'pipe', 'inherit']});
	t.teardown(() => {
		child.kill('SIGKILL');
	});
	let text = '';
	child.stdout.setEncoding('utf8');
	child.stdout.on('data', (chunk: string) => {
		text += chunk;
	});
	return {
		child,
		text: () => text,
		/** The output so far, once it matches or the program has ended. */
		async says(pattern: RegExp): Promise<string> {
			while (!pattern.test(text) && child.exitCode === null) {
				await wait(100);
			}

			return text;
		},
	};
};
