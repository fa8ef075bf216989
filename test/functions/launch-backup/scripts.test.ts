import {spawnSync} from 'node:child_process';
import {
	chmod, mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {backupScript, inspectScript, verifyScript} from '../../../functions/launch-backup/scripts.ts';
import {runFiles} from '#shared/runs/run-spec.ts';

const admin = {
	'is killed': ['kill -9 $$', 137],
	fails: ['exit 1', 0],
} as const;

type Case = {readonly does: string; readonly files?: Readonly<Record<string, string>>; readonly parameters: readonly string[]};

/** Runs a script with a neo4j-admin that does as it is told, and answers the exit code. */
const run = async (t: ExecutionContext, script: string, {does, files = {}, parameters}: Case): Promise<number | undefined> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'scripts-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const program = path.join(folder, 'neo4j-admin');
	await writeFile(program, `#!/bin/sh\n${does}\n`);
	await chmod(program, 0o755);
	for (const [name, text] of Object.entries(files)) {
		await writeFile(path.join(folder, name), text);
	}

	const {status} = spawnSync('/bin/sh', ['-c', script, 'script', ...parameters], {
		env: {
			PATH: `${folder}:${process.env['PATH']}`, RUN_FOLDER: folder, DATABASE_COUNT: '1', ARTIFACTS: '/backups/', SCRATCH: `${folder}/scratch`,
		},
	});
	return status ?? undefined;
};

for (const [what, [does, expected]] of Object.entries(admin)) {
	test(`where neo4j-admin ${what} the container backup ends with ${expected}`, async t => {
		t.is(await run(t, backupScript, {does, parameters: ['neo4j-admin', 'database', 'backup', 'neo4j']}), expected);
	});

	test(`where neo4j-admin ${what} the container inspect ends with ${expected}`, async t => {
		for (const log of ['Finished artifact creation \'neo4j.backup\'.', 'a log that names none']) {
			t.is(await run(t, inspectScript, {does, files: {[runFiles.log]: `${log}\n`}, parameters: []}), expected);
		}
	});

	test(`where neo4j-admin ${what} the container inspect ends with ${expected} over a whole directory too`, async t => {
		t.is(await run(t, inspectScript, {does, files: {[runFiles.everything]: ''}, parameters: []}), expected);
	});

	test(`where neo4j-admin ${what} the container verify ends with ${expected}`, async t => {
		t.is(await run(t, verifyScript, {does, files: {[runFiles.checks]: 'check neo4j neo4j.backup neo4j.backup\n'}, parameters: ['database', 'aggregate-backup']}), expected);
	});
}

test('of a directory that was inspected as a whole only what that did not show is inspected by itself', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'asked-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const asked = path.join(folder, 'asked');
	const does = `echo "$3" >> ${asked}; [ "$3" = /backups/ ] && echo "| file:///backups/my-db-1.backup | my-db |"; exit 0`;
	t.is(await run(t, inspectScript, {does, files: {[runFiles.everything]: '', [runFiles.adopted]: 'db-1.backup\nmy-db-1.backup\n'}, parameters: []}), 0);
	t.is(await readFile(asked, 'utf8'), '/backups/\n/backups/db-1.backup\n');
});
