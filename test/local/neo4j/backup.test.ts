import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {atHour, ranges, set} from './backup-setting.ts';
import {emptyFolder, neo4jAdmin} from './run-neo4j-admin.ts';

test('a full backup of every database is one artifact each, named by database and time', async t => {
	const {backup, folder, dbms} = await set(t, {databases: ['neo4j', 'sales-2026']});
	dbms.compositeDatabase('joined');
	const {code, stdout, stderr} = await backup(['*', '--type=FULL'], atHour(9));
	t.is(code, 0);
	t.deepEqual(await readdir(folder), ['neo4j-2026-03-04T09-00-00.backup', 'sales-2026-2026-03-04T09-00-00.backup', 'system-2026-03-04T09-00-00.backup']);
	t.regex(stderr, /^NOTE: stand-in for neo4j-admin, no real Neo4j/v);
	t.regex(stdout, /Starting backup of database 'neo4j' from servers: \[server-0:6362, server-1:6362\]/v);
	t.regex(stdout, /Start full backup of database 'neo4j'\.\n.*Finished full backup of database 'neo4j'\. Downloaded from tx -1 to tx 5\./v);
	t.regex(stdout, /Finished artifact creation 'sales-2026-2026-03-04T09-00-00\.backup' for database 'sales-2026', took \d+ms\./v);
});

test('without names the database neo4j is backed up, and nothing else', async t => {
	const {backup, folder} = await set(t, {databases: ['neo4j', 'other']});
	await backup([], atHour(9));
	t.deepEqual(await readdir(folder), ['neo4j-2026-03-04T09-00-00.backup']);
});

test('the file name is in local time and the header in UTC', async t => {
	const {backup, folder, inspect} = await set(t);
	await backup([], {env: {FAKE_TIME: '2026-01-04T13:46:27Z', TZ: 'Europe/Stockholm'}});
	t.deepEqual(await readdir(folder), ['neo4j-2026-01-04T14-46-27.backup']);
	const [row] = await inspect();
	t.is(row?.['time'], '2026-01-04T13:46:27');
});

test('two artifacts of one second are two files', async t => {
	const {backup, folder} = await set(t);
	await backup(['--type=FULL'], atHour(9));
	await backup(['--type=FULL'], atHour(9));
	t.deepEqual(await readdir(folder), ['neo4j-2026-03-04T09-00-00.backup', 'neo4j-2026-03-04T09-00-01.backup']);
});

test('differentials continue the newest non-empty backup, and an empty one is 0/0', async t => {
	const {backup, inspect, dbms} = await set(t);
	await backup([], atHour(1));
	dbms.write('neo4j', 10);
	await backup(['--type=diff'], atHour(2));
	const empty = await backup(['--type=DIFF'], atHour(3));
	dbms.write('neo4j', 5);
	await backup([], atHour(4));
	t.deepEqual(ranges(await inspect()), ['FULL 1-5', 'DIFF 6-15', 'DIFF 0-0', 'DIFF 16-20']);
	t.regex(empty.stdout, /The remote server \(server-0:6362\) has not any recent data for database 'DatabaseId\{[0-9a-f]{8}\[neo4j\]\}'\./v);
});

test('a preferred differential parent is taken although a newer full backup is there', async t => {
	const {backup, inspect, dbms} = await set(t);
	await backup(['--type=FULL'], atHour(1));
	dbms.write('neo4j', 5);
	await backup(['--type=DIFF'], atHour(2));
	dbms.write('neo4j', 5);
	await backup(['--type=FULL'], atHour(3));
	dbms.write('neo4j', 5);
	await backup(['--type=DIFF', '--prefer-diff-as-parent'], atHour(4));
	await backup(['--type=DIFF'], atHour(5));
	t.deepEqual(ranges(await inspect()), ['FULL 1-5', 'DIFF 6-10', 'FULL 1-15', 'DIFF 11-20', 'DIFF 0-0']);
});

test('DIFF without a full backup fails with the real words, AUTO falls back with them', async t => {
	const {backup, folder, inspect} = await set(t);
	const reason = /Differential backup of database 'neo4j' failed\. Reason: Differential backups require that a full backup of the same database exists in the folder defined in --to-path\./v;
	const differential = await backup(['--type=DIFF']);
	t.is(differential.code, 1);
	t.regex(differential.stdout, reason);
	t.deepEqual(await readdir(folder), []);
	const auto = await backup(['--type=AUTO']);
	t.is(auto.code, 0);
	t.regex(auto.stdout, reason);
	t.regex(auto.stdout, /Falling back to full backup of database 'neo4j'\./v);
	t.deepEqual(ranges(await inspect()), ['FULL 1-5']);
});

test('a database created again under its name has no parent', async t => {
	const {backup, dbms} = await set(t);
	await backup([], atHour(1));
	dbms.dropDatabase('neo4j');
	dbms.createDatabase('neo4j');
	const {code} = await backup(['--type=DIFF'], atHour(2));
	t.is(code, 1);
});

test('pruned logs make a differential impossible: DIFF fails, AUTO is a full backup', async t => {
	const {backup, inspect, dbms} = await set(t);
	await backup([], atHour(1));
	dbms.write('neo4j', 5);
	dbms.pruneLogs('neo4j');
	const {code} = await backup(['--type=DIFF'], atHour(2));
	t.is(code, 1);
	await backup(['--type=AUTO'], atHour(3));
	t.deepEqual(ranges(await inspect()), ['FULL 1-5', 'FULL 1-10']);
});

test('a stopped database fails, the others are backed up, exit 1', async t => {
	const {backup, folder, dbms} = await set(t, {databases: ['neo4j', 'other']});
	dbms.stopDatabase('other');
	const {code} = await backup(['neo4j', 'other'], atHour(9));
	t.is(code, 1);
	t.deepEqual(await readdir(folder), ['neo4j-2026-03-04T09-00-00.backup']);
});

test('a database that does not exist is an exception in the log and exit 0', async t => {
	const {backup, folder} = await set(t);
	const {code, stdout} = await backup(['nowhere']);
	t.is(code, 0);
	t.regex(stdout, /Backup of database 'nowhere' failed: java\.lang\.RuntimeException/v);
	t.deepEqual(await readdir(folder), []);
});

test('one unreachable server of two is exit 1 with the artifact there, two are exit 1 with none', async t => {
	const {backup, folder, dbms} = await set(t);
	await dbms.setUnreachable('server-0:6362');
	const one = await backup([], atHour(1));
	t.is(one.code, 1);
	t.deepEqual(await readdir(folder), ['neo4j-2026-03-04T01-00-00.backup']);
	await dbms.setUnreachable('server-1:6362');
	const two = await backup([], atHour(2));
	t.is(two.code, 1);
	t.regex(two.stderr, /Couldn't retrieve DatabaseNameRequest\(s\)/v);
	t.deepEqual(await readdir(folder), ['neo4j-2026-03-04T01-00-00.backup']);
	await dbms.setUnreachable('server-0:6362', false);
	await dbms.setUnreachable('server-1:6362', false);
	const both = await backup([], atHour(3));
	t.is(both.code, 0);
});

test('a database that only the second server has is found there', async t => {
	const {backup, folder, dbms} = await set(t);
	dbms.createDatabase('second', ['server-1:6362']);
	const {code, stdout} = await backup(['sec*'], atHour(1));
	t.is(code, 0);
	t.regex(stdout, /from servers: \[server-1:6362\]/v);
	t.deepEqual(await readdir(folder), ['second-2026-03-04T01-00-00.backup']);
});

test('--temp-path must exist and be empty, and is empty afterwards', async t => {
	const {backup} = await set(t);
	const temporary = await emptyFolder(t);
	const missing = await backup([`--temp-path=${join(temporary, 'missing')}`]);
	t.is(missing.code, 1);
	t.regex(missing.stderr, /Storage staging path does not exist/v);
	const {code} = await backup([`--temp-path=${temporary}`]);
	t.is(code, 0);
	t.deepEqual(await readdir(temporary), []);
	const full = await backup([`--temp-path=${import.meta.dirname}`]);
	t.is(full.code, 1);
	t.regex(full.stderr, /Storage staging path is not empty/v);
});

test('a file of additional configuration must exist', async t => {
	const {backup, folder} = await set(t);
	const {code, stderr} = await backup(['--additional-config=/no/such/file.conf']);
	t.is(code, 1);
	t.regex(stderr, /File \/no\/such\/file\.conf does not exist/v);
	t.deepEqual(await readdir(folder), []);
});

test('a local directory that does not exist is refused', async t => {
	const {code, stderr} = await neo4jAdmin(['database', 'backup', '--to-path=/no/such/folder']);
	t.is(code, 1);
	t.regex(stderr, /Path '\/no\/such\/folder' does not exist/v);
});

test('a failed backup leaves nothing in the destination unless --keep-failed is given', async t => {
	const {backup, folder} = await set(t);
	const env = {STAND_IN_FAULTS: JSON.stringify({fail: ['neo4j']})};
	await backup([], {env});
	t.deepEqual(await readdir(folder), []);
	await backup(['--keep-failed'], {env});
	const kept = await readdir(folder);
	t.regex(kept.join(' '), /^neo4j-backup-staging-\w+$/v);
});
