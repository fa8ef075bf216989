/**
`npm run unit [-- FILES AND OPTIONS OF AVA]`, `npm run system …`: runs these tests, shows what failed, and leaves all results in `.results/` for `npm run contract`.
*/
import {mkdir, writeFile} from 'node:fs/promises';
import {availableParallelism} from 'node:os';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {avaCommand, runAva} from './run-ava.ts';

const root = new URL('..', import.meta.url);
const [name = 'unit', ...parameters] = process.argv.slice(2);
// The tests of `npm run unit` are those that ava finds by itself.
const configuration = name === 'unit' ? [] : ['--config', `${name}.config.js`];

// Each file of tests is a thread of its own that loads the same modules. One more of them than the machine has cores, since some always wait for a server.
const compileCache = fileURLToPath(new URL('node_modules/.cache/compile', root));
const {lines, closing, exitCode} = await runAva(avaCommand([`--concurrency=${availableParallelism() + 1}`, ...configuration, ...parameters]), {cwd: root, env: {...process.env, NODE_COMPILE_CACHE: compileCache}});

// A part of the tests proves only a part of the contract: the results of the whole are kept.
if (parameters.length === 0) {
	await mkdir(new URL('.results/', root), {recursive: true});
	await writeFile(new URL(`.results/${name}.tap`, root), `${lines.join('\n')}\n`);
}

console.log(closing);
process.exitCode = exitCode;
