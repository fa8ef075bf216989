/*
Runs before `npm start` and `npm test`, with whatever Node the machine has: installs the dependencies when they are missing or older than the lock file. Plain JavaScript on Node's own modules, because nothing else is there yet.
*/
import {spawnSync} from 'node:child_process';
import {statSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import process from 'node:process';

const root = fileURLToPath(new URL('..', import.meta.url));

const modified = path => {
	try {
		return statSync(`${root}${path}`).mtimeMs;
	} catch {
		return undefined;
	}
};

const installed = modified('node_modules/.package-lock.json');
if (installed === undefined || installed < modified('package-lock.json')) {
	console.log('Installing dependencies (npm ci) …');
	// Npm warns that the system's Node is older than what some packages ask for; they run on the Node 24 that is installed with them.
	const {status} = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {cwd: root, stdio: 'inherit', shell: process.platform === 'win32'});
	if (status !== 0) {
		console.error('npm ci failed: is the npm registry reachable?');
		process.exitCode = status ?? 1;
	}
}
