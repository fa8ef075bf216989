import {runProgram} from '../../cli/program.ts';

export type Ran = {readonly code: number; readonly output: string; readonly errors: string};

type Seen = {readonly isTerminal?: boolean; readonly now?: Date; readonly environment?: NodeJS.ProcessEnv};

/**
Runs the command line as a person would, who looks on only if `isTerminal`.
*/
export const runCommandLine = async (words: readonly string[], {isTerminal = false, now = new Date('2026-11-01T00:00:00Z'), environment = {}}: Seen = {}): Promise<Ran> => {
	const output: string[] = [];
	const errors: string[] = [];
	const code = await runProgram(words, {
		write(text) {
			output.push(text);
		},
		tell(text) {
			errors.push(text);
		},
		isTerminal,
		now: () => now,
		environment,
	});
	return {code, output: output.join(''), errors: errors.join('')};
};
