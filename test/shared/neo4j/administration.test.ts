import test from 'ava';
import neo4j from 'neo4j-driver';
import {startDbms} from '#local/neo4j/server.ts';
import {refusalOf, withAdministration} from '#shared/neo4j/administration.ts';

for (const isCluster of [true, false]) {
	test(`databases and servers are told, and statements run, by ${isCluster ? 'the server that leads' : 'a lone server'}`, async t => {
		const dbms = await startDbms({
			servers: isCluster ? ['a:6362', 'b:6362'] : ['a:6362'], version: '2025.12.0', databases: ['my-db'], password: 'secret',
		});
		t.teardown(dbms.close);
		await withAdministration({uri: dbms.boltUrl, username: 'neo4j', password: 'secret'}, {isCluster, timeoutMs: 20_000}, async administration => {
			const servers = await administration.servers();
			t.deepEqual(servers.map(({address, version}) => [address, version]), dbms.backupAddresses.map(address => [address.replace('6362', '7687'), '2025.12.0']));
			await administration.run('STOP DATABASE `my-db`');
			const allocations = await administration.allocationsOf('my-db');
			t.deepEqual(allocations.map(({serverID, requestedStatus, databaseID}) => [serverID, requestedStatus, databaseID]), servers.map(({serverId}) => [serverId, 'offline', null]));
			t.deepEqual(await administration.allocationsOf('another'), []);
			const error = await t.throwsAsync(administration.run('CREATE DATABASE `my-db`'));
			t.regex(refusalOf(error) ?? '', /already exists/v);
		});
	});
}

test('only what Neo4j has refused for good is a refusal', t => {
	for (const [code, isRefusal] of [
		['Neo.ClientError.Database.ExistingDatabaseFound', true],
		['Neo.ClientError.Security.Forbidden', true],
		['Neo.DatabaseError.Statement.ExecutionFailed', true],
		['Neo.ClientError.Cluster.NotALeader', false],
		['Neo.TransientError.General.DatabaseUnavailable', false],
		['ServiceUnavailable', false],
		['SessionExpired', false],
	] as const) {
		t.is(refusalOf(new neo4j.Neo4jError('it says why', code, '', '')) !== undefined, isRefusal, `the code ${code}`);
	}

	t.is(refusalOf(new Error('bolt://a did not answer within 5 ms')), undefined);
	t.is(refusalOf(undefined), undefined);
});
