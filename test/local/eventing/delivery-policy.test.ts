import test from 'ava';
import {
	defaultDelivery, deliveryOf, isRetried, parseDelivery, type Delivery,
} from '#local/eventing/delivery-policy.ts';

const gaps = (delivery: Delivery, count: number) => Array.from({length: count}, (_, index) => parseDelivery(delivery).backoffMs(index));

test('exponential gaps double from the delay on', t => {
	t.deepEqual(gaps({retry: 4, backoffPolicy: 'exponential', backoffDelay: 'PT0.2S'}, 4), [200, 400, 800, 1600]);
});

test('linear gaps begin with none', t => {
	t.deepEqual(gaps({retry: 3, backoffPolicy: 'linear', backoffDelay: 'PT1S'}, 3), [0, 1000, 2000]);
});

test('without a back-off, retries follow at once', t => {
	t.deepEqual(gaps({retry: 3}, 3), [0, 0, 0]);
});

test('the shipped default waits for 204.6 s in all', t => {
	t.is(gaps(defaultDelivery, 10).reduce((sum, gap) => sum + gap, 0), 204_600);
});

test('a dead letter sink alone means no retry', t => {
	t.is(parseDelivery({deadLetterSink: {uri: 'http://example'}}).retry, 0);
});

for (const [text, milliseconds] of [['PT70S', 70_000], ['PT1M30S', 90_000], ['P1DT2H', 93_600_000], ['PT0.5S', 500]] as const) {
	test(`a timeout of ${text} is ${milliseconds} ms`, t => {
		t.is(parseDelivery({timeout: text}).timeoutMs, milliseconds);
	});
}

for (const delivery of [{timeout: '70s'}, {timeout: 'PT0S'}, {timeout: 'PT'}, {backoffDelay: '1'}, {retry: -1}, {retry: 1.5}, {backoffPolicy: 'random'}] satisfies Delivery[]) {
	test(`${JSON.stringify(delivery)} is refused`, t => {
		t.throws(() => parseDelivery(delivery), {instanceOf: RangeError, message: new RegExp(Object.keys(delivery)[0]!, 'v')});
	});
}

test('a Trigger with any delivery replaces the whole delivery of its Broker', t => {
	const own = {deadLetterSink: {uri: 'http://example'}};
	t.is(deliveryOf({delivery: own}, {delivery: {retry: 5}}), own);
	t.deepEqual(deliveryOf({}, {delivery: {retry: 5}}), {retry: 5});
	t.is(deliveryOf({}, {}), defaultDelivery);
});

for (const status of [404, 408, 409, 429, 500, 501, 502, 503, 504, 599]) {
	test(`${status} is retried`, t => {
		t.true(isRetried(status));
	});
}

for (const status of [301, 400, 401, 403, 405, 410, 413, 415, 422, 425, 451]) {
	test(`${status} is not retried`, t => {
		t.false(isRetried(status));
	});
}
