import fc from 'fast-check';
import neo4j, {type Driver} from 'neo4j-driver';
import test, {type ExecutionContext} from 'ava';
import {pack, type Value} from '#local/neo4j/bolt/packstream.ts';
import {unpack} from '#local/neo4j/bolt/unpack.ts';
import {type DbmsOptions, type RunningDbms, startDbms} from '#local/neo4j/server.ts';

const servers = ['server-0:6362', 'server-1:6362', 'server-2:6362'];

type Setting = {
	readonly dbms: RunningDbms;
	readonly driver: Driver;
	/** Runs a statement on `system` and answers its rows as objects. */
	readonly rows: (query: string, parameters?: Record<string, unknown>) => Promise<ReadonlyArray<Record<string, unknown>>>;
};

const set = async (t: ExecutionContext, options: Partial<DbmsOptions> = {}, scheme = 'bolt'): Promise<Setting> => {
	const dbms = await startDbms({
		servers, version: '2025.12.0', user: 'neo4j', password: 'secret', ...options,
	});
	t.teardown(dbms.close);
	const driver = neo4j.driver(dbms.boltUrl.replace('bolt', scheme), neo4j.auth.basic('neo4j', 'secret'), {disableLosslessIntegers: true});
	t.teardown(async () => driver.close());
	return {
		dbms,
		driver,
		async rows(query, parameters = {}) {
			const {records} = await driver.executeQuery(query, parameters, {database: 'system'});
			return records.map(record => record.toObject());
		},
	};
};

test('the driver learns version and agent, directly and by routing', async t => {
	const {driver} = await set(t);
	const {agent, protocolVersion} = await driver.getServerInfo();
	t.is(agent, 'Neo4j/2025.12.0');
	t.is(protocolVersion?.toString(), '5.8');
	const routing = await set(t, {}, 'neo4j');
	const [row] = await routing.rows('SHOW DATABASES YIELD name WHERE name = "system"');
	t.deepEqual(row, {name: 'system'});
});

test('another password is unauthorized', async t => {
	const {dbms} = await set(t);
	const driver = neo4j.driver(dbms.boltUrl, neo4j.auth.basic('neo4j', 'wrong'));
	t.teardown(async () => driver.close());
	await t.throwsAsync(driver.executeQuery('SHOW DATABASES'), {code: 'Neo.ClientError.Security.Unauthorized'});
});

test('SHOW DATABASES has one row per server per database', async t => {
	const {dbms, rows} = await set(t);
	dbms.createDatabase('local', ['server-1:6362']);
	dbms.compositeDatabase('joined');
	dbms.write('local', 3);
	const all = await rows('SHOW DATABASES YIELD *');
	t.is(all.length, 3 + 3 + 1 + 3);
	const row = all.find(({name}) => name === 'local') ?? {};
	t.like(row, {
		type: 'standard', address: 'server-1:7687', role: 'primary', writer: true, currentStatus: 'online', lastCommittedTxn: 8, requestedPrimariesCount: 1, options: {'stand-in': true},
	});
	t.regex(String(row['databaseID']), /^[0-9A-F]{64}$/v);
	t.is(all.filter(({name, writer}) => name === 'neo4j' && writer === true).length, 1);
	t.is(all.find(({name}) => name === 'joined')?.['databaseID'], null);
	const [brief = {}] = await rows('SHOW DATABASES');
	t.deepEqual(Object.keys(brief).slice(0, 4), ['name', 'type', 'aliases', 'access']);
	t.false('databaseID' in brief);
});

test('SHOW understands YIELD, WHERE, ORDER BY and RETURN', async t => {
	const {dbms, rows} = await set(t, {servers: ['server-0:6362'], databases: ['neo4j', 'alpha', 'beta']});
	dbms.stopDatabase('beta');
	const wanted = {types: ['standard', 'composite']};
	t.deepEqual(
		await rows('SHOW DATABASES YIELD name AS database, type, currentStatus AS status\n  ORDER BY database DESC WHERE type IN $types AND NOT status = \'offline\' RETURN database;', wanted),
		[{database: 'neo4j'}, {database: 'alpha'}],
	);
	t.deepEqual(await rows('CYPHER 25 SHOW DATABASE $name YIELD name, currentStatus', {name: 'beta'}), [{name: 'beta', currentStatus: 'offline'}]);
	t.deepEqual(await rows('SHOW DATABASE `alpha` YIELD name'), [{name: 'alpha'}]);
	t.deepEqual(await rows('SHOW DATABASE nowhere YIELD name'), []);
	await t.throwsAsync(rows('SHOW DATABASE not-quoted'), {code: 'Neo.ClientError.Statement.SyntaxError'});
	t.deepEqual(await rows('SHOW DATABASES YIELD name ORDER BY name SKIP 1 LIMIT 2'), [{name: 'beta'}, {name: 'neo4j'}]);
});

test('a server that does not answer is unknown in SHOW DATABASES and unavailable in SHOW SERVERS', async t => {
	const {dbms, rows} = await set(t);
	await dbms.setUnreachable('server-0:6362');
	const statuses = await rows('SHOW DATABASE neo4j YIELD address, currentStatus, writer');
	t.deepEqual(statuses.map(({currentStatus, writer}) => [currentStatus, writer]), [['unknown', false], ['online', true], ['online', false]]);
	const health = await rows('SHOW SERVERS YIELD address, health, version');
	t.deepEqual(health[0], {address: 'server-0:7687', health: 'Unavailable', version: '2025.12.0'});
	t.is(health.length, 3);
});

test('dbms.components tells version and edition, and that this is a stand-in', async t => {
	const {rows} = await set(t, {edition: 'community', version: '5.26.0'});
	const components = await rows('CALL dbms.components() YIELD name, versions, edition');
	t.deepEqual(components, [
		{name: 'Neo4j Kernel', versions: ['5.26.0'], edition: 'community'},
		{name: 'Stand-in', versions: ['5.26.0'], edition: 'community'},
	]);
});

test('any other statement fails and says why, and the connection goes on', async t => {
	const {driver, rows} = await set(t);
	const session = driver.session();
	t.teardown(async () => session.close());
	await t.throwsAsync(session.run('MATCH (n) RETURN n'), {code: 'Neo.ClientError.Statement.SyntaxError', message: /stand-in for Neo4j and does not know the statement: MATCH/v});
	await t.throwsAsync(rows('SHOW DATABASES YIELD nonsense'), {message: /non-existing column: `nonsense`/v});
	await t.throwsAsync(rows('SHOW DATABASES YIELD name ORDER BY name UNION'), {message: /does not know what begins at 'UNION'/v});
	const {records} = await session.executeRead(async transaction => transaction.run('SHOW DATABASES YIELD name'));
	t.true(records.length > 0);
});

test('every statement is on record with its database and parameters', async t => {
	const {dbms, rows} = await set(t);
	await rows('SHOW DATABASE $name', {name: 'neo4j'});
	t.deepEqual(dbms.statements(), [{query: 'SHOW DATABASE $name', parameters: {name: 'neo4j'}, database: 'system'}]);
});

test('Bolt can refuse, hang and come back', async t => {
	const {dbms} = await set(t);
	const ask = (connectionAcquisitionTimeout = 30_000) => async (): Promise<unknown> => {
		const driver = neo4j.driver(dbms.boltUrl, neo4j.auth.basic('neo4j', 'secret'), {connectionAcquisitionTimeout, maxTransactionRetryTime: 0});
		try {
			return await driver.executeQuery('SHOW DATABASES');
		} finally {
			await driver.close();
		}
	};

	await dbms.setBolt('refuses');
	await t.throwsAsync(ask(), {code: 'ServiceUnavailable'});
	await dbms.setBolt('hangs');
	await t.throwsAsync(ask(300), {message: /timeout|timed out/iv});
	await dbms.setBolt('answers');
	await t.notThrowsAsync(ask());
});

test('many rows come in batches', async t => {
	const {dbms, driver} = await set(t, {servers: ['server-0:6362'], databases: []});
	for (let index = 0; index < 300; index += 1) {
		dbms.createDatabase(`database-${index}`);
	}

	const session = driver.session({fetchSize: 100});
	t.teardown(async () => session.close());
	const {records} = await session.run('SHOW DATABASES YIELD *');
	t.is(records.length, 301);
});

const {value} = fc.letrec<{value: Value}>(tie => ({
	value: fc.oneof(
		fc.constantFrom(null, true, false),
		fc.integer({min: -20, max: 130}),
		fc.maxSafeInteger(),
		fc.double({noNaN: true}).filter(number => !Number.isSafeInteger(number)),
		fc.string({unit: 'binary', maxLength: 300}),
		fc.array(tie('value'), {maxLength: 20}),
		fc.dictionary(fc.string(), tie('value'), {noNullPrototype: true}),
	),
}));

test('what is packed is unpacked', t => {
	fc.assert(fc.property(value, original => {
		t.deepEqual(unpack(pack(original)), original);
	}));
	const long = 'x'.repeat(70_000);
	t.is(unpack(pack(long)), long);
});
