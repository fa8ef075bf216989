import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {rename, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {type DiskSetting, setDisks} from './disk-setting.ts';
import {type DbmsOptions} from '#local/neo4j/server.ts';

const startAgain = async ({dbms}: DiskSetting, order: readonly number[]): Promise<void> => {
	for (const ordinal of order) {
		await dbms.startServer(dbms.backupAddresses[ordinal]!);
	}
};

const stopAll = async ({dbms}: DiskSetting): Promise<void> => {
	for (const address of dbms.backupAddresses) {
		await dbms.stopServer(address);
	}
};

/** The id of a process that is no more. */
const deadProcess = async (): Promise<number> => {
	const child = spawn(process.execPath, ['--version'], {stdio: 'ignore'});
	await once(child, 'exit');
	return child.pid!;
};

/** A database with 3 nodes in its backup and 10 now. */
const backedUp = async (t: ExecutionContext, options: Partial<DbmsOptions> = {}): Promise<DiskSetting> => {
	const setting = await setDisks(t, options);
	setting.dbms.write('mydb', 3);
	const {code, output} = await setting.backup(['mydb']);
	t.is(code, 0, output);
	setting.dbms.write('mydb', 7);
	t.is(await setting.nodes('mydb'), 10);
	return setting;
};

const restored = async (t: ExecutionContext, setting: DiskSetting, ...argv: readonly string[]): Promise<void> => {
	const {code, output} = await setting.restore(0, argv);
	t.is(code, 0, output);
};

test('a standalone that is stopped, restored and started has the restored data', async t => {
	const setting = await backedUp(t, {servers: ['server-0:6362']});
	await setting.rows('STOP DATABASE mydb WAIT');
	t.throws(() => setting.dbms.write('mydb', 1), {message: 'Database \'mydb\' is unavailable.'});
	await restored(t, setting, 'mydb', '--overwrite-destination=true');
	await setting.rows('START DATABASE mydb WAIT');
	t.is(await setting.nodes('mydb'), 3);
	t.is(setting.dbms.find('mydb')?.lowestLoggedTransaction, 9, 'the logs of before are gone');
	t.is(setting.dbms.write('mydb', 1), 9);
	const {output} = await setting.backup(['mydb', '--type=FULL']);
	t.regex(output, /to tx 9\./v, 'and a backup has what is online');
});

test('what is online cannot be restored over, and a server that died holds nothing', async t => {
	const setting = await backedUp(t, {servers: ['server-0:6362']});
	const refused = await setting.restore(0, ['mydb', '--overwrite-destination=true']);
	t.is(refused.code, 1);
	t.regex(refused.output, /The database is in use\. Stop database 'mydb' and try again\./v);
	t.is(await setting.nodes('mydb'), 10);
	await setting.dbms.stopServer('server-0:6362');
	await writeFile(setting.data(0, 'databases/mydb/database_lock'), JSON.stringify({host: hostname(), pid: await deadProcess()}));
	await restored(t, setting, 'mydb', '--overwrite-destination=true');
});

test('a new database of a standalone has what was restored before CREATE', async t => {
	const setting = await backedUp(t, {servers: ['server-0:6362']});
	await restored(t, setting, 'copy');
	t.deepEqual(await setting.rows('SHOW DATABASE copy'), [], 'a restore tells no DBMS of it');
	await setting.rows('CREATE DATABASE copy WAIT');
	t.is(await setting.nodes('copy'), 3);
});

test('a store restored on server 0 alone loses to the old ones of the others at START', async t => {
	const setting = await backedUp(t);
	await setting.rows('STOP DATABASE mydb WAIT');
	await restored(t, setting, 'mydb', '--overwrite-destination=true');
	await setting.rows('START DATABASE mydb WAIT');
	t.is(await setting.nodes('mydb'), 10);
	await setting.rows('STOP DATABASE mydb WAIT');
	await setting.rows('START DATABASE mydb WAIT');
	t.is(await setting.nodes('mydb'), 10, 'and is overwritten on its own disk');
});

for (const order of [[0, 1, 2], [2, 1, 0], [1, 0, 2]]) {
	test(`and so it does when all servers were down and come in the order ${order.join(', ')}`, async t => {
		const setting = await backedUp(t);
		await stopAll(setting);
		await restored(t, setting, 'mydb', '--overwrite-destination=true');
		await startAgain(setting, order);
		t.is(await setting.nodes('mydb'), 10);
	});
}

test('where the others have nothing, it loses to that', async t => {
	const setting = await backedUp(t);
	await stopAll(setting);
	await restored(t, setting, 'mydb', '--overwrite-destination=true');
	for (const ordinal of [1, 2]) {
		await rename(setting.data(ordinal, 'databases/mydb'), setting.data(ordinal, 'mydb-aside'));
	}

	await startAgain(setting, [0, 1, 2]);
	t.is(await setting.nodes('mydb'), 0);
});

test('restored on every server it is everyone\'s', async t => {
	const setting = await backedUp(t);
	await stopAll(setting);
	for (const ordinal of [0, 1, 2]) {
		const {code} = await setting.restore(ordinal, ['mydb', '--overwrite-destination=true']);
		t.is(code, 0);
	}

	await startAgain(setting, [2, 0, 1]);
	t.is(await setting.nodes('mydb'), 3);
});

test('while those that are up are too few to agree, the database is starting', async t => {
	const setting = await backedUp(t);
	await stopAll(setting);
	await restored(t, setting, 'mydb', '--overwrite-destination=true');
	await startAgain(setting, [0, 1]);
	const statuses = await setting.rows('SHOW DATABASE mydb YIELD currentStatus, lastCommittedTxn');
	t.deepEqual(statuses, [{currentStatus: 'starting', lastCommittedTxn: null}, {currentStatus: 'starting', lastCommittedTxn: null}, {currentStatus: 'unknown', lastCommittedTxn: null}]);
	await t.throwsAsync(setting.nodes('mydb'), {code: 'Neo.TransientError.General.DatabaseUnavailable'});
});

test('what was stopped before all servers went down is still stopped when they are back, and untouched', async t => {
	const setting = await backedUp(t);
	await setting.rows('STOP DATABASE mydb WAIT');
	await stopAll(setting);
	await restored(t, setting, 'mydb', '--overwrite-destination=true');
	await startAgain(setting, [0, 1, 2]);
	const statuses = await setting.rows('SHOW DATABASE mydb YIELD requestedStatus, currentStatus');
	t.deepEqual(statuses, Array.from({length: 3}, () => ({requestedStatus: 'offline', currentStatus: 'offline'})));
	await setting.rows('CALL dbms.recreateDatabase($name, {seedingServers: [$id]})', {name: 'mydb', id: await setting.id(0)});
	t.is(await setting.nodes('mydb'), 3);
});

test('a server that comes back while the others have the database online gets theirs over what was restored on it', async t => {
	const setting = await backedUp(t);
	await setting.dbms.stopServer('server-0:6362');
	await restored(t, setting, 'mydb', '--overwrite-destination=true');
	await setting.dbms.startServer('server-0:6362');
	t.is(await setting.nodes('mydb'), 10);
	await setting.rows('STOP DATABASE mydb');
	await setting.rows('CALL dbms.recreateDatabase("mydb", {seedingServers: [$id]})', {id: await setting.id(0)});
	t.is(await setting.nodes('mydb'), 10, 'on its disk, too');
});

test('a plain CREATE after a restore on server 0 brings an empty database, on one server or on all', async t => {
	const setting = await backedUp(t);
	await restored(t, setting, 'copy');
	await setting.rows('CREATE DATABASE copy WAIT');
	const rows = await setting.rows('SHOW DATABASE copy YIELD address, currentStatus, lastCommittedTxn');
	t.deepEqual(rows, [{address: 'server-2:7687', currentStatus: 'online', lastCommittedTxn: 5}]);
	t.is(await setting.nodes('copy'), 0);

	await restored(t, setting, 'everywhere');
	await setting.rows('CREATE DATABASE everywhere TOPOLOGY 3 PRIMARIES WAIT');
	t.is(await setting.nodes('everywhere'), 0);
});

test('a designated seeder gives its store to all allocations', async t => {
	const setting = await backedUp(t);
	await restored(t, setting, 'copy');
	const options = {existingData: 'use', existingDataSeedServer: await setting.id(0)};
	await setting.rows('CREATE DATABASE $name TOPOLOGY 3 PRIMARIES OPTIONS $options WAIT', {name: 'copy', options});
	const rows = await setting.rows('SHOW DATABASE copy YIELD databaseID, role, currentStatus, lastCommittedTxn');
	t.deepEqual(new Set(rows.map(({role, currentStatus, lastCommittedTxn}) => [role, currentStatus, lastCommittedTxn].join(' '))), new Set(['primary online 8']));
	t.is(await setting.nodes('copy'), 3);
	await stopAll(setting);
	await startAgain(setting, [2, 1, 0]);
	t.is(await setting.nodes('copy'), 3, 'it lies on all disks');
	const [original] = await setting.rows('SHOW DATABASE mydb YIELD databaseID');
	t.is(rows[0]?.['databaseID'], original?.['databaseID'], 'the identity is that of the store');
});

test('a seeder that has nothing leaves a database that cannot be started', async t => {
	const setting = await setDisks(t);
	await setting.rows(`CREATE DATABASE copy TOPOLOGY 3 PRIMARIES OPTIONS {existingData: 'use', existingDataSeedServer: '${String(await setting.id(1))}'}`);
	const rows = await setting.rows('SHOW DATABASE copy YIELD requestedStatus, currentStatus, statusMessage');
	t.is(rows.length, 3);
	t.like(rows[0], {requestedStatus: 'online', currentStatus: 'offline'});
	t.regex(String(rows[0]?.['statusMessage']), /^Unable to start database `DatabaseId\{[0-9a-f]{8}\[copy\]\}`$/v);
});

test('one member that cannot start is offline and says so, and the others are online', async t => {
	const setting = await setDisks(t);
	setting.dbms.breakStart('mydb', 'server-1:6362');
	await setting.rows('STOP DATABASE mydb WAIT');
	const waited = await setting.rows('START DATABASE mydb WAIT 10 SECONDS');
	t.deepEqual(waited.map(({success}) => success), [true, false, true]);
	const statuses = await setting.rows('SHOW DATABASE mydb YIELD currentStatus, statusMessage');
	t.deepEqual(statuses.map(({currentStatus}) => currentStatus), ['online', 'offline', 'online']);
	t.regex(String(statuses[1]?.['statusMessage']), /^Unable to start database/v);
	setting.dbms.breakStart('mydb', 'server-1:6362', false);
	await setting.rows('STOP DATABASE mydb');
	await setting.rows('START DATABASE mydb');
	const mended = await setting.rows('SHOW DATABASE mydb YIELD currentStatus');
	t.deepEqual(mended, Array.from({length: 3}, () => ({currentStatus: 'online'})));
});

test('a server that is down answers no backup, and with the last one Bolt ends until one is back', async t => {
	const setting = await setDisks(t);
	const {dbms, backup} = setting;
	await dbms.stopServer('server-0:6362');
	await dbms.stopServer('server-0:6362');
	const statuses = await setting.rows('SHOW DATABASE mydb YIELD currentStatus');
	t.deepEqual(statuses.map(({currentStatus}) => currentStatus), ['unknown', 'online', 'online']);
	const partly = await backup(['mydb']);
	t.is(partly.code, 1, 'succeeded, but a server did not respond');
	await stopAll(setting);
	await t.throwsAsync(setting.nodes('mydb'), {code: 'ServiceUnavailable'});
	await dbms.setBolt('answers');
	await t.throwsAsync(setting.nodes('mydb'), {code: 'ServiceUnavailable'});
	await startAgain(setting, [1, 2]);
	t.is(await setting.nodes('mydb'), 0);
});

test('a DBMS that is started anew on its disks is what it was: databases, what is stopped, ids of servers, and the logs', async t => {
	const setting = await backedUp(t);
	await setting.rows('CREATE DATABASE small TOPOLOGY 1 PRIMARY 1 SECONDARY');
	await setting.rows('STOP DATABASE small');
	const all = 'SHOW DATABASES YIELD name, address, role, requestedStatus, currentStatus, serverID, databaseID, lastCommittedTxn';
	const before = await setting.rows(all);
	t.is(before.length, 3 + 3 + 2);
	const anew = await setting.startAnew();
	t.deepEqual(await setting.rows(all), before);
	t.is(await setting.nodes('mydb'), 10);
	t.is(anew.find('mydb')?.lowestLoggedTransaction, 1);
});

test('what a server missed while it was down counts for nothing when all are started anew', async t => {
	const setting = await setDisks(t);
	await setting.dbms.stopServer('server-0:6362');
	await setting.rows('STOP DATABASE mydb');
	const anew = await setting.startAnew();
	t.is(anew.find('mydb')?.status, 'offline');
});

test('a server that is behind says by how much', async t => {
	const setting = await setDisks(t);
	setting.dbms.write('mydb', 4);
	setting.dbms.lag('mydb', 'server-1:6362', 3);
	const all = 'SHOW DATABASE mydb YIELD lastCommittedTxn, replicationLag';
	t.deepEqual(await setting.rows(all), [9, 6, 9].map(last => ({lastCommittedTxn: last, replicationLag: last - 9})));
	setting.dbms.lag('mydb', 'server-1:6362', 0);
	const caughtUp = await setting.rows(all);
	t.is(caughtUp[1]?.['lastCommittedTxn'], 9);
});
