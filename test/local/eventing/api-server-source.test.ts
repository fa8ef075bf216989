import {Buffer} from 'node:buffer';
import test from 'ava';
import {
	configMaps, change, create, remove, seen, setUp,
} from './config-maps.ts';
import {type Harness, startHarness} from './harness.ts';

test('an ApiServerSource tells of additions, changes and deletions, with the whole object in Resource mode', async t => {
	const harness = await setUp(t, {now: () => new Date('2026-03-01T10:00:00Z')});
	await harness.source('ApiServerSource', 'maps', {...configMaps, ceOverrides: {extensions: {colour: 'blue'}}});
	await harness.eventing.settled();
	await create(harness, 'one');
	await harness.eventing.settled();
	await change(harness, 'one', 'red');
	await harness.eventing.settled();
	await remove(harness, 'one');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add one', 'update one', 'delete one']);
	const [, {event: {attributes, data}}] = harness.eventing.events() as [unknown, ReturnType<Harness['eventing']['events']>[number]];
	t.regex(attributes['id']!, /^[0-9a-f]{8}-[0-9a-f]{4}-4/v);
	t.like(attributes, {
		specversion: '1.0', type: 'dev.knative.apiserver.resource.update', source: harness.cluster.server, subject: '/apis/v1/namespaces/test/configmaps/one',
		time: '2026-03-01T10:00:00.000Z', datacontenttype: 'application/json', apiversion: 'v1', kind: 'ConfigMap', name: 'one', namespace: 'test', colour: 'blue',
	});
	const object = JSON.parse(Buffer.from(data!).toString()) as Record<string, unknown>;
	t.like(object, {
		apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'one'}, data: {colour: 'red'},
	});
});

test('in Reference mode an event carries only what names the object', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', {resources: configMaps.resources});
	await harness.eventing.settled();
	await create(harness, 'one');
	await harness.eventing.settled();
	const [{event}] = harness.eventing.events() as [ReturnType<Harness['eventing']['events']>[number]];
	t.is(event.attributes['type'], 'dev.knative.apiserver.ref.add');
	t.deepEqual(JSON.parse(Buffer.from(event.data!).toString()), {
		kind: 'ConfigMap', namespace: 'test', name: 'one', apiVersion: 'v1',
	});
});

test('what was there when a source started is never told', async t => {
	const harness = await setUp(t);
	await create(harness, 'old');
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await create(harness, 'new');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add new']);
});

test('what happens while nothing runs is lost', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await harness.eventing.close();
	await create(harness, 'missed');
	const again = await harness.start();
	await again.settled();
	await change(harness, 'missed', 'red');
	await again.settled();
	t.deepEqual(again.events().map(({event}) => event.attributes['type']), ['dev.knative.apiserver.resource.update']);
});

test('a watch that is cut goes on where it was', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	harness.cluster.apiServer.dropWatches();
	await create(harness, 'one');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add one']);
});

test('after 410 everything in the gap is silently lost', async t => {
	let isDown = false;
	const harness = await setUp(t, {fault: ({query}) => isDown && query.has('watch') ? {status: 503} : undefined});
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	isDown = true;
	harness.cluster.apiServer.dropWatches();
	await create(harness, 'lost');
	harness.cluster.apiServer.compact();
	isDown = false;
	await harness.eventing.settled();
	await create(harness, 'told');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add told']);
});

test('a source sends one event at a time, in order', async t => {
	const harness = await startHarness(t);
	const sink = await harness.service('sink');
	await harness.source('ApiServerSource', 'maps', {...configMaps, sink: {uri: sink.url}});
	await harness.eventing.settled();
	const names = Array.from({length: 20}, (_, index) => `map-${index}`);
	for (const name of names) {
		await create(harness, name);
	}

	await harness.eventing.settled();
	t.deepEqual(sink.received.map(({headers}) => headers['ce-name']), names);
	t.is(sink.received[0]!.headers['kn-namespace'], 'test');
});

test('an edited source goes on without a gap', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await harness.cluster.client.patch({
		apiVersion: 'sources.knative.dev/v1', kind: 'ApiServerSource', namespace: 'test', name: 'maps',
	}, {spec: {mode: 'Reference'}});
	await create(harness, 'between');
	await harness.eventing.settled();
	await create(harness, 'after');
	await harness.eventing.settled();
	t.true(seen(harness).includes('add between'));
	t.is(harness.eventing.events().at(-1)!.event.attributes['type'], 'dev.knative.apiserver.ref.add');
});

test('a deleted source falls silent', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await harness.cluster.client.delete({
		apiVersion: 'sources.knative.dev/v1', kind: 'ApiServerSource', namespace: 'test', name: 'maps',
	});
	await harness.eventing.settled();
	await create(harness, 'one');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), []);
});

test('what a source sends can be dropped, doubled with another id, and delayed on purpose', async t => {
	const harness = await setUp(t, {
		chaos: ({attributes}, hop) => hop === 'source' ? (attributes['name'] as 'drop' | 'double' | 'delay' | 'deliver') : 'deliver',
	});
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	for (const name of ['delay', 'drop', 'double', 'deliver']) {
		await create(harness, name);
	}

	await harness.eventing.settled();
	t.deepEqual(seen(harness).filter(line => line !== 'add delay'), ['add double', 'add double', 'add deliver']);
	t.true(seen(harness).includes('add delay'));
	t.is(new Set(harness.eventing.events().map(({event}) => event.attributes['id'])).size, 4);
});
