import {spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {avaResult} from './ava-result.ts';

export type AvaRun = {
	/** The report, in TAP. */
	readonly lines: readonly string[];
	/** What it comes to: `12 passed, 0 failed, 1 skipped`, last of all. */
	readonly closing: string;
	readonly exitCode: number;
};

type Options = {
	readonly cwd: URL;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly signal?: AbortSignal;
	/** The command ends, and all that it started, when its standard input does: also when this process is killed. */
	readonly endsWithInput?: boolean;
};

/**
The command that runs AVA with a TAP report, with these files and options.
*/
export const avaCommand = (parameters: readonly string[]): readonly [string, ...string[]] => [process.execPath, path.join(import.meta.dirname, 'ava.mjs'), '--tap', ...parameters];

/**
Runs AVA by its command, and shows the tests that failed as they do.
*/
export const runAva = async ([program, ...parameters]: readonly [string, ...string[]], {endsWithInput = false, ...options}: Options): Promise<AvaRun> => {
	const lines: string[] = [];
	let failing = false;
	const ava = spawn(program, parameters, {...options, detached: endsWithInput, stdio: [endsWithInput ? 'pipe' : 'ignore', 'pipe', 'inherit']});
	options.signal?.addEventListener('abort', () => {
		ava.stdin?.destroy();
	});
	const ended = new Promise<number>(resolve => {
		ava.on('error', error => {
			if (!options.signal?.aborted) {
				console.error(`${program} could not be started: ${error.message}`);
			}

			resolve(1);
		});
		ava.on('close', code => {
			resolve(code ?? 1);
		});
	});

	for await (const line of createInterface({input: ava.stdout!})) {
		lines.push(line);
		// What belongs to a failed test is indented below its line.
		failing = /^\s/v.test(line) ? failing : /^(?:not ok|Bail out)/v.test(line);
		if (failing) {
			console.log(line);
		}
	}

	return {lines, ...avaResult(lines, await ended)};
};
