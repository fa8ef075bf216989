import {execFile} from 'node:child_process';
import {
	mkdtemp, rm, symlink, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';

const root = path.join(import.meta.dirname, '../..');

const files = {
	'package.json': '{"type": "module", "ava": {"files": ["*.test.js"]}}',
	'good.test.js': 'import test from "ava"; test("passes", t => { t.pass(); });',
	'hung.test.js': 'import test from "ava"; test("never ends", async t => { setInterval(() => {}, 1000); await new Promise(() => {}); t.pass(); });',
	'hung-early.test.js': 'setInterval(() => {}, 1000); await new Promise(() => {});',
};

test('a file that hangs is named, with its test, and takes nothing from the results of the others', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'ava-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
	for (const [name, text] of Object.entries(files)) {
		await writeFile(path.join(folder, name), text);
	}

	// What ava tells its own workers is not for this run.
	const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AVA_')));
	const {code, output} = await new Promise<{code: unknown; output: string}>(resolve => {
		execFile(process.execPath, [path.join(root, 'scripts/ava.mjs'), '--tap', '--timeout=8s', '--concurrency=3'], {cwd: folder, env: environment}, (error, output) => {
			resolve({code: error?.code, output});
		});
	});
	t.is(code, 1);
	t.regex(output, /^ok \d+ - good › passes$/mv);
	t.regex(output, /^not ok \d+ - hung › never ends$/mv);
	t.regex(output, /message: ?.*hung\.test\.js hung: no test of any file ended within 8000 ms/v);
	t.regex(output, /^not ok \d+ - hung-early\.test\.js hung/mv);
});
