import {Buffer} from 'node:buffer';
import test from 'ava';
import {ready, startHarness, type Harness} from './harness.ts';

const setUp = async (...[t, options]: Parameters<typeof startHarness>) => {
	const harness = await startHarness(t, options);
	await harness.broker('main');
	return harness;
};

test('a PingSource fires on its ticks, with the time of sending and what its spec says', async t => {
	const harness = await setUp(t);
	await harness.source('PingSource', 'heartbeat', {
		schedule: '*/5 * * * *', contentType: 'application/json', data: '{"a":1}', ceOverrides: {extensions: {colour: 'blue'}},
	});
	await harness.eventing.settled();
	await harness.eventing.tick(new Date('2026-03-01T10:04:00Z'));
	await harness.eventing.tick(new Date('2026-03-01T10:05:00Z'));
	const [{event}, ...more] = harness.eventing.events() as [ReturnType<Harness['eventing']['events']>[number]];
	t.deepEqual(more, []);
	t.like(event.attributes, {
		type: 'dev.knative.sources.ping', source: '/apis/v1/namespaces/test/pingsources/heartbeat', datacontenttype: 'application/json', colour: 'blue',
	});
	t.is(event.attributes['subject'], undefined);
	t.regex(event.attributes['time']!, /^2026-03-01T10:05:00\.[0-4]\d\dZ$/v);
	t.is(Buffer.from(event.data!).toString(), '{"a":1}');
});

test('a ping without contentType has none on the wire', async t => {
	const harness = await startHarness(t);
	const sink = await harness.service('sink');
	await harness.source('PingSource', 'heartbeat', {data: '{"a":1}', sink: {uri: sink.url}});
	await harness.source('PingSource', 'empty', {sink: {uri: sink.url}});
	await harness.eventing.settled();
	await harness.eventing.tick();
	t.deepEqual(sink.received.map(({headers}) => headers['content-type']), [undefined, undefined]);
	t.is(new Map(sink.received.map(({headers, body}) => [headers['ce-source'], body])).get('/apis/v1/namespaces/test/pingsources/heartbeat'), '{"a":1}');
});

test('a PingSource without a sink that has an address loses its tick', async t => {
	const harness = await startHarness(t);
	await harness.source('PingSource', 'heartbeat', {});
	await harness.eventing.settled();
	await harness.eventing.tick();
	t.is(ready(await harness.status('PingSource', 'heartbeat')), 'False');
	await harness.broker('main');
	await harness.eventing.settled();
	t.deepEqual(harness.eventing.events(), []);
	await harness.eventing.tick();
	t.is(harness.eventing.events().length, 1);
	t.like(await harness.status('PingSource', 'heartbeat'), {sinkUri: `${harness.eventing.url}/test/main`});
	t.is(ready(await harness.status('PingSource', 'heartbeat')), 'True');
});

test('by the clock, a PingSource with a seconds field fires by itself', async t => {
	const harness = await setUp(t, {manual: false});
	const fired = Promise.withResolvers<string>();
	await harness.service('sink', ({headers}) => {
		fired.resolve(headers['ce-type'] as string);
		return {};
	});
	await harness.trigger('sink');
	await harness.source('PingSource', 'heartbeat', {schedule: '* * * * * *'});
	t.is(await fired.promise, 'dev.knative.sources.ping');
});

for (const [title, spec, message] of [
	['@every', {schedule: '@every 5m'}, /invalid schedule/v],
	['data that is no object of JSON', {contentType: 'application/json', data: '[1]'}, /not a JSON object/v],
	['data and dataBase64', {data: 'a', dataBase64: 'YQ=='}, /exclude each other/v],
] as const) {
	test(`a PingSource with ${title} is refused`, async t => {
		const harness = await setUp(t);
		await harness.source('PingSource', 'heartbeat', spec);
		await harness.eventing.settled();
		await harness.eventing.tick();
		t.deepEqual(harness.eventing.events(), []);
		const {conditions} = await harness.status('PingSource', 'heartbeat');
		t.regex(conditions.find(({type}) => type === 'Ready')!.message!, message);
	});
}
