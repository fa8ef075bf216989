import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer, type AddressInfo} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import test, {type ExecutionContext} from 'ava';
import {minimalHeaders, send} from './function-server.ts';

const start = async (t: ExecutionContext, port: string) => {
	const child = spawn(process.execPath, [path.join(import.meta.dirname, 'serving-process.ts')], {
		env: {PATH: process.env['PATH'], PORT: port}, stdio: ['pipe', 'pipe', 'inherit'],
	});
	t.teardown(() => child.kill('SIGKILL'));
	const exit = once(child, 'exit') as Promise<[code: number | undefined]>;
	const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
	const untilLogged = async (message: string): Promise<Record<string, unknown>> => {
		for (;;) {
			const {value, done} = await lines.next();
			if (done) {
				throw new Error(`The process ended before it logged ${message}`);
			}

			const line = JSON.parse(value) as Record<string, unknown>;
			if (line['msg'] === message) {
				return line;
			}
		}
	};

	const {port: bound} = await untilLogged('listening');
	return {
		child, exit, untilLogged, url: `http://127.0.0.1:${String(bound)}/`,
	};
};

test('[X-128] 2 MiB bodies are accepted, /health/* answers, PORT is honoured, and SIGTERM finishes what is in flight before the process ends with 0', async t => {
	const free = createServer().listen(0, '127.0.0.1');
	await once(free, 'listening');
	const {port} = free.address() as AddressInfo;
	free.close();
	await once(free, 'close');

	const {child, exit, untilLogged, url} = await start(t, String(port));
	t.is(url, `http://127.0.0.1:${port}/`);
	const probes = await Promise.all(['liveness', 'readiness'].map(async probe => send(`${url}health/${probe}`, {method: 'GET'})));
	t.deepEqual(probes.map(probe => probe.status), [200, 200]);
	const large = await send(url, {method: 'POST', headers: minimalHeaders, body: Buffer.alloc(2 * 1024 * 1024)});
	t.is(large.status, 202);
	await untilLogged('handling');

	const answer = send(url, {method: 'POST', headers: {...minimalHeaders, 'ce-type': 'com.example.slow'}});
	await untilLogged('handling');
	child.kill('SIGTERM');
	await untilLogged('finishing what is in flight');
	await t.throwsAsync(send(`${url}health/liveness`, {method: 'GET', headers: {connection: 'close'}}));
	child.stdin.write('go\n');
	const {status} = await answer;
	t.is(status, 202);
	const [code] = await exit;
	t.is(code, 0);
});

test('R15 a request in flight at SIGTERM is answered when its handling has ended, and its connection is closed', async t => {
	const {child, exit, untilLogged, url} = await start(t, '0');
	const answer = send(url, {method: 'POST', headers: {...minimalHeaders, 'ce-type': 'com.example.slow'}});
	await untilLogged('handling');
	child.kill('SIGTERM');
	await untilLogged('finishing what is in flight');
	child.stdin.write('go\n');
	await untilLogged('event handled');
	const {status, headers} = await answer;
	t.is(status, 202);
	t.is(headers.get('connection'), 'close');
	const [code] = await exit;
	t.is(code, 0);
});

test('an idle process ends at once on SIGTERM, kept-alive connections or not', async t => {
	const {child, exit, url} = await start(t, '0');
	await send(url, {method: 'POST', headers: minimalHeaders});
	child.kill('SIGTERM');
	const [code] = await exit;
	t.is(code, 0);
});
