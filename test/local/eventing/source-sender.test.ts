import test, {type ExecutionContext} from 'ava';
import {startSubscriber, type Answer} from './subscriber.ts';
import {type Event} from '#local/eventing/cloud-event.ts';
import {type PingSource} from '#local/eventing/resources.ts';
import {sendFromSource} from '#local/eventing/source-sender.ts';
import {silentLog} from '#shared/log.ts';

const event: Event = {
	attributes: {
		specversion: '1.0', id: '1', source: '/here', type: 'made',
	},
};
const source: PingSource = {
	apiVersion: 'sources.knative.dev/v1', kind: 'PingSource', metadata: {namespace: 'test', name: 'ping'}, spec: {sink: {uri: 'http://sink'}},
};

const send = async (t: ExecutionContext, answer: (index: number) => Answer) => {
	const sink = await startSubscriber(t, (_, index) => answer(index));
	const waits: number[] = [];
	const arrived = await sendFromSource({
		resolver: {resolve: async () => sink.url, brokerUrl: String},
		async delay(milliseconds) {
			waits.push(milliseconds);
		},
		signal: new AbortController().signal,
		log: silentLog(),
	}, source, event);
	return {arrived, waits, sink};
};

for (const status of [404, 413, 425, 429, 502, 503, 504]) {
	test(`a source tries five times more after ${status}, over 3.1 s, and then drops the event`, async t => {
		const {arrived, waits, sink} = await send(t, () => ({status}));
		t.false(arrived);
		t.deepEqual(waits, [100, 200, 400, 800, 1600]);
		t.deepEqual(new Set(sink.ids()), new Set(['1']));
		t.is(sink.received.length, 6);
	});
}

for (const status of [301, 400, 403, 408, 409, 422, 500, 501]) {
	test(`a source drops an event on the first ${status}`, async t => {
		const {arrived, sink} = await send(t, () => ({status}));
		t.false(arrived);
		t.is(sink.received.length, 1);
	});
}

test('a source tries again after a broken connection', async t => {
	const {arrived, waits, sink} = await send(t, index => index === 0 ? 'cut' : {});
	t.true(arrived);
	t.deepEqual(waits, [100]);
	t.is(sink.received[1]!.headers['kn-namespace'], 'test');
});
