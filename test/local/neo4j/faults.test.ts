import {readdir} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import test from 'ava';
import {set} from './backup-setting.ts';

test('a fault that happens once is over for the next process', async t => {
	const {backup} = await set(t);
	const env = {STAND_IN_FAULTS: JSON.stringify({failOnce: ['neo4j']})};
	const first = await backup([], {env});
	const second = await backup([], {env});
	t.deepEqual([first.code, second.code], [1, 0]);
});

const faults: ReadonlyArray<readonly [title: string, fault: Record<string, unknown>, code: number | undefined, artifacts: number]> = [
	['a database that always fails', {fail: ['neo4j']}, 1, 0],
	['exit 0 with nothing', {exit0WithNothing: true}, 0, 0],
	['an upload that is swallowed', {uploadSwallowed: true}, 0, 0],
	['another exit code', {exitCode: 70}, 70, 0],
	['another exit code after the work', {exitCodeAfterwards: 1}, 1, 1],
	['a death by signal', {kill: 'SIGKILL'}, undefined, 0],
];

for (const [title, fault, code, artifacts] of faults) {
	test(`a fault can be ${title}`, async t => {
		const {backup, folder} = await set(t);
		const ended = await backup([], {env: {STAND_IN_FAULTS: JSON.stringify(fault)}});
		t.is(ended.code, code);
		const files = await readdir(folder);
		t.is(files.filter(name => name.endsWith('.backup')).length, artifacts);
	});
}

test('a fault can be that it never ends', async t => {
	const {backup} = await set(t);
	const running = backup([], {env: {STAND_IN_FAULTS: '{"hang":true}'}, timeout: 1000});
	t.is(await Promise.race([running.then(() => 'ended'), delay(500, 'hangs')]), 'hangs');
	const {signal} = await running;
	t.is(signal, 'SIGTERM');
});
