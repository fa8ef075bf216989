import {withAttributes, type Event, type Headers} from './cloud-event.ts';
import {type Chaos} from './chaos.ts';
import {deliveryOf, parseDelivery} from './delivery-policy.ts';
import {deliver, ttlAttribute} from './deliver.ts';
import {type Resolver} from './destinations.ts';
import {passes} from './filters.ts';
import {keyOf, type Broker, type Trigger} from './resources.ts';
import {triggerProblem} from './trigger-problem.ts';
import {type InFlight} from '#local/kube/in-flight.ts';
import {type Delay} from '#local/kube/delay.ts';
import {type Log} from '#shared/log.ts';

const maximalTtl = 255;

/**
An event that a broker's ingress took in.
*/
export type AcceptedEvent = {readonly namespace: string; readonly broker: string; readonly at: Date; readonly event: Event};

export type BrokerContext = {
	readonly brokers: () => readonly Broker[];
	readonly triggers: () => readonly Trigger[];
	readonly resolver: Resolver;
	/** Overrides what the Broker's annotation says. */
	readonly mode?: 'async' | 'sync';
	readonly chaos: Chaos;
	readonly inFlight: InFlight;
	readonly accepted: AcceptedEvent[];
	readonly now: () => Date;
	readonly delay: Delay;
	readonly signal: AbortSignal;
	readonly log: Log;
};

/**
Takes an event into the broker `namespace/name` and answers the ingress's status: 404 for a broker that is not there, 400 for an event whose time to live is used up, 202 when it was taken, and, of a broker that works in step, 500 when any Trigger lost it.
*/
export type Accept = (broker: string, event: Event, headers?: Headers) => Promise<number>;

/**
The data plane of all brokers: MTChannelBasedBroker over InMemoryChannel. Whether a broker answers before or after its Triggers have ended is settled when it is first seen, because the real one does not notice a later change of the annotation.
*/
export const createBrokers = (context: BrokerContext): Accept => {
	const asynchronous = new Map<string, boolean>();

	const isAsynchronous = (broker: Broker) => {
		const uid = broker.metadata.uid!;
		if (!asynchronous.has(uid)) {
			asynchronous.set(uid, broker.metadata.annotations?.['messaging.knative.dev/async-handler'] === 'true');
		}

		return context.mode ? context.mode === 'async' : asynchronous.get(uid)!;
	};

	const accept: Accept = async (key, received, headers = {}) => {
		const broker = context.brokers().find(candidate => keyOf(candidate) === key);
		if (!broker) {
			return 404;
		}

		const timeToLive = nextTimeToLive(received);
		if (timeToLive <= 0) {
			return 400;
		}

		const at = context.now();
		const event = withAttributes(received, {[ttlAttribute]: String(timeToLive), knativearrivaltime: at.toISOString()});
		context.accepted.push({
			namespace: broker.metadata.namespace!, broker: broker.metadata.name, at, event,
		});
		const handling = context.inFlight.track(fanOut(context, {broker, accept, headers: passedOn(broker, headers)}, event).catch(() => false));
		return isAsynchronous(broker) || await handling ? 202 : 500;
	};

	return accept;
};

const nextTimeToLive = ({attributes}: Event): number => {
	const present = attributes[ttlAttribute];
	return present === undefined || !/^\d+$/v.test(present) ? maximalTtl : Number(present) - 1;
};

const passedOn = (broker: Broker, headers: Headers): Record<string, string> => ({
	...Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] =>
		typeof entry[1] === 'string' && /^(?:knative-.*|x-b3-.*|x-request-id|retry-after|traceparent|tracestate)$/v.test(entry[0]))),
	'kn-namespace': broker.metadata.namespace!,
});

type Hop = {readonly broker: Broker; readonly accept: Accept; readonly headers: Record<string, string>};

const fanOut = async (context: BrokerContext, hop: Hop, event: Event): Promise<boolean> => {
	const {namespace, name} = hop.broker.metadata;
	const concerned = context.triggers().filter(({metadata, spec}) =>
		metadata.namespace === namespace && spec.broker === name && passes(spec, event.attributes));
	const ended = await Promise.all(concerned.map(async trigger => context.chaos.apply(event, 'trigger', async () => deliverTo(context, hop, {trigger, event}))));
	return ended.every(Boolean);
};

const deliverTo = async (context: BrokerContext, {broker, accept, headers}: Hop, {trigger, event}: {trigger: Trigger; event: Event}): Promise<boolean> => {
	const {resolver, delay, signal} = context;
	const namespace = trigger.metadata.namespace!;
	const subscriber = async () => resolver.resolve(trigger.spec.subscriber, namespace);
	if (triggerProblem(trigger, broker) !== undefined || await subscriber() === undefined) {
		context.log.warn({trigger: trigger.metadata.name}, 'a trigger that is not ready misses an event');
		return true;
	}

	const policy = parseDelivery(deliveryOf(trigger.spec, broker.spec ?? {}));
	return deliver({
		policy,
		subscriber,
		deadLetterSink: async () => policy.deadLetterSink && resolver.resolve(policy.deadLetterSink, namespace),
		reply: async reply => accept(keyOf(broker), reply),
		brokerUrl: resolver.brokerUrl(keyOf(broker)),
		headers,
		delay,
		signal,
		log: context.log.child({trigger: trigger.metadata.name}),
	}, event);
};
