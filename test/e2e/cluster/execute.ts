import {execFile, type ExecFileOptions} from 'node:child_process';

/**
Runs a program to its end, and gives what it said. Throws with what it said of its failure.
*/
export const execute = async (program: string, parameters: readonly string[], options: ExecFileOptions = {}): Promise<string> => new Promise((resolve, reject) => {
	execFile(program, parameters, {...options, encoding: 'utf8', maxBuffer: 2 ** 26}, (error, stdout, stderr) => {
		if (error) {
			reject(new Error(`${program} ${parameters[0] ?? ''} failed: ${stderr.trim() || error.message}`, {cause: error}));
		} else {
			resolve(stdout);
		}
	});
});
