import {Buffer} from 'node:buffer';
import test from 'ava';
import {readLetter} from '../../../functions/dead-letter/letter.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {decodeEvent} from '#shared/events/decode.ts';

const event: ReceivedEvent = {
	id: '1', source: '/s', type: 't', specversion: '1.0', subject: 'run', datacontenttype: 'application/json', extensions: {kind: 'Neo4jBackup'}, data: {a: 1},
};
const added = {
	knativeerrordest: 'http://launch-backup', knativeerrorcode: 422, knativeerrordata: Buffer.from('no such backup\n').toString('base64'), knativebrokerttl: 254, knativearrivaltime: '2026-11-21T02:00:05Z',
};

test('a letter is the event without what the Broker added, and why it was given up', t => {
	t.deepEqual(readLetter({...event, extensions: {...event.extensions, ...added}}), {
		event: {
			id: '1', source: '/s', type: 't', specversion: '1.0', subject: 'run', datacontenttype: 'application/json', kind: 'Neo4jBackup', data: {a: 1},
		},
		failure: {destination: 'http://launch-backup', status: '422', answer: 'no such backup'},
	});
});

test('after a time-out the Broker says nothing', t => {
	t.deepEqual(readLetter(event).failure, {});
});

for (const [title, data] of Object.entries({
	JSON: {a: 1}, text: 'text', 'no data': undefined, bytes: Uint8Array.of(0, 255),
})) {
	test(`a letter posted again is the same event: ${title}`, t => {
		const original = {...event, datacontenttype: data instanceof Uint8Array ? 'application/octet-stream' : 'application/json', data};
		const body = Buffer.from(JSON.stringify(readLetter(original).event));
		const again = decodeEvent({'content-type': 'application/cloudevents+json'}, body);
		t.deepEqual({...again, data: again.data instanceof Uint8Array ? [...again.data] : again.data}, {...original, data: data instanceof Uint8Array ? [...data] : data});
	});
}
