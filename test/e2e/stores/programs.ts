import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {cacheFolder, makeOnce} from './cache.ts';
import {run} from './run.ts';

/**
A server that is built from its Go module.
*/
export type GoProgram = {readonly name: string; readonly module: string; readonly version: string};

/**
The file of a Go program, which is built by `go install` when this machine has not built this version yet.
*/
export const goProgram = async ({name, module, version}: GoProgram): Promise<string> => {
	const folder = path.join(cacheFolder(), 'programs', `${name}-${version}`);
	await makeOnce(folder, async empty => {
		await build('go', ['install', `${module}@${version}`], {
			what: `${name} ${version}`, GOBIN: empty, wayOut: 'install Go 1.26 or newer (https://go.dev/dl) so that `go` is in PATH',
		});
	});
	return path.join(folder, name);
};

/**
The Python of an environment with exactly the packages of a requirements file, which is made when this machine has none of that name yet. Its programs are run as modules (`-m`): their own files name the folder in which they were made.
*/
export const pythonWith = async (name: string, requirements: URL): Promise<string> => {
	const folder = path.join(cacheFolder(), 'programs', name);
	const python = process.platform === 'win32' ? 'python' : 'python3';
	const wayOut = 'install Python 3.10 or newer with its module venv (Debian: apt-get install python3-venv) so that `python3` is in PATH';
	await makeOnce(folder, async empty => {
		await build(python, ['-m', 'venv', path.join(empty, 'venv')], {what: name, wayOut});
		await build(path.join(empty, 'venv/bin/python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', fileURLToPath(requirements)], {what: name, wayOut});
	});
	return path.join(folder, 'venv/bin/python');
};

type Build = {readonly what: string; readonly wayOut: string; readonly GOBIN?: string};

const build = async (command: string, parameters: readonly string[], {what, wayOut, GOBIN}: Build): Promise<void> => {
	console.error(`Preparing ${what}, once on this machine: ${command} ${parameters.join(' ')}`);
	try {
		await run([command, ...parameters], GOBIN === undefined ? {} : {GOBIN});
	} catch (error) {
		const {code, stderr = ''} = error as {readonly code?: unknown; readonly stderr?: string};
		const reason = code === 'ENOENT' ? `there is no ${command} on this machine` : stderr.trim().split('\n').slice(-5).join('\n');
		throw new Error(`${what} cannot be prepared: ${reason}. To go on, ${wayOut}; the same suites run against the stand-ins without it, by npm test.`, {cause: error});
	}
};
