import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {connect, type AddressInfo} from 'node:net';
import {createServer} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {startCluster} from '#test/local/cluster.ts';
import {boltTrust} from '#shared/neo4j/bolt-trust.ts';
import {countedDatabases, onlineDatabases} from '#shared/neo4j/databases.ts';
import {serverVersion} from '#shared/neo4j/server-version.ts';
import {present} from '#shared/present.ts';
import {startDbms, type DbmsOptions, type RunningDbms} from '#local/neo4j/server.ts';

const user = {username: 'neo4j', password: 'secret'};

const start = async (options: Partial<DbmsOptions> = {}) => startDbms({
	servers: ['server-0:6362', 'server-1:6362', 'server-2:6362'], version: '5.26.3', databases: ['neo4j', 'orders'], user: 'neo4j', password: 'secret', ...options,
});

test('the standard databases and system, each once, however many servers have them', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	dbms.compositeDatabase('joined');
	t.deepEqual(await onlineDatabases({uri: dbms.boltUrl, ...user}), ['neo4j', 'orders', 'system']);
});

test('a stopped database is left out', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	dbms.stopDatabase('orders');
	t.deepEqual(await onlineDatabases({uri: dbms.boltUrl, ...user}), ['neo4j', 'system']);
});

test('Community answers too', async t => {
	const dbms = await start({edition: 'community', servers: ['server-0:6362'], databases: ['neo4j']});
	t.teardown(dbms.close);
	t.deepEqual(await onlineDatabases({uri: dbms.boltUrl, ...user}), ['neo4j', 'system']);
});

test('a wrong password is no answer, and the reason is told', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	const failures: Error[] = [];
	const onFailure = (error: Error) => {
		failures.push(error);
	};

	t.is(await onlineDatabases({
		uri: dbms.boltUrl, username: 'neo4j', password: 'wrong', onFailure,
	}), undefined);
	t.is(failures.length, 1);
});

test('the server itself says its version and edition', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	t.deepEqual(await serverVersion({uri: dbms.boltUrl, ...user}), {version: '5.26.3', isCommunity: false});
	t.is(await serverVersion({uri: dbms.boltUrl, username: 'neo4j', password: 'wrong'}), undefined);
});

test('a server that refuses is no answer', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	await dbms.setBolt('refuses');
	t.is(await onlineDatabases({uri: dbms.boltUrl, ...user}), undefined);
});

test('a server that never answers holds nobody up', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	await dbms.setBolt('hangs');
	const started = performance.now();
	t.is(await onlineDatabases({uri: dbms.boltUrl, ...user, timeoutMs: 300}), undefined);
	t.true(performance.now() - started < 2000);
});

test('a server that should speak TLS and does not is no answer', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	t.is(await onlineDatabases({
		uri: dbms.boltUrl, ...user, tls: {}, timeoutMs: 1000,
	}), undefined);
});

const behindTLS = async (t: ExecutionContext, dbms: RunningDbms) => {
	const {port: boltPort} = new URL(dbms.boltUrl);
	const proxy = createServer({key: await certificate('server.key'), cert: await certificate('server.crt')}, socket => {
		const inner = connect(Number(boltPort), '127.0.0.1');
		socket.pipe(inner).pipe(socket);
		socket.on('error', () => {
			inner.destroy();
		});
		inner.on('error', () => {
			socket.destroy();
		});
	});
	proxy.listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	t.teardown(() => proxy.close());
	return `bolt://localhost:${(proxy.address() as AddressInfo).port}`;
};

const certificate = async (name: string) => readFile(new URL(`certificates/${name}`, import.meta.url), 'utf8');

test('[X-026] a target with TLS is reached over Bolt when the authority in its own Secrets has signed its certificate, and not otherwise', async t => {
	const dbms = await start();
	t.teardown(dbms.close);
	const uri = await behindTLS(t, dbms);
	const {client, apply} = await startCluster(t);
	const target = {namespace: 'test', tls: {trustSecrets: ['authority', 'own-certificate']}};
	const ask = async () => onlineDatabases({uri, ...user, ...present({tls: await boltTrust(client, target)})});
	t.is(await ask(), undefined, 'no authority but those of the system');
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'own-certificate'}, stringData: {'ca.crt': await certificate('ca.crt'), 'tls.crt': await certificate('server.crt')},
	});
	t.deepEqual(await ask(), ['neo4j', 'orders', 'system']);
	const asked = dbms.statements().length;
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'authority'}, stringData: {'ca.crt': await certificate('other-ca.crt')},
	});
	t.is(await ask(), undefined);
	t.is(dbms.statements().length, asked, 'nothing was said to a server that nobody vouches for');
});

test('of a sharded database neither the virtual name nor the shards are counted on', t => {
	const online = (name: string, type: string) => ({name, type, currentStatus: 'online'});
	t.deepEqual(countedDatabases([
		online('system', 'system'), online('foo', 'standard'), online('foo-g000', 'graph shard'), online('foo-p000', 'property shard'), online('foo-bar', 'standard'),
	]), ['foo-bar', 'system']);
});
