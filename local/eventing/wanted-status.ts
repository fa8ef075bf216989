import {apiServerSourceProblem} from './api-server-source.ts';
import {deliveryOf} from './delivery-policy.ts';
import {type Resolver} from './destinations.ts';
import {pingProblem} from './ping-source.ts';
import {
	keyOf, type ApiServerSource, type Broker, type PingSource, type Trigger,
} from './resources.ts';
import {type Wanted} from './status.ts';
import {triggerProblem} from './trigger-problem.ts';

/**
The status of a Broker: it has an address as soon as it is there.
*/
export const brokerStatus = (broker: Broker, resolver: Resolver): Wanted => ({
	fields: {address: {name: 'http', url: resolver.brokerUrl(keyOf(broker))}},
	conditions: {
		Addressable: undefined, DeadLetterSinkResolved: undefined, FilterReady: undefined, IngressReady: undefined, TriggerChannelReady: undefined,
	},
});

/**
The status of a Trigger: ready when its broker is there, its spec is sound, and subscriber and dead letter sink have addresses.
*/
export const triggerStatus = async (trigger: Trigger, broker: Broker | undefined, resolver: Resolver): Promise<Wanted> => {
	const namespace = trigger.metadata.namespace!;
	const {deadLetterSink} = deliveryOf(trigger.spec, broker?.spec ?? {});
	const subscriberUri = await resolver.resolve(trigger.spec.subscriber, namespace);
	const deadLetterSinkUri = deadLetterSink && await resolver.resolve(deadLetterSink, namespace);
	const problem = triggerProblem(trigger, broker);
	return {
		fields: {subscriberUri, ...(deadLetterSinkUri && {deadLetterSinkUri})},
		conditions: {
			BrokerReady: broker ? undefined : {reason: 'BrokerDoesNotExist', message: `Broker "${trigger.spec.broker}" does not exist`},
			DeadLetterSinkResolved: deadLetterSink && !deadLetterSinkUri ? {reason: 'Unable to get the dead letter sink\'s URI', message: 'the dead letter sink has no address'} : undefined,
			DependencyReady: undefined,
			SubscriberResolved: subscriberUri ? undefined : {reason: 'Unable to get the Subscriber\'s URI', message: 'the subscriber has no address'},
			SubscriptionReady: broker && problem ? {reason: 'Refused', message: problem} : undefined,
		},
	};
};

/**
The status of a source: ready when its spec is sound and its sink has an address.
*/
export const sourceStatus = async (source: ApiServerSource | PingSource, resolver: Resolver): Promise<Wanted> => {
	const sinkUri = await resolver.resolve(source.spec.sink, source.metadata.namespace!);
	const problem = sourceProblem(source);
	return {
		fields: {sinkUri},
		conditions: {
			Deployed: problem === undefined ? undefined : {reason: 'Refused', message: problem},
			SinkProvided: sinkUri ? undefined : {reason: 'NotFound', message: 'the sink has no address'},
		},
	};
};

/**
Why a source of either kind sends nothing, in words.
*/
export const sourceProblem = (source: ApiServerSource | PingSource): string | undefined =>
	source.kind === 'PingSource' ? pingProblem(source) : apiServerSourceProblem(source as ApiServerSource);
