import test from 'ava';
import {ready, startHarness} from './harness.ts';

const asynchronous = {annotations: {'messaging.knative.dev/async-handler': 'true'}};
const exact = (attributes: Record<string, string>) => ({filters: [{exact: attributes}]});

test('an event goes to every Trigger whose filter it passes, with arrival time and namespace, and without its time to live', async t => {
	const harness = await startHarness(t, {now: () => new Date('2026-03-01T10:00:00Z')});
	const [jobs, pods, everything] = [await harness.service('jobs'), await harness.service('pods'), await harness.service('everything')];
	await harness.broker('main');
	await harness.trigger('jobs', exact({kind: 'Job'}));
	await harness.trigger('pods', exact({kind: 'Pod'}));
	await harness.trigger('everything');
	await harness.eventing.settled();
	t.is(await harness.post({kind: 'Job'}, {
		headers: {
			traceparent: 'trace', 'x-request-id': 'r', 'knative-x': 'k', 'x-other': 'o',
		},
	}), 202);
	t.deepEqual([jobs, pods, everything].map(({received}) => received.length), [1, 0, 1]);
	const {headers} = jobs.received[0]!;
	t.like(headers, {
		'ce-knativearrivaltime': '2026-03-01T10:00:00.000Z', 'kn-namespace': 'test', prefer: 'reply', traceparent: 'trace', 'x-request-id': 'r', 'knative-x': 'k',
	});
	t.false('ce-knativebrokerttl' in headers);
	t.false('x-other' in headers);
	t.false('content-type' in headers);
});

test('a Trigger of another broker or another namespace hears nothing', async t => {
	const harness = await startHarness(t);
	const other = await harness.service('other');
	await harness.broker('main');
	await harness.broker('second');
	await harness.trigger('other', {broker: 'second'});
	await harness.cluster.apply({
		apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', metadata: {name: 'far', namespace: 'default'}, spec: {broker: 'main', subscriber: {uri: other.url}},
	});
	await harness.eventing.settled();
	t.is(await harness.post(), 202);
	t.is(other.received.length, 0);
});

test('the same event posted twice is delivered twice', async t => {
	const harness = await startHarness(t);
	const service = await harness.service('service');
	await harness.broker('main');
	await harness.trigger('service');
	await harness.eventing.settled();
	await harness.post();
	await harness.post();
	t.deepEqual(service.ids(), ['1', '1']);
});

test('in step: 500 when a Trigger failed without a dead letter sink, although the others had the event', async t => {
	const harness = await startHarness(t);
	const good = await harness.service('good');
	await harness.service('bad', () => ({status: 422}));
	await harness.broker('main');
	await harness.trigger('good');
	await harness.trigger('bad');
	await harness.eventing.settled();
	t.is(await harness.post(), 500);
	t.is(good.received.length, 1);
});

test('in step: 202 when the dead letter sink took what failed', async t => {
	const harness = await startHarness(t);
	const dead = await harness.service('dead');
	await harness.service('bad', () => ({status: 422, body: 'why'}));
	await harness.broker('main');
	await harness.trigger('bad', {delivery: {deadLetterSink: {ref: {apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'dead'}}}});
	await harness.eventing.settled();
	t.is(await harness.post(), 202);
	t.is(dead.received[0]!.headers['ce-knativeerrorcode'], '422');
});

test('asynchronous: 202 at once, whatever a subscriber does', async t => {
	const release = Promise.withResolvers<undefined>();
	const harness = await startHarness(t, {
		async delay() {
			await release.promise;
		},
	});
	const failing = await harness.service('failing', () => ({status: 503}));
	await harness.broker('main', asynchronous);
	await harness.trigger('failing', {delivery: {retry: 2}});
	await harness.eventing.settled();
	t.is(await harness.post(), 202);
	t.true(failing.received.length <= 1);
	release.resolve(undefined);
	await harness.eventing.settled();
	t.is(failing.received.length, 3);
});

test('whether a broker is asynchronous is settled at its creation', async t => {
	const harness = await startHarness(t);
	await harness.service('bad', () => ({status: 422}));
	await harness.broker('main');
	await harness.trigger('bad');
	await harness.eventing.settled();
	t.is(await harness.post(), 500);
	const reference = {
		apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', namespace: 'test', name: 'main',
	};
	await harness.cluster.client.patch(reference, {metadata: asynchronous});
	await harness.eventing.settled();
	t.is(await harness.post(), 500);
	await harness.cluster.client.delete(reference);
	await harness.broker('main', asynchronous);
	await harness.eventing.settled();
	t.is(await harness.post(), 202);
});

test('a Trigger without a delivery takes its Broker\'s, one with any takes only its own', async t => {
	const harness = await startHarness(t);
	const [plain, own] = [await harness.service('plain', () => ({status: 503})), await harness.service('own', () => ({status: 503}))];
	await harness.broker('main', {spec: {delivery: {retry: 2}}});
	await harness.trigger('plain');
	await harness.trigger('own', {delivery: {timeout: 'PT5S'}});
	await harness.eventing.settled();
	await harness.post();
	t.deepEqual([plain.received.length, own.received.length], [3, 1]);
});

test('a reply enters the broker again and finds its own Triggers', async t => {
	const harness = await startHarness(t);
	await harness.service('first', () => ({
		status: 200, headers: {
			'ce-specversion': '1.0', 'ce-id': '2', 'ce-source': '/there', 'ce-type': 'replied',
		},
	}));
	const second = await harness.service('second');
	await harness.broker('main');
	await harness.trigger('first', exact({type: 'made'}));
	await harness.trigger('second', exact({type: 'replied'}));
	await harness.eventing.settled();
	t.is(await harness.post(), 202);
	t.deepEqual(second.ids(), ['2']);
	t.deepEqual(harness.eventing.events().map(({event}) => event.attributes['knativebrokerttl']), ['255', '254']);
});

test('a function that answers its own replies is called 255 times', async t => {
	const harness = await startHarness(t);
	const looping = await harness.service('looping', () => ({
		status: 200, headers: {
			'ce-specversion': '1.0', 'ce-id': 'x', 'ce-source': '/there', 'ce-type': 'made',
		},
	}));
	await harness.broker('main', asynchronous);
	await harness.trigger('looping', {...exact({type: 'made'}), delivery: {retry: 0}});
	await harness.eventing.settled();
	await harness.post();
	await harness.eventing.settled();
	t.is(looping.received.length, 255);
});

test('statuses say what a user looks for', async t => {
	const harness = await startHarness(t);
	const service = await harness.service('service');
	await harness.broker('main');
	await harness.trigger('service');
	await harness.eventing.settled();
	t.like(await harness.status('Broker', 'main'), {address: {url: `${harness.eventing.url}/test/main`}});
	t.is(ready(await harness.status('Broker', 'main')), 'True');
	t.like(await harness.status('Trigger', 'service'), {subscriberUri: service.url});
	t.is(ready(await harness.status('Trigger', 'service')), 'True');
});

for (const [title, spec, message] of [
	['a filter that Knative refuses', {filters: [{exact: {type: 'a'}, prefix: {type: 'a'}}]}, /multiple dialects/v],
	['cesql', {filters: [{cesql: 'TRUE'}]}, /cesql/v],
	['a delivery that Knative refuses', {delivery: {timeout: '70s'}}, /timeout: 70s/v],
	['a subscriber without an address', {subscriber: {ref: {apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'absent'}}}, /no address/v],
	['a broker that is not there', {broker: 'absent'}, /does not exist/v],
] as const) {
	test(`a Trigger with ${title} is not ready and gets nothing`, async t => {
		const harness = await startHarness(t);
		const service = await harness.service('service');
		await harness.broker('main');
		await harness.trigger('service', spec);
		await harness.eventing.settled();
		t.is(await harness.post({type: 'a'}), 202);
		t.is(service.received.length, 0);
		const status = await harness.status('Trigger', 'service');
		t.is(ready(status), 'False');
		t.regex(status.conditions.find(({type}) => type === 'Ready')!.message!, message);
	});
}

test('deliveries to a Trigger can be dropped and doubled on purpose', async t => {
	const harness = await startHarness(t, {chaos: ({attributes}, hop) => hop === 'trigger' && attributes['fate'] === 'double' ? 'double' : (attributes['fate'] === 'drop' ? 'drop' : 'deliver')});
	const service = await harness.service('service');
	await harness.broker('main');
	await harness.trigger('service');
	await harness.eventing.settled();
	await harness.post({id: 'a', fate: 'drop'});
	await harness.post({id: 'b', fate: 'double'});
	await harness.post({id: 'c', fate: 'none'});
	t.deepEqual(service.ids(), ['b', 'b', 'c']);
});

test('only the namespaces that are asked for are served', async t => {
	const harness = await startHarness(t, {namespaces: ['default']});
	await harness.broker('main');
	await harness.eventing.settled();
	t.is(await harness.post(), 404);
});
