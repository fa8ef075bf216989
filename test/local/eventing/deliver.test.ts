import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {startSubscriber, type Answer} from './subscriber.ts';
import {deliver, type Delivering} from '#local/eventing/deliver.ts';
import {parseDelivery, type Delivery} from '#local/eventing/delivery-policy.ts';
import {type Event} from '#local/eventing/cloud-event.ts';
import {silentLog} from '#shared/log.ts';

const event: Event = {
	attributes: {
		specversion: '1.0', id: '1', source: '/here', type: 'made', datacontenttype: 'text/plain', knativebrokerttl: '255',
	},
	data: Buffer.from('hello'),
};
const reply = {
	'ce-specversion': '1.0', 'ce-id': 'r', 'ce-source': '/there', 'ce-type': 'replied',
};

type SetUp = {
	readonly delivery?: Delivery;
	readonly replyStatus?: number;
	readonly deadLetter?: (index: number) => Answer;
};

const setUp = async (t: ExecutionContext, answer: (index: number) => Answer, {delivery = {retry: 3}, replyStatus = 202, deadLetter = () => ({})}: SetUp = {}) => {
	const subscriber = await startSubscriber(t, (_, index) => answer(index));
	const deadLetterSink = await startSubscriber(t, (_, index) => deadLetter(index));
	const waits: number[] = [];
	const replies: Event[] = [];
	const delivering: Delivering = {
		policy: parseDelivery(delivery),
		subscriber: async () => subscriber.url,
		deadLetterSink: async () => deadLetterSink.url,
		async reply(event) {
			replies.push(event);
			return replyStatus;
		},
		brokerUrl: 'http://broker/',
		headers: {'kn-namespace': 'test'},
		async delay(milliseconds) {
			waits.push(milliseconds);
		},
		signal: new AbortController().signal,
		log: silentLog(),
	};
	return {
		delivering, subscriber, deadLetterSink, waits, replies,
	};
};

const withDeadLetter: Delivery = {retry: 3, deadLetterSink: {uri: 'http://example'}};

const outcomes: ReadonlyArray<readonly [title: string, answer: Answer, attempts: number, delivered: boolean, replies: number]> = [
	...[200, 201, 202, 204].map(status => [`${status} without a body is done`, {status}, 1, true, 0] as const),
	...[200, 202].map(status => [`${status} with an event is a reply`, {status, headers: reply}, 1, true, 1] as const),
	['200 with "OK" is a failure that is retried', {status: 200, body: 'OK'}, 4, false, 0],
	['200 with JSON is a failure that is retried', {status: 200, headers: {'content-type': 'application/json'}, body: '{"ok":true}'}, 4, false, 0],
	['200 with a broken event is a failure that is retried', {status: 200, headers: {...reply, 'ce-id': ''}}, 4, false, 0],
	...[301, 400, 401, 403, 405, 410, 413, 415, 422, 425, 451].map(status => [`${status} fails at once`, {status}, 1, false, 0] as const),
	...[404, 408, 409, 429, 500, 502, 503, 504].map(status => [`${status} is retried`, {status}, 4, false, 0] as const),
	['500 with an event is no reply', {status: 500, headers: reply}, 4, false, 0],
	['a broken connection is retried', 'cut', 4, false, 0],
];

for (const [title, answer, attempts, delivered, replies] of outcomes) {
	test(title, async t => {
		const {delivering, subscriber, ...seen} = await setUp(t, () => answer);
		t.is(await deliver(delivering, event), delivered);
		t.is(subscriber.received.length, attempts);
		t.is(seen.replies.length, replies);
	});
}

test.serial('an answer that does not come in time is retried', async t => {
	const {delivering, subscriber} = await setUp(t, index => index === 0 ? 'hang' : {}, {delivery: {retry: 1, timeout: 'PT0.5S'}});
	t.true(await deliver(delivering, event));
	t.is(subscriber.received.length, 2);
});

test('retries wait as the back-off says', async t => {
	const exponential = await setUp(t, () => ({status: 503}), {delivery: {retry: 5, backoffPolicy: 'exponential', backoffDelay: 'PT1S'}});
	await deliver(exponential.delivering, event);
	t.deepEqual(exponential.waits, [1000, 2000, 4000, 8000, 16_000]);
	const linear = await setUp(t, () => ({status: 503}), {delivery: {retry: 3, backoffPolicy: 'linear', backoffDelay: 'PT1S'}});
	await deliver(linear.delivering, event);
	t.deepEqual(linear.waits, [0, 1000, 2000]);
});

test('a success ends the retries', async t => {
	const {delivering, subscriber, deadLetterSink} = await setUp(t, index => ({status: index < 2 ? 503 : 202}), {delivery: withDeadLetter});
	t.true(await deliver(delivering, event));
	t.is(subscriber.received.length, 3);
	t.is(deadLetterSink.received.length, 0);
});

test('the subscriber gets the event without its time to live, asked for a reply', async t => {
	const {delivering, subscriber} = await setUp(t, () => ({}));
	await deliver(delivering, event);
	const {headers, body} = subscriber.received[0]!;
	t.like(headers, {
		prefer: 'reply', 'kn-namespace': 'test', 'content-type': 'text/plain', 'ce-id': '1', 'ce-specversion': '1.0',
	});
	t.false('ce-knativebrokerttl' in headers);
	t.is(body, 'hello');
});

test('a reply gets the time to live of the event that it answers', async t => {
	const {delivering, replies} = await setUp(t, () => ({status: 200, headers: reply}));
	await deliver(delivering, {...event, attributes: {...event.attributes, knativebrokerttl: '7'}});
	t.like(replies[0]!.attributes, {id: 'r', knativebrokerttl: '7'});
});

test('the dead letter sink hears where, with which status and with which body the delivery failed', async t => {
	const {delivering, subscriber, deadLetterSink} = await setUp(t, () => ({status: 422, body: 'no such database'}), {delivery: withDeadLetter});
	t.true(await deliver(delivering, event));
	const {headers, body} = deadLetterSink.received[0]!;
	t.like(headers, {
		'ce-id': '1', 'ce-knativebrokerttl': '255', 'ce-knativeerrordest': subscriber.url, 'ce-knativeerrorcode': '422',
		'ce-knativeerrordata': Buffer.from('no such database').toString('base64'),
	});
	t.false('prefer' in headers);
	t.is(body, 'hello');
});

test('what the dead letter sink hears of the body is at most 1024 characters long', async t => {
	const {delivering, deadLetterSink} = await setUp(t, () => ({status: 400, body: 'x'.repeat(5000)}), {delivery: withDeadLetter});
	await deliver(delivering, event);
	t.is(deadLetterSink.received[0]!.headers['ce-knativeerrordata']?.length, 1024);
});

for (const [title, answer] of [['a timeout', 'hang'], ['a body that is no event', {status: 200, body: 'OK'}]] as const) {
	test.serial(`after ${title} the dead letter sink hears nothing of the failure`, async t => {
		const {delivering, deadLetterSink} = await setUp(t, () => answer, {delivery: {...withDeadLetter, retry: 0, timeout: 'PT0.5S'}});
		t.true(await deliver(delivering, event));
		t.deepEqual(Object.keys(deadLetterSink.received[0]!.headers).filter(name => name.startsWith('ce-knativeerror')), []);
	});
}

test('the dead letter is retried like the event, and lost after that', async t => {
	const {delivering, deadLetterSink} = await setUp(t, () => ({status: 400}), {delivery: withDeadLetter, deadLetter: () => ({status: 503})});
	t.false(await deliver(delivering, event));
	t.is(deadLetterSink.received.length, 4);
});

test('a reply that the broker refuses sends the event to the dead letter sink and calls the subscriber once', async t => {
	const {delivering, subscriber, deadLetterSink, replies} = await setUp(t, () => ({status: 200, headers: reply}), {delivery: withDeadLetter, replyStatus: 500});
	t.true(await deliver(delivering, event));
	t.is(subscriber.received.length, 1);
	t.is(replies.length, 4);
	t.like(deadLetterSink.received[0]!.headers, {'ce-id': '1', 'ce-knativeerrorcode': '500', 'ce-knativeerrordest': 'http://broker/'});
});
