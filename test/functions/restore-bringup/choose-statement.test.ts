import test from 'ava';
import {chooseStatement, type Situation} from '../../../functions/restore-bringup/choose-statement.ts';
import {
	allocation, server, stopped, three,
} from './allocations.ts';

const standalone: Situation = {
	database: 'mydb', goal: 'restored', wasStopped: true, mayBeWritten: true, isSent: false, statefulSet: 'graph', allocations: [stopped(0)], servers: [server(0)], lastTransaction: 42,
};

const cluster: Situation = {
	...standalone, statefulSet: 'graph-server', allocations: three.map(ordinal => stopped(ordinal)), servers: three.map(ordinal => server(ordinal)),
};

const sent = (situation: Situation) => {
	const choice = chooseStatement(situation);
	return choice.kind === 'send' ? choice.statement : choice;
};

test('on a standalone a database that is there is started, and one that is not is created', t => {
	t.deepEqual(sent(standalone), {text: 'START DATABASE `mydb`'});
	t.deepEqual(sent({...standalone, allocations: []}), {text: 'CREATE DATABASE `mydb`'});
});

test('a name is quoted whatever is in it', t => {
	for (const database of ['my-db', '1st', 'a.b', 'system`; DROP DATABASE `neo4j']) {
		t.deepEqual(sent({...standalone, database, allocations: []}), {text: `CREATE DATABASE \`${database.replaceAll('`', '``')}\``});
	}
});

test('on a cluster no plain START and no plain CREATE is ever sent for restored data', t => {
	for (const allocations of [[], cluster.allocations, cluster.allocations.slice(0, 1), three.map(ordinal => allocation(ordinal))]) {
		for (const isSent of [true, false]) {
			for (const wasStopped of [true, false]) {
				const choice = chooseStatement({
					...cluster, allocations, isSent, wasStopped,
				});
				t.notRegex(choice.kind === 'send' ? choice.statement.text : '', /^START|^CREATE DATABASE `mydb`$/v);
			}
		}
	}
});

test('on a cluster a database that is there is recreated from server 0', t => {
	t.deepEqual(sent(cluster), {text: 'CALL dbms.recreateDatabase($name, {seedingServers: $servers})', parameters: {name: 'mydb', servers: [server(0).serverId]}});
});

test('[X-105] recreateDatabase is that of the cluster before 2025.04, and the plain one since', t => {
	for (const [version, procedure] of [['5.26.3', 'dbms.cluster.recreateDatabase'], ['2025.03.0', 'dbms.cluster.recreateDatabase'], ['2025.04.0', 'dbms.recreateDatabase'], ['2026.01.0', 'dbms.recreateDatabase']] as const) {
		const choice = chooseStatement({...cluster, servers: three.map(ordinal => server(ordinal, version))});
		t.true(choice.kind === 'send' && choice.statement.text.startsWith(`CALL ${procedure}(`), `${procedure} on ${version}`);
	}
});

test('on a cluster a new database is created from server 0, on all servers', t => {
	const text = `CREATE DATABASE \`mydb\` TOPOLOGY 3 PRIMARIES OPTIONS {existingData: 'use', existingDataSeedServer: '${server(0).serverId}'}`;
	t.deepEqual(sent({...cluster, allocations: []}), {text: `CYPHER 5 ${text}`});
	t.deepEqual(sent({...cluster, allocations: [], servers: three.map(ordinal => server(ordinal, '5.26.3'))}), {text});
	t.deepEqual(sent({...cluster, allocations: [], servers: three.map(ordinal => server(ordinal, '2025.05.0'))}), {text});
});

test('server 0 is found by its address in whatever order the servers come, and not taken for server 0 of another ten', t => {
	const servers = [...three.map(ordinal => server(ordinal)).toReversed(), {...server(9), address: 'other-graph-server-0.graph-headless:7687'}];
	t.deepEqual(chooseStatement({...cluster, servers}), chooseStatement(cluster));
	t.like(chooseStatement({...cluster, servers: servers.filter(({serverId}) => serverId !== server(0).serverId)}), {kind: 'impossible', reason: 'ServerNotFound'});
});

test('nothing is sent when what was sent has had its effect', t => {
	t.deepEqual(chooseStatement({...cluster, isSent: true, allocations: three.map(ordinal => allocation(ordinal))}), {kind: 'nothing'});
	t.deepEqual(chooseStatement({...standalone, isSent: true, allocations: [allocation(0, {currentStatus: 'starting'})]}), {kind: 'nothing'});
});

test('a recreation that had no effect is chosen again: the database is still stopped', t => {
	t.deepEqual(chooseStatement({...cluster, isSent: true}), chooseStatement(cluster));
});

test('a database of a cluster that was started before its restored data won is refused', t => {
	const allocations = three.map(ordinal => allocation(ordinal, {lastCommittedTxn: 99}));
	t.like(chooseStatement({...cluster, allocations}), {kind: 'impossible', reason: 'DatabaseWasStarted'});
	t.like(chooseStatement({...cluster, allocations, lastTransaction: undefined}), {kind: 'impossible', reason: 'DatabaseWasStarted'});
});

test('one that was started and has exactly what was restored is stopped first, so that a recreation without effect can be told', t => {
	t.deepEqual(chooseStatement({...cluster, allocations: three.map(ordinal => allocation(ordinal))}), {kind: 'stop', statement: {text: 'STOP DATABASE `mydb`'}});
});

test('after a failure a database that was not there before is not created, and one that was not stopped is not started', t => {
	t.deepEqual(chooseStatement({
		...standalone, goal: 'asBefore', wasStopped: false, allocations: [],
	}), {kind: 'nothing'});
	t.deepEqual(chooseStatement({...cluster, goal: 'asBefore', wasStopped: false}), {kind: 'nothing'});
});

test('after a failure before any Job a database that was stopped is started', t => {
	const text = 'START DATABASE `mydb`';
	t.deepEqual(sent({...standalone, goal: 'asBefore'}), {text});
	t.deepEqual(sent({...cluster, goal: 'asBefore', mayBeWritten: false}), {text});
});

test('after a failed Job what is on the other servers of a cluster wins, not what the Job left on server 0', t => {
	t.deepEqual(sent({...cluster, goal: 'asBefore'}), {text: 'CALL dbms.recreateDatabase($name, {seedingServers: $servers})', parameters: {name: 'mydb', servers: [server(1).serverId, server(2).serverId]}});
	t.like(chooseStatement({...cluster, goal: 'asBefore', statefulSet: 'unknown'}), {kind: 'impossible', reason: 'ServerNotFound'});
	t.deepEqual(sent({...cluster, goal: 'asBefore', allocations: [stopped(0)]}), {text: 'START DATABASE `mydb`'}, 'no other server has it');
});

test('after a failure a database that is gone is only told of', t => {
	const choice = chooseStatement({...cluster, goal: 'asBefore', allocations: []});
	t.true(choice.kind === 'nothing' && choice.remark?.includes('dropped'));
});
