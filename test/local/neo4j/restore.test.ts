import {Buffer} from 'node:buffer';
import {
	copyFile, mkdir, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {atHour, set, type Setting} from './backup-setting.ts';
import {emptyFolder, neo4jAdmin, type Surroundings} from './run-neo4j-admin.ts';
import {encodeTransactions} from '#local/neo4j/transactions.ts';

type Restored = Setting & {
	readonly home: string;
	readonly files: () => Promise<readonly string[]>;
	readonly restore: (argv: readonly string[], surroundings?: Surroundings) => ReturnType<typeof neo4jAdmin>;
	readonly store: (name: string) => Promise<Uint8Array>;
	readonly backedUp: () => Uint8Array;
};

/** A FULL, a differential backup with news, and one without. */
const backedUp = async (t: ExecutionContext): Promise<Restored> => {
	const setting = await set(t);
	const home = await emptyFolder(t);
	await setting.backup(['neo4j'], atHour(1));
	setting.dbms.write('neo4j', 5);
	await setting.backup(['neo4j'], atHour(2));
	await setting.backup(['neo4j'], atHour(3));
	return {
		...setting,
		home,
		async files() {
			const names = await readdir(setting.folder);
			return names.toSorted((one, other) => one < other ? -1 : 1);
		},
		restore: async (argv, surroundings = {}) => neo4jAdmin(['database', 'restore', ...argv], {...surroundings, env: {NEO4J_HOME: home, ...surroundings.env}}),
		store: async name => readFile(path.join(home, 'data/databases', name, 'transactions')),
		backedUp: () => Buffer.concat([...encodeTransactions(setting.dbms.find('neo4j')!.transactions)]),
	};
};

test('a differential backup is restored with what it builds on in its folder, as every transaction that was backed up', async t => {
	const {folder, files, restore, store, backedUp: expected, home} = await backedUp(t);
	const [full = '', last = ''] = await files();
	const {code, stderr} = await restore(['neo4j', `--from-path=${folder}/${last}`]);
	t.is(code, 0, `${stderr}`);
	t.is(Buffer.compare(await store('neo4j'), expected()), 0);
	t.deepEqual(new Set(await readdir(path.join(home, 'data'))), new Set(['databases', 'scripts', 'transactions']));
	const before = await files();
	await restore([`--from-path=${folder}/${full}`, 'earlier']);
	const earlier = await store('earlier');
	t.true(earlier.length > 0 && earlier.length < expected().length, 'the name after the restore may be another, and the state that of the FULL alone');
	t.is(Buffer.compare(earlier, expected().subarray(0, earlier.length)), 0);
	t.deepEqual(await files(), before, 'nothing is left beside the artifacts');
});

test('a database that is there is replaced only when that is asked for', async t => {
	const {folder, files, restore, store, backedUp: expected, home} = await backedUp(t);
	const [, last = ''] = await files();
	await mkdir(path.join(home, 'data/databases/neo4j'), {recursive: true});
	const refused = await restore(['neo4j', `--from-path=${folder}/${last}`]);
	t.is(refused.code, 1);
	t.regex(refused.stderr, /Database with name \[neo4j\] already exists at \S+\/data\/databases\/neo4j/v);
	const {code} = await restore(['neo4j', `--from-path=${folder}/${last}`, '--overwrite-destination=true']);
	t.is(code, 0);
	t.is(Buffer.compare(await store('neo4j'), expected()), 0);
});

test('a chain with a gap, a damaged file and a path that is not there are exit 1, and leave the database as it was', async t => {
	const {folder, files, restore, home} = await backedUp(t);
	const [full = '', last = ''] = await files();
	const alone = await emptyFolder(t);
	await copyFile(path.join(folder, last), path.join(alone, last));
	const gap = await restore(['neo4j', `--from-path=${alone}/${last}`]);
	t.is(gap.code, 1);
	t.regex(gap.stderr, /the backup chain that ends at '\S+' is not complete/v);
	await writeFile(path.join(folder, full), 'not what it was');
	const damaged = await restore(['neo4j', `--from-path=${folder}/${full}`]);
	t.is(damaged.code, 1);
	await rm(path.join(folder, full));
	const absent = await restore(['neo4j', `--from-path=${folder}/${full}`]);
	t.is(absent.code, 1);
	t.deepEqual(await readdir(home), []);
});

test('bad options are exit 64: no path, a name for several paths, what the version lacks', async t => {
	const {restore} = await backedUp(t);
	const none = await restore(['neo4j']);
	t.is(none.code, 64);
	t.regex(none.stderr, /Missing required option: '--from-path=<path>\[,<path>\.\.\.\]'/v);
	const several = await restore(['neo4j', '--from-path=/one,/two']);
	t.is(several.code, 64);
	const older = await restore(['neo4j', '--from-path=/one', '--source-database=x'], {version: '5.26.3'});
	t.is(older.code, 64);
	t.regex(older.stderr, /Unknown option: '--source-database=x'/v);
	const until = await restore(['neo4j', '--from-path=/one', '--restore-until=12']);
	t.is(until.code, 70);
	t.regex(until.stderr, /The stand-in does not do --restore-until/v);
});
