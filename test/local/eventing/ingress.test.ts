import test from 'ava';
import {startHarness} from './harness.ts';

const binary = {
	'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/here', 'ce-type': 'made',
};
const structured = {
	specversion: '1.0', id: '1', source: '/here', type: 'made',
};
const json = {'content-type': 'application/cloudevents+json'};

const table: ReadonlyArray<readonly [title: string, request: RequestInit & {path?: string}, status: number]> = [
	['a valid event without a Trigger', {headers: binary}, 202],
	['a structured event', {headers: json, body: JSON.stringify(structured)}, 202],
	['a structured event with an upper-case extension', {headers: json, body: JSON.stringify({...structured, Kind: 'Job'})}, 202],
	['an event of version 0.3', {headers: {...binary, 'ce-specversion': '0.3'}}, 202],
	['5 MB of data', {headers: {...binary, 'content-type': 'application/octet-stream'}, body: new Uint8Array(5_000_000)}, 202],
	['a missing id', {headers: {...binary, 'ce-id': ''}}, 400],
	['a missing specversion', {headers: {...binary, 'ce-specversion': ''}}, 400],
	['an unknown specversion', {headers: {...binary, 'ce-specversion': '9.9'}}, 400],
	['plain JSON', {headers: {'content-type': 'application/json'}, body: '{}'}, 400],
	['a batch', {headers: {'content-type': 'application/cloudevents-batch+json'}, body: JSON.stringify([structured])}, 400],
	['a time that is none', {headers: {...binary, 'ce-time': 'soon'}}, 400],
	['an empty source', {headers: {...binary, 'ce-source': ''}}, 400],
	['an extension with an underscore', {headers: {...binary, 'ce-a_b': 'x'}}, 400],
	['an extension that is an object', {headers: json, body: JSON.stringify({...structured, extra: {}})}, 400],
	['GET', {method: 'GET'}, 405],
	['PUT', {method: 'PUT', headers: binary}, 405],
	['HEAD', {method: 'HEAD'}, 405],
	['OPTIONS', {method: 'OPTIONS'}, 200],
	['an unknown broker', {path: 'test/other', headers: binary}, 404],
	['a broker of another namespace', {path: 'other/main', headers: binary}, 404],
	['the root', {path: '', headers: binary}, 404],
	['a path that is too long', {path: 'test/main/x', headers: binary}, 400],
];

test('the ingress answers requests as Knative\'s does', async t => {
	const {eventing, broker} = await startHarness(t);
	await broker('main');
	await eventing.settled();
	const answers: Array<readonly [string, number, string]> = [];
	for (const [title, {path = 'test/main', ...request}] of table) {
		const answer = await fetch(`${eventing.url}/${path}`, {method: 'POST', ...request});
		answers.push([title, answer.status, await answer.text()]);
	}

	t.deepEqual(answers, table.map(([title, , status]) => [title, status, '']));
});

test('OPTIONS allows POST from any origin', async t => {
	const {eventing} = await startHarness(t);
	const {headers} = await fetch(`${eventing.url}/test/main`, {method: 'OPTIONS'});
	t.is(headers.get('allow'), 'POST, OPTIONS');
	t.is(headers.get('webhook-allowed-origin'), '*');
});
