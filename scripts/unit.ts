/**
`npm run unit [-- FILES AND OPTIONS OF AVA]`: runs the tests, shows what failed, and leaves all results in `.results/` for `npm run contract`.
*/
import {spawn} from 'node:child_process';
import {mkdir, writeFile} from 'node:fs/promises';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {unitResult} from './unit-result.ts';

const root = new URL('..', import.meta.url);
const lines: string[] = [];
let failing = false;

// Each file of tests is a thread of its own that loads the same modules.
const compileCache = fileURLToPath(new URL('node_modules/.cache/compile', root));
const ava = spawn(process.execPath, [fileURLToPath(new URL('scripts/ava.mjs', root)), '--tap', ...process.argv.slice(2)], {
	cwd: root, env: {...process.env, NODE_COMPILE_CACHE: compileCache}, stdio: ['ignore', 'pipe', 'inherit'],
});

for await (const line of createInterface({input: ava.stdout})) {
	lines.push(line);
	// What belongs to a failed test is indented below its line.
	failing = /^\s/v.test(line) ? failing : /^(?:not ok|Bail out)/v.test(line);
	if (failing) {
		console.log(line);
	}
}

const code = await new Promise<number>(resolve => {
	if (ava.exitCode !== null) {
		resolve(ava.exitCode);
	}

	ava.on('close', status => {
		resolve(status ?? 1);
	});
});

// A part of the tests proves only a part of the contract: the results of the whole are kept.
if (process.argv.length === 2) {
	await mkdir(new URL('.results/', root), {recursive: true});
	await writeFile(new URL('.results/unit.tap', root), `${lines.join('\n')}\n`);
}

const {closing, exitCode} = unitResult(lines, code);
console.log(closing);
process.exitCode = exitCode;
