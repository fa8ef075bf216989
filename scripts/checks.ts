/**
The part of `npm test` that runs no code of the project: types, and what nothing uses. The linter takes longer than all the rest and is `npm run lint`. The steps run at the same time; each shows its output when it fails. Ends with 1 when any failed.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import process from 'node:process';

const root = new URL('..', import.meta.url);

const steps = [
	{name: 'check', program: 'tsc'},
	{name: 'unused', program: 'knip'},
] as const;

const run = async ({name, program}: typeof steps[number]): Promise<boolean> => {
	const started = performance.now();
	const child = spawn(program, {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
	const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	const passed = child.exitCode === 0;
	const seconds = ((performance.now() - started) / 1000).toFixed(0);
	console.log(passed ? `${name} passed (${seconds} s)` : `${name} failed (npm run ${name}):\n\n${output}${errors}`);
	return passed;
};

const results = await Promise.all(steps.map(async step => run(step)));
process.exitCode = results.every(Boolean) ? 0 : 1;
