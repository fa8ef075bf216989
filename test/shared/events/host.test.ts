import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {
	connect, createServer, Socket, type AddressInfo,
} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import test from 'ava';
import {
	ignore, minimalHeaders, send, startFunctionServer,
} from './function-server.ts';
import {type Log} from '#shared/log.ts';
import {TerminalError} from '#shared/errors.ts';
import {defaultDeadlineMs} from '#shared/events/host.ts';

test('[X-130] a request whose handling hangs is answered 503 at its deadline of 45 s, and the handling is told to end', async t => {
	t.is(defaultDeadlineMs, 45_000);
	const hanging = createServer().listen(0, '127.0.0.1');
	await once(hanging, 'listening');
	t.teardown(() => hanging.close());
	const aborted = Promise.withResolvers<void>();
	const {post} = await startFunctionServer(t, async (_event, {signal}) => {
		signal.addEventListener('abort', () => {
			aborted.resolve();
		});
		const socket = connect((hanging.address() as AddressInfo).port, '127.0.0.1');
		t.teardown(() => socket.destroy());
		await once(socket, 'data');
	}, {deadlineMs: 100});
	const startedAt = performance.now();
	const answer = await post();
	t.is(answer.status, 503);
	t.true(performance.now() - startedAt < 2000);
	await aborted.promise;
});

test('a sender that never finishes its body is answered 503 at the deadline too', async t => {
	const {url} = await startFunctionServer(t, ignore, {deadlineMs: 100});
	const socket = connect(Number(new URL(url).port), '127.0.0.1');
	t.teardown(() => socket.destroy());
	socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{');
	const [chunk] = await once(socket, 'data') as [Uint8Array];
	t.regex(Buffer.from(chunk).toString(), /^HTTP\/1\.1 503 /v);
});

test('a handler that ends after its deadline changes nothing, and the next event is served', async t => {
	const gate = Promise.withResolvers<void>();
	let calls = 0;
	const {status} = await startFunctionServer(t, async () => {
		calls++;
		if (calls === 1) {
			await gate.promise;
			throw new TerminalError('too late');
		}
	}, {deadlineMs: 100});
	t.is(await status(), 503);
	gate.resolve();
	t.is(await status(), 202);
});

test('a sender that resets the connection just before its answer does not end the process at the deadline', async t => {
	const socket = new Socket();
	const {url} = await startFunctionServer(t, async () => {
		socket.resetAndDestroy();
	}, {deadlineMs: 100});
	socket.connect(Number(new URL(url).port), '127.0.0.1');
	const headers = Object.entries(minimalHeaders).map(header => header.join(': '));
	socket.write(['POST / HTTP/1.1', 'host: x', 'content-length: 0', ...headers, '', ''].join('\r\n'));
	await once(socket, 'close');
	await delay(200);
	const {status} = await send(`${url}health/liveness`, {method: 'GET'});
	t.is(status, 200);
});

test('the signal is not aborted once the event is handled', async t => {
	let kept: AbortSignal | undefined;
	const {post} = await startFunctionServer(t, async (_event, {signal}) => {
		kept = signal;
	}, {deadlineMs: 50});
	await post();
	await delay(120);
	t.false(kept!.aborted);
});

test('probes are answered without a body', async t => {
	const {url} = await startFunctionServer(t, ignore);
	for (const probe of ['health/liveness', 'health/readiness']) {
		const {status, text} = await send(`${url}${probe}`, {method: 'GET'});
		t.deepEqual({status, text}, {status: 200, text: ''});
	}
});

test('a body of 2 MiB arrives whole', async t => {
	let size = 0;
	const {status} = await startFunctionServer(t, async event => {
		size = (event.data as Uint8Array).length;
	});
	t.is(await status({'content-type': 'application/octet-stream'}, Buffer.alloc(2 * 1024 * 1024)), 202);
	t.is(size, 2 * 1024 * 1024);
});

test('every event leaves one line: what it was, how it ended, how long it took', async t => {
	const lines: Array<Record<string, unknown>> = [];
	const log = (bindings: Record<string, unknown>): Log => {
		const write = (fields: Record<string, unknown>, message: string): void => {
			lines.push({...bindings, ...fields, message});
		};

		return {
			debug: write, info: write, warn: write, error: write, child: (more: Record<string, unknown>) => log({...bindings, ...more}),
		} as unknown as Log;
	};

	const outcomes: Array<Error | undefined> = [undefined, new TerminalError('no such backup'), Object.assign(new Error('away'), {config: {secret: 'hunter2'}})];
	const {post} = await startFunctionServer(t, async () => {
		const error = outcomes.shift();
		if (error) {
			throw error;
		}
	}, {log: log({})});
	await post({'ce-subject': 'run'});
	await post();
	await post();
	await post({'ce-specversion': '2'});
	t.is(lines.length, 4);
	t.like(lines[0], {event: {id: '1', type: 'com.example.test', subject: 'run'}, outcome: 'done', status: 202});
	t.is(typeof lines[0]!['ms'], 'number');
	t.like(lines[1], {outcome: 'terminal', status: 422, error: {name: 'TerminalError', message: 'no such backup'}});
	t.like(lines[2], {outcome: 'later', status: 503});
	t.like(lines[3], {outcome: 'malformed', status: 400});
	t.notRegex(JSON.stringify(lines), /hunter2/v);
});
