import test, {type ExecutionContext} from 'ava';
import {setDisks, type DiskSetting} from './disk-setting.ts';
import {startDbms} from '#local/neo4j/server.ts';

const refused = async (t: ExecutionContext, {rows}: DiskSetting, query: string, [code, message]: readonly [string, RegExp]) => {
	await t.throwsAsync(rows(query), {code, message}, query);
};

test('STOP and START are told by name, in backticks or as a parameter, and WAIT answers for each server in Cypher 5', async t => {
	const setting = await setDisks(t, {databases: ['my-db.one']});
	const stopped = await setting.rows('CYPHER 5 STOP DATABASE `my-db.one` WAIT 10 SECONDS;');
	t.deepEqual(stopped, setting.servers.map(address => ({
		address, state: 'CaughtUp', message: 'caught up', success: true,
	})));
	t.deepEqual(await setting.rows('START DATABASE $name WAIT 5 SEC', {name: 'My-DB.one'}), stopped, 'case does not matter');
	t.deepEqual(await setting.rows('CYPHER 25 STOP DATABASE `my-db.one` WAIT'), [], 'Cypher 25 has notifications instead');
	t.deepEqual(await setting.rows('START DATABASE `my-db.one` NOWAIT'), []);
	t.deepEqual(await setting.rows('SHOW DATABASE `my-db.one` YIELD currentStatus, requestedStatus'), Array.from({length: 3}, () => ({currentStatus: 'online', requestedStatus: 'online'})));
});

test('WAIT tells of a server that is down that it is not done', async t => {
	const setting = await setDisks(t);
	await setting.dbms.stopServer('server-2:6362');
	const stopped = await setting.rows('STOP DATABASE mydb WAIT');
	t.deepEqual(stopped.map(({state, success}) => [state, success]), [['CaughtUp', true], ['CaughtUp', true], ['Incomplete', false]]);
});

test('a backtick in a name is doubled', async t => {
	const setting = await setDisks(t);
	await refused(t, setting, 'STOP DATABASE `odd``name`', ['Neo.ClientError.Database.DatabaseNotFound', /'odd`name'/v]);
});

test('what cannot be done is refused in Neo4j\'s words', async t => {
	const setting = await setDisks(t);
	await refused(t, setting, 'STOP DATABASE foo', ['Neo.ClientError.Database.DatabaseNotFound', /^Failed to stop the specified database 'foo': Database does not exist\.$/v]);
	await refused(t, setting, 'START DATABASE foo', ['Neo.ClientError.Database.DatabaseNotFound', /^Failed to start the specified database/v]);
	await refused(t, setting, 'DROP DATABASE foo', ['Neo.ClientError.Database.DatabaseNotFound', /^Failed to delete the specified database/v]);
	await refused(t, setting, 'CREATE DATABASE mydb', ['Neo.ClientError.Database.ExistingDatabaseFound', /^Failed to create the specified database 'mydb': Database already exists\.$/v]);
	await refused(t, setting, 'STOP DATABASE system', ['Neo.ClientError.Statement.UnsupportedOperationError', /^Not allowed to stop system database\.$/v]);
	await refused(t, setting, 'CREATE DATABASE foo TOPOLOGY 3 PRIMARIES 1 SECONDARY', ['Neo.ClientError.General.InvalidArguments', /has 3 servers/v]);
	await refused(t, setting, 'CREATE DATABASE foo OPTIONS {existingData: "keep"}', ['Neo.ClientError.General.InvalidArguments', /Expected 'use'/v]);
	await refused(t, setting, 'CREATE DATABASE foo OPTIONS {existingDataSeedServer: "nobody"}', ['Neo.ClientError.General.InvalidArguments', /'nobody'/v]);
	await refused(t, setting, 'CREATE DATABASE foo OPTIONS {colour: "blue"}', ['Neo.ClientError.General.InvalidArguments', /Unrecognised provided option\(s\) 'colour', expected 'existingData'/v]);
	await refused(t, setting, 'CREATE OR REPLACE DATABASE foo IF NOT EXISTS', ['Neo.ClientError.Statement.SyntaxError', /cannot have both/v]);
	await refused(t, setting, 'CREATE DATABASE foo AT ONCE', ['Neo.ClientError.Statement.SyntaxError', /'AT'/v]);
	t.is(setting.dbms.find('foo'), undefined);
});

test('DROP and CREATE can be told not to mind, and CREATE OR REPLACE begins anew', async t => {
	const setting = await setDisks(t);
	const {dbms, rows} = setting;
	dbms.write('mydb', 4);
	const {id} = dbms.find('mydb')!;
	await rows('DROP DATABASE foo IF EXISTS WAIT');
	await rows('CREATE DATABASE mydb IF NOT EXISTS WAIT');
	t.is(await setting.nodes('mydb'), 4);
	await rows('CREATE OR REPLACE DATABASE mydb WAIT');
	t.is(await setting.nodes('mydb'), 0);
	t.not(dbms.find('mydb')?.id, id);
	await rows('DROP DATABASE mydb DESTROY DATA WAIT');
	await rows('CREATE DATABASE mydb TOPOLOGY 3 PRIMARIES WAIT');
	t.is(await setting.nodes('mydb'), 0, 'nothing was left on the disks');
});

test('a topology is told by numbers or parameters, with SET in Cypher 25', async t => {
	const {rows} = await setDisks(t);
	await rows('CYPHER 25 CREATE DATABASE one SET TOPOLOGY 2 PRIMARIES WAIT');
	await rows('CREATE DATABASE two TOPOLOGY $p PRIMARY $s SECONDARIES', {p: 1, s: 2});
	const found = await rows('SHOW DATABASES YIELD name, address, role, requestedPrimariesCount, requestedSecondariesCount WHERE name IN ["one", "two"] RETURN name, address, role, requestedSecondariesCount');
	t.deepEqual(found, [
		{
			name: 'one', address: 'server-1:7687', role: 'primary', requestedSecondariesCount: 0,
		},
		{
			name: 'one', address: 'server-2:7687', role: 'primary', requestedSecondariesCount: 0,
		},
		{
			name: 'two', address: 'server-0:7687', role: 'secondary', requestedSecondariesCount: 2,
		},
		{
			name: 'two', address: 'server-1:7687', role: 'secondary', requestedSecondariesCount: 2,
		},
		{
			name: 'two', address: 'server-2:7687', role: 'primary', requestedSecondariesCount: 2,
		},
	]);
});

test('what a version lacks it refuses: procedures, options, Cypher 25', async t => {
	const before = await setDisks(t, {version: '5.26.3'});
	const id = String(await before.id(0));
	await refused(t, before, 'CALL dbms.recreateDatabase("mydb", {seedingServers: []})', ['Neo.ClientError.Procedure.ProcedureNotFound', /^There is no procedure with the name `dbms\.recreateDatabase` registered for this database instance/v]);
	await refused(t, before, 'CYPHER 25 SHOW DATABASES', ['Neo.ClientError.Statement.SyntaxError', /25/v]);
	await refused(t, before, 'CREATE DATABASE foo OPTIONS {seedURI: "s3://b/f.backup", seedRestoreUntil: 12}', ['Neo.ClientError.General.InvalidArguments', /seedRestoreUntil/v]);
	await before.rows(`CALL dbms.cluster.recreateDatabase("mydb", {seedingServers: ["${id}"]})`);
	await before.rows('STOP DATABASE mydb');
	await before.rows(`CREATE DATABASE foo OPTIONS {existingData: 'use', existingDataSeedInstance: '${id}'}`);

	const since = await setDisks(t);
	await since.rows('CALL dbms.cluster.recreateDatabase("mydb", {seedingServers: []})');
	await refused(t, since, 'CYPHER 25 CALL dbms.cluster.recreateDatabase("mydb", {seedingServers: []})', ['Neo.ClientError.Procedure.ProcedureNotFound', /cluster/v]);
	await refused(t, since, `CYPHER 25 CREATE DATABASE foo OPTIONS {existingDataSeedInstance: "${id}"}`, ['Neo.ClientError.General.InvalidArguments', /existingDataSeedInstance/v]);
});

test('recreate takes the newest of the seeders, keeps the topology unless told, and ends started', async t => {
	const setting = await setDisks(t);
	const {dbms, rows} = setting;
	await dbms.stopServer('server-2:6362');
	dbms.write('mydb', 6);
	await rows('STOP DATABASE mydb');
	await dbms.startServer('server-2:6362');
	await rows('CALL dbms.recreateDatabase("mydb", {seedingServers: [$old]})', {old: await setting.id(2)});
	t.is(await setting.nodes('mydb'), 0, 'what the seeder lacks is lost');

	await dbms.stopServer('server-2:6362');
	dbms.write('mydb', 6);
	await refused(t, setting, 'CALL dbms.recreateDatabase("mydb", {seedingServers: []})', ['Neo.ClientError.General.InvalidArguments', /cordon/v]);
	await rows('STOP DATABASE mydb');
	await dbms.startServer('server-2:6362');
	await rows('CALL dbms.recreateDatabase("mydb", {seedingServers: [], primaries: 2, secondaries: 1})');
	t.is(await setting.nodes('mydb'), 6);
	const roles = await rows('SHOW DATABASE mydb YIELD role, currentStatus');
	t.deepEqual(roles.map(({role, currentStatus}) => `${String(role)} ${String(currentStatus)}`), ['primary online', 'primary online', 'secondary online']);
	await rows('CALL dbms.recreateDatabase("mydb", {clearData: true})');
	t.is(await setting.nodes('mydb'), 0);
});

test('recreate needs to be told from what, and takes only standard databases', async t => {
	const setting = await setDisks(t);
	const invalid = 'Neo.ClientError.General.InvalidArguments';
	await refused(t, setting, 'CALL dbms.recreateDatabase("mydb", {})', [invalid, /must be specified/v]);
	await refused(t, setting, `CALL dbms.recreateDatabase("mydb", {seedingServers: ["${String(await setting.id(0))}"], seedURI: "s3://b/f.backup"})`, [invalid, /must be empty/v]);
	await refused(t, setting, `CALL dbms.recreateDatabase("mydb", {seedingServers: ["${String(await setting.id(0))}", "${String(await setting.id(1))}"], primaries: 1})`, [invalid, /cannot exceed/v]);
	await refused(t, setting, 'CALL dbms.recreateDatabase("system", {seedingServers: []})', [invalid, /system/v]);
	await refused(t, setting, 'CALL dbms.recreateDatabase("foo", {seedingServers: []})', ['Neo.ClientError.Database.DatabaseNotFound', /'foo'/v]);
});

test('hooks find what they ask for in the database of their session, and are on record with it', async t => {
	const {dbms, rows} = await setDisks(t, {databases: ['mydb', 'other']});
	dbms.write('mydb', 2);
	t.deepEqual(await rows('CALL db.checkpoint()', {}, 'mydb'), [{success: true, message: 'Checkpoint completed.'}]);
	t.deepEqual(await rows('CALL db.awaitIndexes(60)', {}, 'mydb'), []);
	t.deepEqual(await rows('CALL db.awaitIndexes()', {}, 'mydb'), []);
	t.deepEqual(await rows('CALL dbms.security.clearAuthCache()', {}, 'mydb'), []);
	t.deepEqual(await rows('RETURN 1', {}, 'mydb'), [{1: 1}]);
	await rows('CREATE (:TestNode {restored: datetime()})', {}, 'mydb');
	t.deepEqual(await rows('MATCH (n) RETURN count(n)', {}, 'mydb'), [{'count(n)': 3}]);
	t.deepEqual(await rows('MATCH (n:TestNode) RETURN count(*) AS nodes', {}, 'mydb'), [{nodes: 1}]);
	t.deepEqual(await rows('MATCH (n) RETURN count(n)', {}, 'other'), [{'count(n)': 0}]);
	t.deepEqual(new Set(dbms.statements().map(({database}) => database)), new Set(['mydb', 'other']));
	dbms.stopDatabase('mydb');
	await t.throwsAsync(rows('RETURN 1', {}, 'mydb'), {code: 'Neo.TransientError.General.DatabaseUnavailable'});
	await t.throwsAsync(rows('RETURN 1', {}, 'nowhere'), {code: 'Neo.ClientError.Database.DatabaseNotFound'});
});

test('Community has none of the commands that manage databases', async t => {
	const setting = await setDisks(t, {edition: 'community'});
	await refused(t, setting, 'CREATE DATABASE foo', ['Neo.ClientError.Statement.UnsupportedAdministrationCommand', /^Unsupported administration command: CREATE DATABASE foo$/v]);
});

test('without disks there is one store, which stays while servers go and come', async t => {
	const dbms = await startDbms({servers: ['server-0:6362', 'server-1:6362', 'server-2:6362'], version: '2025.12.0'});
	t.teardown(dbms.close);
	dbms.write('neo4j', 3);
	for (const address of dbms.backupAddresses) {
		await dbms.stopServer(address);
	}

	t.is(dbms.find('neo4j')?.state, 'offline');
	for (const address of dbms.backupAddresses) {
		await dbms.startServer(address);
	}

	t.is(dbms.find('neo4j')?.state, 'online');
	t.is(dbms.find('neo4j')?.transactions.length, 8);
});
