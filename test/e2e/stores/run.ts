import {execFile} from 'node:child_process';
import process from 'node:process';

/**
Runs a program to its end and answers what it printed. It fails with its exit code in `code` (`ENOENT`: there is no such program) and its complaints in `stderr`.
*/
export const run = async ([command = '', ...parameters]: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> => new Promise((resolve, reject) => {
	execFile(command, parameters, {env: {...process.env, ...environment}, maxBuffer: 64 * 1024 * 1024}, (error, stdout, stderr) => {
		if (error) {
			reject(Object.assign(new Error(error.message, {cause: error}), {code: error.code, stderr}));
		} else {
			resolve(stdout);
		}
	});
});
