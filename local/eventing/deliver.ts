import {Buffer} from 'node:buffer';
import {
	decodeEvent, isEventLike, withAttributes, type Event,
} from './cloud-event.ts';
import {isRetried, type DeliveryPolicy} from './delivery-policy.ts';
import {isTimeout, postEvent} from './post.ts';
import {toError} from '#shared/errors.ts';
import {type Log} from '#shared/log.ts';
import {type Delay} from '#local/kube/delay.ts';

export const ttlAttribute = 'knativebrokerttl';

export type Delivering = {
	readonly policy: DeliveryPolicy;
	/** Where the subscriber is at this moment. */
	readonly subscriber: () => Promise<string | undefined>;
	readonly deadLetterSink: () => Promise<string | undefined>;
	/** Hands a reply to the broker, which is at `brokerUrl`, and answers the broker's status. */
	readonly reply: (event: Event) => Promise<number>;
	readonly brokerUrl: string;
	/** What a broker passes on besides the event: `kn-namespace` and the headers of its allow list. */
	readonly headers: Readonly<Record<string, string>>;
	readonly delay: Delay;
	readonly signal: AbortSignal;
	readonly log: Log;
};

type Done = {readonly done: true; readonly reply?: Event};

/** `report` is what the dead letter sink hears; after a timeout, or a body that is no event, it hears nothing. */
type Failed = {readonly done: false; readonly retry: boolean; readonly report?: {readonly destination: string; readonly status: number; readonly body: Uint8Array}};

/**
Delivers one event to one subscriber: the call, its retries, the reply back into the broker, and the dead letter when any of them fails for good. Answers whether the event ended somewhere; `false` is a lost event. An event whose reply cannot be handed over goes to the dead letter sink without a second call of the subscriber.
*/
export const deliver = async (delivering: Delivering, event: Event): Promise<boolean> => {
	const toSubscriber = withAttributes(event, {[ttlAttribute]: undefined});
	const called = await withRetries(delivering, async () => callSubscriber(delivering, toSubscriber));
	if (!called.done) {
		return sendDeadLetter(delivering, event, called);
	}

	if (!called.reply) {
		return true;
	}

	const reply = withAttributes(called.reply, {[ttlAttribute]: event.attributes[ttlAttribute]});
	const replied = await withRetries(delivering, async () => handReply(delivering, reply));
	return replied.done || sendDeadLetter(delivering, event, replied);
};

const withRetries = async ({policy, delay, signal}: Delivering, attempt: () => Promise<Done | Failed>): Promise<Done | Failed> => {
	for (let index = 0; ; index++) {
		const result = await attempt();
		if (result.done || !result.retry || index >= policy.retry) {
			return result;
		}

		await delay(policy.backoffMs(index), signal);
	}
};

const callSubscriber = async ({subscriber, policy, headers, signal}: Delivering, event: Event): Promise<Done | Failed> => {
	const url = await subscriber();
	if (url === undefined) {
		return unreachable('', new Error('the subscriber has no address'));
	}

	try {
		const answer = await postEvent(url, event, {headers: {...headers, prefer: 'reply'}, ...timeoutOf(policy), signal});
		if (!isSuccess(answer.status)) {
			return {done: false, retry: isRetried(answer.status), report: {destination: url, status: answer.status, body: answer.body}};
		}

		if (!isEventLike(answer.headers)) {
			return answer.body.length === 0 ? {done: true} : {done: false, retry: true};
		}

		return {done: true, reply: decodeEvent(answer.headers, answer.body)};
	} catch (error) {
		return failureOf(url, toError(error), signal);
	}
};

const handReply = async ({reply, brokerUrl}: Delivering, event: Event): Promise<Done | Failed> => {
	const status = await reply(event);
	return isSuccess(status) ? {done: true} : {done: false, retry: isRetried(status), report: {destination: brokerUrl, status, body: new Uint8Array()}};
};

const sendDeadLetter = async (delivering: Delivering, event: Event, {report}: Failed): Promise<boolean> => {
	const {policy, deadLetterSink, headers, signal, log} = delivering;
	if (!policy.deadLetterSink) {
		log.warn({id: event.attributes['id'], type: event.attributes['type'], status: report?.status}, 'an event could not be delivered and is dropped');
		return false;
	}

	const letter = report
		? withAttributes(event, {
			knativeerrordest: report.destination,
			knativeerrorcode: String(report.status),
			knativeerrordata: Buffer.from(report.body).toString('base64').slice(0, 1024),
		})
		: event;
	const sent = await withRetries(delivering, async () => {
		const url = await deadLetterSink();
		if (url === undefined) {
			return unreachable('', new Error('the dead letter sink has no address'));
		}

		try {
			const {status} = await postEvent(url, letter, {headers, ...timeoutOf(policy), signal});
			return isSuccess(status) ? {done: true} : {done: false, retry: isRetried(status)};
		} catch (error) {
			return failureOf(url, toError(error), signal);
		}
	});
	if (!sent.done) {
		log.warn({id: event.attributes['id'], type: event.attributes['type']}, 'the dead letter sink failed and the event is dropped');
	}

	return sent.done;
};

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const timeoutOf = ({timeoutMs}: DeliveryPolicy) => timeoutMs === undefined ? {} : {timeoutMs};

const unreachable = (destination: string, error: Error): Failed => ({
	done: false, retry: true, report: {destination, status: 500, body: Buffer.from(`dispatch error: ${error.message}`)},
});

const failureOf = (destination: string, error: Error, signal: AbortSignal): Failed => {
	if (signal.aborted) {
		return {done: false, retry: false};
	}

	// A reply that is malformed, like a time that is up, is not told to the dead letter sink.
	return isTimeout(error) || error.name === 'EventError' ? {done: false, retry: true} : unreachable(destination, error);
};
