/**
`npm test`: types, what nothing uses, and the tests, all at the same time. Each step shows its output when it fails, and otherwise its last line. Ends with 1 when any failed.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import process from 'node:process';

const root = new URL('..', import.meta.url);

const steps = [
	{name: 'check', command: ['tsc']},
	{name: 'unused', command: ['knip']},
	{name: 'unit', command: [process.execPath, 'scripts/tests.ts', 'unit']},
] as const;

const run = async ({name, command: [program, ...parameters]}: typeof steps[number]): Promise<boolean> => {
	const started = performance.now();
	const child = spawn(program, parameters, {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
	const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	const passed = child.exitCode === 0;
	const seconds = ((performance.now() - started) / 1000).toFixed(0);
	const closing = output.trim().split('\n').at(-1);
	console.log(passed ? `${name} passed (${seconds} s)${closing ? `: ${closing}` : ''}` : `${name} failed (npm run ${name}):\n\n${output}${errors}`);
	return passed;
};

const results = await Promise.all(steps.map(async step => run(step)));
process.exitCode = results.every(Boolean) ? 0 : 1;
