import {
	readdir, readFile, rename, writeFile,
} from 'node:fs/promises';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {emptyFolder, type Ended, neo4jAdmin} from './run-neo4j-admin.ts';
import {startDbms} from '#local/neo4j/server.ts';

type Setting = {
	readonly folder: string;
	readonly id: string;
	readonly backup: (hour: string, argv?: readonly string[], faults?: Record<string, unknown>) => Promise<Ended>;
	readonly write: () => void;
};

const set = async (t: ExecutionContext): Promise<Setting> => {
	const dbms = await startDbms({servers: ['server-0:6362'], version: '2025.12.0'});
	t.teardown(dbms.close);
	const folder = await emptyFolder(t);
	const LOCAL_HOSTS = JSON.stringify(dbms.hosts());
	return {
		folder,
		id: dbms.find('neo4j')?.id ?? '',
		backup: async (hour, argv = [], faults = {}) => neo4jAdmin(
			['database', 'backup', 'neo4j', ...argv, '--from=server-0:6362', `--to-path=${folder}`],
			{env: {LOCAL_HOSTS, FAKE_TIME: `2026-03-04T${hour}:00:00Z`, STAND_IN_FAULTS: JSON.stringify(faults)}},
		),
		write() {
			dbms.write('neo4j', 5);
		},
	};
};

test('the table is the one of the manual', async t => {
	const {folder, id, backup} = await set(t);
	await backup('09');
	const file = `file://${folder}/neo4j-2026-03-04T09-00-00.backup`;
	const old = await neo4jAdmin(['backup', 'inspect', folder, '--show-metadata'], {version: '5.26.0'});
	t.is(old.stdout, [
		`| ${'FILE'.padStart(file.length)} | DATABASE | ${'DATABASE ID'.padStart(id.length)} |          TIME (UTC) | FULL | COMPRESSED | LOWEST TX | HIGHEST TX |\n`,
		`| ${file} |    neo4j | ${id} | 2026-03-04T09:00:00 | true |       true |         1 |          5 |\n`,
	].join(''));
	const bare = await neo4jAdmin(['backup', 'inspect', folder], {version: '2025.06.0'});
	t.is(bare.stdout, `| ${'FILE'.padStart(file.length)} |\n| ${file} |\n`);
	const recent = await neo4jAdmin(['backup', 'inspect', folder], {version: '2025.07.0'});
	t.regex(recent.stdout, /HIGHEST TX \| RECOVERED \|\n.* \| +true \|\n$/v);
	const path = await neo4jAdmin(['database', 'backup', `--inspect-path=${folder}`], {version: '5.26.0'});
	t.regex(path.stdout, /DATABASE ID \| +TIME \| FULL/v);
});

test('JSON is an array of objects on standard output alone', async t => {
	const {folder, id, backup} = await set(t);
	await backup('09', ['--compress=false', '--skip-recovery']);
	const {stdout} = await neo4jAdmin(['backup', 'inspect', folder, '--format=json']);
	t.deepEqual(JSON.parse(stdout), [{
		file: `file://${folder}/neo4j-2026-03-04T09-00-00.backup`,
		database: 'neo4j',
		databaseId: id,
		time: '2026-03-04T09:00:00',
		full: true,
		compressed: false,
		lowestTx: 1,
		highestTx: 5,
		recovered: false,
	}]);
});

test('empty differentials are hidden unless asked for, and the latest chain begins at its full backup', async t => {
	const {folder, backup, write} = await set(t);
	await backup('01');
	await backup('02', ['--type=FULL']);
	write();
	await backup('03');
	await backup('04');
	const files = async (...argv: readonly string[]): Promise<readonly string[]> => {
		const {stdout} = await neo4jAdmin(['backup', 'inspect', folder, '--format=JSON', ...argv]);
		return (JSON.parse(stdout) as ReadonlyArray<{file: string}>).map(({file}) => /T(\d\d)/v.exec(file)?.[1] ?? '');
	};

	t.deepEqual(await files(), ['03', '02', '01']);
	t.deepEqual(await files('--empty'), ['04', '03', '02', '01']);
	t.deepEqual(await files('--latest-backup'), ['03']);
	t.deepEqual(await files('--latest-chain'), ['02', '03']);
	t.deepEqual(await files('--database=other'), []);
	const {code} = await neo4jAdmin(['backup', 'inspect', folder, '--latest-chain', '--latest-backup']);
	t.is(code, 64);
});

test('an artifact is known by its header, whatever its file is called', async t => {
	const {folder, backup} = await set(t);
	await backup('01');
	await rename(join(folder, 'neo4j-2026-03-04T01-00-00.backup'), join(folder, 'other-2020-01-01T00-00-00.old'));
	await writeFile(join(folder, 'notes.txt'), 'not an artifact');
	const {code, stdout} = await neo4jAdmin(['backup', 'inspect', folder]);
	t.is(code, 0);
	t.regex(stdout, /\/other-2020-01-01T00-00-00\.old \| +neo4j \|/v);
});

test('a truncated artifact is found, one with a wrong byte is not: only headers are read', async t => {
	const {folder, backup} = await set(t);
	await backup('01', ['--type=FULL'], {truncate: ['neo4j']});
	await backup('02', ['--type=FULL'], {damage: ['neo4j']});
	const all = await neo4jAdmin(['backup', 'inspect', folder, '--format=JSON']);
	t.is(all.code, 1);
	t.is((JSON.parse(all.stdout) as unknown[]).length, 1);
	t.regex(all.stderr, /T01-00-00\.backup: The artifact has \d+ bytes and should have \d+\./v);
	const damaged = await neo4jAdmin(['backup', 'inspect', join(folder, 'neo4j-2026-03-04T02-00-00.backup')]);
	t.is(damaged.code, 0);
});

test('a file whose header is broken or missing is damaged', async t => {
	const {folder, backup} = await set(t);
	await backup('01');
	const [name = ''] = await readdir(folder);
	const bytes = await readFile(join(folder, name));
	await writeFile(join(folder, name), bytes.toString('latin1').replace('"highestTx":5', '"highestTx":6'), 'latin1');
	await writeFile(join(folder, 'empty-2026-03-04T01-00-00.backup'), '');
	const {code, stderr} = await neo4jAdmin(['backup', 'inspect', folder]);
	t.is(code, 1);
	t.regex(stderr, /empty-.*: The file has no header of a backup artifact\.\n.*neo4j-.*: The header is damaged\./v);
});

test('a path that holds nothing of that name fails', async t => {
	const folder = await emptyFolder(t);
	const file = await neo4jAdmin(['backup', 'inspect', join(folder, 'absent.backup')]);
	t.is(file.code, 1);
	const none = await neo4jAdmin(['backup', 'inspect']);
	t.is(none.code, 64);
});
