import {Buffer} from 'node:buffer';
import test from 'ava';
import {
	decodeEvent, encodeEvent, EventError, type Headers,
} from '#local/eventing/cloud-event.ts';

const binary = {
	'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/here', 'ce-type': 'com.example.made',
};
const structured = {
	specversion: '1.0', id: '1', source: '/here', type: 'com.example.made',
};
const json = {'content-type': 'application/cloudevents+json'};
const decode = (headers: Headers, body: unknown = '') => decodeEvent(headers, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

test('binary mode: attributes come from headers, the content type among them, data is the body', t => {
	const event = decode({
		...binary, 'content-type': 'text/plain', 'ce-kind': 'Job', accept: '*/*',
	}, 'hello');
	t.deepEqual(event, {
		attributes: {...structured, datacontenttype: 'text/plain', kind: 'Job'},
		data: Buffer.from('hello'),
	});
});

test('structured mode: data keeps its JSON form, and an upper-case extension is taken in lower case', t => {
	const event = decode({'content-type': 'Application/CloudEvents+JSON; charset=UTF-8'}, {
		...structured, Kind: 'Job', count: 3, data: {a: [1]},
	});
	t.deepEqual(event, {attributes: {...structured, kind: 'Job', count: '3'}, data: Buffer.from('{"a":[1]}')});
});

for (const [title, data, contentType, bytes] of [
	['a JSON string stays quoted', 'x', 'application/json', '"x"'],
	['a string of another type is taken as it is', 'x', 'text/plain', 'x'],
	['zero is data', 0, 'application/json', '0'],
	['false is data', false, 'application/vnd.x+json', 'false'],
] as const) {
	test(`structured mode: ${title}`, t => {
		t.is(decode(json, {...structured, datacontenttype: contentType, data}).data?.toString(), bytes);
	});
}

test('structured mode: data_base64 is bytes', t => {
	t.deepEqual(decode(json, {...structured, data_base64: 'AAEC'}).data, Buffer.from([0, 1, 2]));
});

test('an event without datacontenttype goes out without a content type', t => {
	t.false('content-type' in encodeEvent(decode(json, {...structured, data: {}})).headers);
});

test('text beyond ASCII is raw UTF-8 on the wire, and percent signs stay', t => {
	const raw = Buffer.from('größe%20', 'utf8').toString('latin1');
	const event = decode({...binary, 'ce-subject': raw});
	t.is(event.attributes['subject'], 'größe%20');
	t.is(encodeEvent(event).headers['ce-subject'], raw);
});

test('specversion 0.3 is taken', t => {
	t.is(decode({...binary, 'ce-specversion': '0.3'}).attributes['specversion'], '0.3');
});

const refused: ReadonlyArray<readonly [title: string, headers: Headers, body?: unknown]> = [
	['plain JSON', {'content-type': 'application/json'}, {a: 1}],
	['a batch', {'content-type': 'application/cloudevents-batch+json'}, [structured]],
	['a missing id', {...binary, 'ce-id': undefined}],
	['an empty source', {...binary, 'ce-source': ''}],
	['a missing type', {...binary, 'ce-type': undefined}],
	['a missing specversion', {...binary, 'ce-specversion': undefined}],
	['specversion 9.9', {...binary, 'ce-specversion': '9.9'}],
	['a time that is none', {...binary, 'ce-time': 'yesterday'}],
	['an extension with an underscore', {...binary, 'ce-my_name': 'x'}],
	['a structured event without specversion', json, {...structured, specversion: undefined}],
	['a structured event with an object as extension', json, {...structured, extra: {}}],
	['a structured event with a fraction as extension', json, {...structured, extra: 1.5}],
	['a structured body that is no JSON', json, '{'],
	['a structured body that is a list', json, [structured]],
];

for (const [title, headers, body] of refused) {
	test(`refused: ${title}`, t => {
		t.throws(() => decode(headers, body), {instanceOf: EventError});
	});
}
