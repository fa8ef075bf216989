/**
`npm run unit [-- FILES AND OPTIONS OF AVA]`: runs the tests, shows what failed, and leaves all results in `.results/` for `npm run contract`.
*/
import {mkdir, writeFile} from 'node:fs/promises';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {avaCommand, runAva} from './run-ava.ts';

const root = new URL('..', import.meta.url);

// Each file of tests is a thread of its own that loads the same modules.
const compileCache = fileURLToPath(new URL('node_modules/.cache/compile', root));
const {lines, closing, exitCode} = await runAva(avaCommand(process.argv.slice(2)), {cwd: root, env: {...process.env, NODE_COMPILE_CACHE: compileCache}});

// A part of the tests proves only a part of the contract: the results of the whole are kept.
if (process.argv.length === 2) {
	await mkdir(new URL('.results/', root), {recursive: true});
	await writeFile(new URL('.results/unit.tap', root), `${lines.join('\n')}\n`);
}

console.log(closing);
process.exitCode = exitCode;
