import {
	connect, createServer, type AddressInfo, type Server,
} from 'node:net';
import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {startControl} from '#local/neo4j/control.ts';
import {forward} from '#local/neo4j/forward.ts';
import {startDbms} from '#local/neo4j/server.ts';

/** The port of a server that goes when the test ends. */
const portOf = (t: ExecutionContext, server: Server): number => {
	t.teardown(() => server.close());
	return (server.address() as AddressInfo).port;
};

test('from outside of its Pod the DBMS is told what to do, and answers what it is asked', async t => {
	const dbms = await startDbms({servers: ['server-0:6362'], version: '2025.12.0'});
	t.teardown(dbms.close);
	const url = `http://127.0.0.1:${portOf(t, await startControl(dbms, 0))}`;
	const call = async (command: string, ...values: readonly unknown[]) => {
		const answer = await fetch(`${url}/${command}`, {method: 'POST', body: JSON.stringify(values)});
		return {status: answer.status, text: await answer.text()};
	};

	t.deepEqual(await call('write', 'neo4j', 3), {status: 200, text: '8'});
	t.deepEqual(await call('stopDatabase', 'neo4j'), {status: 200, text: 'null'});
	t.is(dbms.find('neo4j')?.status, 'offline');
	t.like(await call('write', 'absent', 1), {status: 400, text: 'Database does not exist. Database name: \'absent\'.'});
	t.like(await call('close'), {status: 404});
});

test('a server that holds no data passes connections on to the first one, and ends them with it', async t => {
	const first = createServer(socket => {
		socket.end('from the first');
	});
	first.listen(0, '127.0.0.1');
	await once(first, 'listening');
	const port = portOf(t, await forward(0, {host: '127.0.0.1', port: portOf(t, first)}));
	t.is(await text(connect({host: '127.0.0.1', port})), 'from the first');

	const toNowhere = portOf(t, await forward(0, {host: '127.0.0.1', port: 1}));
	t.is(await text(connect({host: '127.0.0.1', port: toNowhere})), '');
});
