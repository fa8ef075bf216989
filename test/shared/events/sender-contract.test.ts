import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {CloudEvent} from 'cloudevents';
import {startFunctionServer} from './function-server.ts';
import {eventSamples, traceparent} from './event-samples.ts';
import {ConfigurationError, toHttpStatus} from '#shared/errors.ts';
import {
	createEmitter, defaultEmitTimeoutMs, EmitError, type EmitterOptions,
} from '#shared/events/emit.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';

type Request = {readonly method: string | undefined; readonly headers: IncomingMessage['headers']; readonly body: string};

const [reconcile, due] = eventSamples();

/**
A sink that answers as it is told and remembers what it got.
*/
const startSink = async (t: ExecutionContext, answer: (response: ServerResponse) => void) => {
	const requests: Request[] = [];
	const server = createServer((request, response) => {
		const chunks: Uint8Array[] = [];
		request.on('data', (chunk: Uint8Array) => {
			chunks.push(chunk);
		});
		request.once('end', () => {
			requests.push({method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString()});
			answer(response);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	const sink = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ns/broker`;
	return {requests, sink, emitter: (options: EmitterOptions = {}) => createEmitter({sink, ...options})};
};

const answering = (status: number, headers: Readonly<Record<string, string>> = {}, body = '') => (response: ServerResponse): void => {
	response.writeHead(status, headers).end(body);
};

test('S1 an event is sent by POST in binary mode, CloudEvents 1.0', async t => {
	const {requests, emitter} = await startSink(t, answering(202));
	await emitter().emit(due!);
	const [request] = requests;
	t.is(request!.method, 'POST');
	t.like(request!.headers, {
		'ce-specversion': '1.0', 'ce-id': due!.id, 'ce-type': due!.type, 'ce-kind': 'Neo4jBackup', 'content-type': 'application/json',
	});
	t.deepEqual(JSON.parse(request!.body), due!.data);
});

for (const status of [200, 201, 202, 204]) {
	test(`S2 an answer of ${status} is success`, async t => {
		const {emitter} = await startSink(t, answering(status));
		await t.notThrowsAsync(emitter().emit(due!));
	});
}

for (const status of [300, 302, 307, 400, 404, 409, 429, 500, 503, 599]) {
	test(`S2 an answer of ${status} is a failure, and a redirection is not followed`, async t => {
		const {emitter, requests} = await startSink(t, answering(status, {location: '/elsewhere'}));
		await t.throwsAsync(emitter().emit(due!), {instanceOf: EmitError, message: new RegExp(`HTTP ${status}`, 'v')});
		t.is(requests.length, 1);
	});
}

test('S3 an event that is not accepted makes the whole input come again: 503', async t => {
	const {emitter, requests} = await startSink(t, answering(500));
	const {status} = await startFunctionServer(t, async () => emitter().emit(due!));
	t.is(await status(), 503);
	t.is(await status(), 503);
	t.is(requests.length, 2);
});

test('S4 no reply is asked for, and an event in the answer of 200 is not one', async t => {
	const {emitter, requests} = await startSink(t, answering(200, {
		'ce-specversion': '1.0', 'ce-id': '2', 'ce-source': '/', 'ce-type': 't',
	}));
	await t.notThrowsAsync(emitter().emit(due!));
	t.is(requests[0]!.headers['prefer'], undefined);
	t.is(requests.length, 1);
});

test('S5 the body of a 202 goes nowhere', async t => {
	const {emitter, requests} = await startSink(t, answering(202, {'content-type': 'application/cloudevents+json'}, '{"specversion":"1.0","id":"2","source":"/","type":"t"}'));
	await t.notThrowsAsync(emitter().emit(due!));
	t.is(requests.length, 1);
});

test('S6 nothing is asked before the POST', async t => {
	const {emitter, requests} = await startSink(t, answering(202));
	await emitter().emit(due!);
	t.deepEqual(requests.map(request => request.method), ['POST']);
});

test('S7 a retry keeps id, source and trace', async t => {
	const {emitter, requests} = await startSink(t, answering(503));
	await t.throwsAsync(emitter().emit(due!));
	await t.throwsAsync(emitter().emit(eventSamples()[1]!));
	const [first, second] = requests.map(({headers}) => [headers['ce-id'], headers['ce-source'], headers['ce-traceparent'], headers['traceparent']]);
	t.deepEqual(first, second);
	t.deepEqual(first!.slice(2), [traceparent, traceparent]);
});

test('S8 what a receiver reads is what was sent: no attribute and no data is changed', async t => {
	const received: ReceivedEvent[] = [];
	const {url} = await startFunctionServer(t, async event => {
		received.push(event);
	});
	const {emit} = createEmitter({sink: url});
	for (const event of eventSamples()) {
		await emit(event);
	}

	const sent = eventSamples().map(event => Object.fromEntries(Object.entries(event.toJSON()).filter(([, value]) => value !== undefined)));
	t.deepEqual(received.map(({extensions, ...event}) => ({...event, ...extensions})), sent);
});

test('a sink that does not answer in time failed', async t => {
	const {emitter} = await startSink(t, () => undefined);
	t.is(defaultEmitTimeoutMs, 5000);
	const startedAt = performance.now();
	const error = await t.throwsAsync(emitter({timeoutMs: 50}).emit(due!), {instanceOf: EmitError});
	t.true(performance.now() - startedAt < 3000);
	t.is(toHttpStatus(error), 503);
});

test('a sink that is not there failed', async t => {
	await t.throwsAsync(createEmitter({sink: 'http://127.0.0.1:1/'}).emit(due!), {instanceOf: EmitError, message: /no answer/v});
});

test('without K_SINK a function does not start', t => {
	t.throws(() => createEmitter({}), {instanceOf: ConfigurationError, message: /K_SINK is not set/v});
	t.throws(() => createEmitter({sink: 'broker'}), {instanceOf: ConfigurationError, message: /K_SINK is not an http/v});
});

test('overrides are set on every event, over its own attributes', async t => {
	const {emitter, requests} = await startSink(t, answering(202));
	await emitter({ceOverrides: {cluster: 'a b', handler: 'other'}}).emit(reconcile!);
	t.like(requests[0]!.headers, {'ce-cluster': 'a%20b', 'ce-handler': 'other'});
});

test('defect 1: an answer of 503 is a failure', async t => {
	const {emitter} = await startSink(t, answering(503));
	await t.throwsAsync(emitter().emit(due!), {instanceOf: EmitError});
});

test('defect 2: an event without data is sent', async t => {
	const {emitter, requests} = await startSink(t, answering(202));
	await emitter().emit(new CloudEvent<unknown>({id: '1', source: '/s', type: 't'}));
	t.like(requests[0], {body: ''});
});

test('defect 3: an attribute beyond ASCII is sent percent-encoded', async t => {
	const {emitter, requests} = await startSink(t, answering(202));
	await emitter().emit(new CloudEvent<unknown>({
		id: '1', source: '/s', type: 't', subject: 'größe "100%" 😀',
	}));
	t.is(requests[0]!.headers['ce-subject'], 'gr%C3%B6%C3%9Fe%20%22100%25%22%20%F0%9F%98%80');
});
