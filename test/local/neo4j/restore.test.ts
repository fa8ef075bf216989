import {Buffer} from 'node:buffer';
import {
	copyFile, mkdir, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {atHour, set, type Setting} from './backup-setting.ts';
import {emptyFolder, neo4jAdmin, type Surroundings} from './run-neo4j-admin.ts';
import {openDisk} from '#local/neo4j/disk.ts';
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
	const until = await restore(['neo4j', '--from-path=/one', '--restore-until=2026-03-04T01:30:00Z']);
	t.is(until.code, 64);
	t.regex(until.stderr, /Invalid value for option '--restore-until' \(<recovery-criteria>\): '2026-03-04T01:30:00Z'/v);
});

/** A FULL of 1 to 7, and differential backups of 8 to 9 and 10 to 12, an hour between any two transactions' times. */
const chained = async (t: ExecutionContext) => {
	let hour = 0;
	const setting = await set(t, {now: () => new Date(Date.UTC(2026, 2, 4, hour))});
	const home = await emptyFolder(t);
	for (const [index, count] of [2, 2, 3].entries()) {
		hour += 1;
		setting.dbms.write('neo4j', count);
		await setting.backup(['neo4j'], atHour(index + 1));
	}

	const artifacts = await readdir(setting.folder);
	const until = async (criteria: string, artifact = artifacts.toSorted().at(-1)!) => {
		const ended = await neo4jAdmin(['database', 'restore', 'neo4j', `--from-path=${setting.folder}/${artifact}`, '--overwrite-destination=true', `--restore-until=${criteria}`], {env: {NEO4J_HOME: home}});
		return {...ended, last: ended.code === 0 ? openDisk(path.join(home, 'data')).read('neo4j')?.transactions.at(-1)?.id : undefined};
	};

	return {until, full: artifacts.toSorted()[0]!};
};

test('what was committed before an instant or before a transaction is restored, that one not', async t => {
	const {until} = await chained(t);
	const points = ['12', '10', '9', '2026-03-04 03:00:00', '2026-03-04 02:59:59', '2026-03-04 02:00:01'];
	const lasts = [];
	for (const point of points) {
		const {last} = await until(point);
		lasts.push(last);
	}

	t.deepEqual(lasts, [11, 9, 8, 9, 9, 9]);
});

test('a point at the end of the FULL takes it whole, one after the chain takes all, without a word', async t => {
	const {until} = await chained(t);
	t.like(await until('8'), {code: 0, last: 7});
	t.like(await until('2026-03-04 02:00:00'), {code: 0, last: 7});
	t.like(await until('99'), {code: 0, last: 12});
	t.like(await until('2026-03-04 09:00:00'), {code: 0, last: 12});
});

test('a point within the FULL, and any in a FULL alone, is refused', async t => {
	const {until, full} = await chained(t);
	const within = await until('7');
	t.is(within.code, 1);
	t.regex(within.stderr, /Partial recovery criteria can't be satisfied\..* Observed transaction id: 7, recovery criteria: transaction id should be < 7\./v);
	const earlier = await until('2026-03-04 01:00:00');
	t.is(earlier.code, 1);
	const alone = await until('99', full);
	t.is(alone.code, 1);
	t.regex(alone.stderr, /can only be fully restored/v);
});

test('a backup of a newer Neo4j is refused', async t => {
	const {folder, restore, home} = await backedUp(t);
	const {code, stderr} = await restore(['neo4j', `--from-path=${folder}`], {version: '2025.11.0'});
	t.is(code, 1);
	t.regex(stderr, /was made by Neo4j 2025\.12\.0/v);
	t.deepEqual(await readdir(home), []);
});
