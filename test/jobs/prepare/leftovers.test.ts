import {
	mkdir, mkdtemp, readdir, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {removeLeftovers} from '#jobs/prepare/leftovers.ts';

test('folders that attempts share are emptied, files and folders alike, and what lies beside them stays', async t => {
	const root = await mkdtemp(path.join(tmpdir(), 'leftovers-test-'));
	t.teardown(async () => rm(root, {recursive: true, force: true}));
	const [temporary, artifacts, beside] = ['temporary', 'artifacts', 'beside'].map(name => path.join(root, name)) as [string, string, string];
	for (const folder of [temporary, beside]) {
		await mkdir(path.join(folder, 'store/neostore'), {recursive: true});
		await writeFile(path.join(folder, '.cut-off'), 'half');
	}

	await removeLeftovers([temporary, artifacts]);
	t.deepEqual(await readdir(temporary), []);
	t.deepEqual(await readdir(artifacts), [], 'one that is not there yet is made');
	t.deepEqual(await readdir(beside), ['.cut-off', 'store']);
	await removeLeftovers();
});
