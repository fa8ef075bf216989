import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {connect} from 'node:net';
import {setImmediate as nextTurn} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {minimalHeaders, send, startFunctionServer} from './function-server.ts';
import {ConfigurationError, ConflictError, TerminalError} from '#shared/errors.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';

const structured = 'application/cloudevents+json';
const members = {
	specversion: '1.0', id: '1', source: '/test', type: 'com.example.test',
} as const;

const collect = async (t: ExecutionContext) => {
	const events: ReceivedEvent[] = [];
	const server = await startFunctionServer(t, async event => {
		events.push(event);
	});
	return {...server, events};
};

test('[X-126] binary and structured mode, percent-encoded headers, media types of any case and with parameters mean the same event', async t => {
	const {url, post, events} = await collect(t);
	const json = JSON.stringify({
		...members, subject: 'größe 1', datacontenttype: 'application/json', kind: 'Job', data: {a: 1},
	});
	const answers = [
		await post({'ce-subject': 'gr%C3%B6%C3%9Fe%201', 'ce-kind': 'Job', 'content-type': 'application/json'}, '{"a":1}'),
		await post({'CE-Subject': '"gr%c3%b6%c3%9fe 1"', 'ce-kind': 'Job', 'content-type': 'Application/JSON; charset="UTF-8"'}, ' {"a":1}'),
		...await Promise.all([structured, 'APPLICATION/CloudEvents+json; charset=UTF-8'].map(async type => send(url, {method: 'POST', headers: {'content-type': type}, body: json}))),
	];
	t.deepEqual(answers.map(answer => answer.status), [202, 202, 202, 202]);
	for (const event of events) {
		t.like(event, {
			...members, subject: 'größe 1', extensions: {kind: 'Job'}, data: {a: 1},
		});
	}
});

test('R1 an event is taken by POST in binary and in structured mode', async t => {
	const {url, post, events} = await collect(t);
	await post();
	await send(url, {method: 'POST', headers: {'content-type': structured}, body: JSON.stringify(members)});
	t.deepEqual(events.map(event => event.id), ['1', '1']);
});

test('R2 the status code alone says whether the event was taken', async t => {
	const outcomes: Array<Error | undefined> = [undefined, new TerminalError('never'), new Error('later')];
	const {status} = await startFunctionServer(t, async () => {
		const error = outcomes.shift();
		if (error) {
			throw error;
		}
	});
	t.deepEqual([await status(), await status(), await status()], [202, 422, 503]);
});

test('R3 an event is not accepted before its handling has ended', async t => {
	const order: string[] = [];
	const gate = Promise.withResolvers<void>();
	const {post} = await startFunctionServer(t, async () => {
		order.push('handling');
		await gate.promise;
		order.push('handled');
	});
	const answer = post().then(() => order.push('answered'));
	while (order.length === 0) {
		await nextTurn();
	}

	gate.resolve();
	await answer;
	t.deepEqual(order, ['handling', 'handled', 'answered']);
});

test('R4 a duplicate is accepted like the first', async t => {
	const {status, events} = await collect(t);
	t.deepEqual([await status(), await status()], [202, 202]);
	t.is(events.length, 2);
});

const malformed: ReadonlyArray<readonly [title: string, headers: Readonly<Record<string, string>>, body: string]> = [
	['plain JSON', {'content-type': 'application/json'}, '{}'],
	['a missing id', {...minimalHeaders, 'ce-id': ''}, ''],
	['specversion 0.3', {...minimalHeaders, 'ce-specversion': '0.3'}, ''],
	['a garbled time', {...minimalHeaders, 'ce-time': 'noon'}, ''],
	['invalid UTF-8', {...minimalHeaders, 'ce-subject': '%FF'}, ''],
	['broken JSON', {'content-type': structured}, '{'],
	['a batch', {'content-type': 'application/cloudevents-batch+json'}, '[]'],
];
for (const [title, headers, body] of malformed) {
	test(`R5 an event that cannot be parsed is answered 400: ${title}`, async t => {
		const {url, events} = await collect(t);
		const answer = await send(url, {method: 'POST', headers, body});
		t.is(answer.status, 400);
		t.regex(answer.headers.get('content-type') ?? '', /^text\/plain/v);
		t.is(events.length, 0);
	});
}

test('R5 an unknown endpoint is answered 404, another method 405, a body too large 413', async t => {
	const {url, status, events} = await collect(t);
	const elsewhere = await send(`${url}events`, {method: 'POST', headers: minimalHeaders});
	t.is(elsewhere.status, 404);
	const answer = await send(url, {method: 'GET'});
	t.is(answer.status, 405);
	t.regex(answer.headers.get('allow') ?? '', /POST/v);
	t.is(await status({}, Buffer.alloc((2 * 1024 * 1024) + 1)), 413);
	t.is(events.length, 0);
});

test('R6 what may succeed later is answered 503, which every sender tries again', async t => {
	const errors: Error[] = [new Error('database away'), new ConflictError('written by another'), Object.assign(new Error('throttled'), {status: 429})];
	const {status} = await startFunctionServer(t, async () => {
		throw errors.shift()!;
	});
	t.deepEqual([await status(), await status(), await status()], [503, 503, 503]);
});

test('R7 success is 202', async t => {
	const {status} = await collect(t);
	t.is(await status(), 202);
});

test('R8 success is no reply: no event comes back, whatever the sender prefers', async t => {
	const {post} = await collect(t);
	const answer = await post({prefer: 'reply'});
	t.is(answer.status, 202);
	t.deepEqual([...answer.headers.keys()].filter(name => name.startsWith('ce-') || name === 'content-type'), []);
});

test('R9 OPTIONS lists POST in Allow', async t => {
	const {url} = await collect(t);
	const answer = await send(url, {method: 'OPTIONS', headers: {'webhook-request-origin': 'example.com'}});
	t.is(answer.status, 200);
	t.regex(answer.headers.get('allow') ?? '', /\bPOST\b/v);
});

test('R10 unknown negotiation is ignored: an upgrade that a sender proposes does not happen', async t => {
	const {url, events} = await collect(t);
	const socket = connect(Number(new URL(url).port), '127.0.0.1');
	t.teardown(() => socket.destroy());
	socket.write(['POST / HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: h2c', 'ce-specversion: 1.0', 'ce-id: 1', 'ce-source: /', 'ce-type: t', 'content-length: 0', '', ''].join('\r\n'));
	const [chunk] = await once(socket, 'data') as [Uint8Array];
	t.regex(Buffer.from(chunk).toString(), /^HTTP\/1\.1 202 /v);
	t.is(events.length, 1);
});

test('R11 a success has no body and nothing that announces one', async t => {
	const {post} = await collect(t);
	const {text, headers} = await post();
	t.is(text, '');
	t.is(headers.get('content-type'), null);
	t.is(headers.get('etag'), null);
	t.is(headers.get('x-powered-by'), null);
});

test('R12 media types are read in any case and with parameters, headers are percent-decoded once, invalid UTF-8 is refused', async t => {
	const {status, events} = await collect(t);
	t.is(await status({'content-type': 'APPLICATION/json;Charset=Utf-8', 'ce-subject': '%2520'}, '{"a":1}'), 202);
	t.like(events[0], {subject: '%20', data: {a: 1}});
	t.is(await status({'ce-subject': '%C3'}), 400);
});

test('R13 an event of 64 KiB is accepted', async t => {
	const {status, events} = await collect(t);
	t.is(await status({'content-type': 'application/json'}, JSON.stringify('x'.repeat((64 * 1024) - 2))), 202);
	t.is((events[0]!.data as string).length, (64 * 1024) - 2);
});

test('R14 ten deliveries of one event at once, and one after a restart, have one effect', async t => {
	const effects = new Map<string, number>();
	let creations = 0;
	const handle = async (event: ReceivedEvent): Promise<void> => {
		await nextTurn();
		// As the API server creates by name: the second finds the first.
		if (!effects.has(event.id)) {
			effects.set(event.id, ++creations);
		}
	};

	const before = await startFunctionServer(t, handle);
	const answers = await Promise.all(Array.from({length: 10}, async () => before.status()));
	const after = await startFunctionServer(t, handle);
	t.deepEqual(new Set([...answers, await after.status()]), new Set([202]));
	t.is(creations, 1);
});

test('R16 an unknown type is taken and ignored', async t => {
	const {status} = await startFunctionServer(t, async event => {
		if (event.type !== 'com.example.known') {
			return;
		}

		throw new Error('never reached');
	});
	t.is(await status({'ce-type': 'com.example.unknown'}), 202);
});

test('a failure says why to whoever reads the dead letter, but never what a library said', async t => {
	const errors: Error[] = [new ConfigurationError('spec.storage.bucket names no bucket'), new Error('GET https://user:hunter2@bucket.example/?sig=hunter2')];
	const {post} = await startFunctionServer(t, async () => {
		throw errors.shift()!;
	});
	const [terminal, later] = [await post(), await post()];
	t.is(terminal.text, 'spec.storage.bucket names no bucket\n');
	t.notRegex(later.text, /hunter2/v);
});

test('the trace of the event is handed to the handler, else that of the request, and garbage is not', async t => {
	const seen: Array<string | undefined> = [];
	const {post} = await startFunctionServer(t, async (_event, {traceparent}) => {
		seen.push(traceparent);
	});
	const [first, second] = ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-11111111111111111111111111111111-2222222222222222-00'] as const;
	await post({'ce-traceparent': first, traceparent: second});
	await post({traceparent: second});
	await post({'ce-traceparent': 'x'});
	t.deepEqual(seen, [first, second, undefined]);
});
