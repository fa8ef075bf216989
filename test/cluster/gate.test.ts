import {once} from 'node:events';
import {connect, createServer, type AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {startGate} from '#test/e2e/stores/gate.ts';

/** A store that keeps what it hears, and a gate before it that holds the artifacts below `held/`. */
const gateAndStore = async (t: ExecutionContext) => {
	const heard: string[] = [];
	const store = createServer(socket => {
		socket.on('error', () => undefined).on('data', chunk => {
			heard.push(chunk.toString('latin1'));
			socket.write('heard');
		});
	});
	store.listen(0, '127.0.0.1');
	await once(store, 'listening');
	const gate = await startGate('127.0.0.1', new URL(`http://127.0.0.1:${(store.address() as AddressInfo).port}`));
	gate.hold('held/');
	t.teardown(async () => {
		await gate.close();
		store.close();
	});
	const client = async () => {
		const {port, hostname} = new URL(gate.url);
		const socket = connect(Number(port), hostname);
		await once(socket, 'connect');
		return socket;
	};

	return {gate, heard, client};
};

test('an upload that is held goes on when its path is released', async t => {
	const {gate, heard, client} = await gateAndStore(t);
	const socket = await client();
	socket.write('PUT /bucket/held/a.backup HTTP/1.1\r\n\r\n');
	const other = await client();
	other.write('PUT /bucket/free/b.backup HTTP/1.1\r\n\r\n');
	await once(other, 'data');
	t.deepEqual(heard, ['PUT /bucket/free/b.backup HTTP/1.1\r\n\r\n']);
	gate.release('held/');
	socket.write('more');
	await once(socket, 'data');
	t.is(heard.slice(1).join(''), 'PUT /bucket/held/a.backup HTTP/1.1\r\n\r\nmore');
});

test('the upload of a client that went away while it was held never reaches the store', async t => {
	const {gate, heard, client} = await gateAndStore(t);
	const socket = await client();
	socket.write('PUT /bucket/held/a.backup HTTP/1.1\r\n\r\n');
	const follower = await client();
	follower.write('PUT /bucket/free/b.backup HTTP/1.1\r\n\r\n');
	await once(follower, 'data');
	socket.end('its body');
	await once(socket.resume(), 'close');
	gate.release('held/');
	follower.write('GET / HTTP/1.1\r\n\r\n');
	await once(follower, 'data');
	t.deepEqual(heard, ['PUT /bucket/free/b.backup HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']);
});
