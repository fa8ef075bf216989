import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

export type AvaRun = {
	/** The report, in TAP. */
	readonly lines: readonly string[];
	/** What it comes to in a line: `12 passed, 0 failed, 1 skipped`. */
	readonly summary: string;
	readonly exitCode: number;
};

type Options = {readonly cwd: URL; readonly env: Readonly<Record<string, string | undefined>>; readonly signal?: AbortSignal};

/**
Runs AVA by a command that asks it for TAP, and shows the tests that failed as they do.
*/
export const runAva = async ([program, ...parameters]: readonly [string, ...string[]], options: Options): Promise<AvaRun> => {
	const lines: string[] = [];
	let failing = false;
	const ava = spawn(program, parameters, {...options, stdio: ['ignore', 'pipe', 'inherit']});
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

	for await (const line of createInterface({input: ava.stdout})) {
		lines.push(line);
		// What belongs to a failed test is indented below its line.
		failing = /^\s/v.test(line) ? failing : /^(?:not ok|Bail out)/v.test(line);
		if (failing) {
			console.log(line);
		}
	}

	const code = await ended;
	const {failed, summary} = countTests(lines);
	return {lines, summary, exitCode: code === 0 && failed > 0 ? 1 : code};
};

/**
How many tests passed, failed and were skipped, by the lines of a TAP report.
*/
export const countTests = (lines: readonly string[]): {readonly failed: number; readonly summary: string} => {
	const count = (pattern: RegExp): number => lines.filter(line => pattern.test(line)).length;
	const skipped = count(/^ok .*# (?:SKIP|TODO)/iv);
	const failed = count(/^not ok /v);
	return {failed, summary: `${count(/^ok /v) - skipped} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`};
};
