import {createBrokers, type AcceptedEvent} from './broker.ts';
import {createChaos, type ChaosRule} from './chaos.ts';
import {createResolver, type Resolve} from './destinations.ts';
import {startIngress, type IngressPlace} from './ingress.ts';
import {
	accountOf, keyOf, type ApiServerSource, type Broker, type PingSource, type Trigger,
} from './resources.ts';
import {createSources} from './sources.ts';
import {createStatusWriter} from './status-writer.ts';
import {toError} from '#shared/errors.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {resourcePath} from '#shared/kube/resource-path.ts';
import {type Log} from '#shared/log.ts';
import {catchUpAfterChanges} from '#local/kube/catch-up.ts';
import {connect} from '#local/kube/connect.ts';
import {wallDelay, type Delay} from '#local/kube/delay.ts';
import {fixed} from '#local/kube/fixed.ts';
import {follow} from '#local/kube/follow.ts';
import {createInFlight, settle} from '#local/kube/in-flight.ts';

export type EventingOptions = {
	readonly kubeconfig: string;
	/** Serve these namespaces only; all when absent. */
	readonly namespaces?: readonly string[];
	/** Where subscribers and sinks are that are no brokers. Asked anew for every delivery. */
	readonly resolve: Resolve;
	readonly now?: () => Date;
	/** The wait of retries and delays. Not of ping timers. */
	readonly delay?: Delay;
	readonly log: Log;
	/** Overrides the annotation `messaging.knative.dev/async-handler` of every Broker. */
	readonly mode?: 'async' | 'sync';
	readonly chaos?: ChaosRule;
	/** Pings fire by `tick` alone. */
	readonly manual?: boolean;
	/** Where the ingress of the brokers is; a free port of 127.0.0.1 when absent. */
	readonly ingress?: IngressPlace;
	/** Each ApiServerSource watches with the rights of its ServiceAccount, by impersonation, and not with those of the kubeconfig. */
	readonly impersonate?: boolean;
	/** Brokers, Triggers and sources in place of those in the API server, which then need not know such kinds. Nothing writes their status. */
	readonly installed?: {readonly manifests: readonly Manifest[]; readonly namespace: string};
};

export type Eventing = {
	/** The ingress; a broker's URL is `<url>/<namespace>/<name>`. */
	readonly url: string;
	/** Every event that an ingress took in, in that order; dead letters are not among them. */
	readonly events: () => readonly AcceptedEvent[];
	/** Fires the PingSources that have a tick at that instant, which is now to the minute when absent, and resolves when their sinks have answered. */
	readonly tick: (at?: Date) => Promise<void>;
	/** Resolves when every change in the API server was seen and no delivery is in flight or waiting. */
	readonly settled: () => Promise<void>;
	readonly close: () => Promise<void>;
};

const apiVersions = {
	Broker: 'eventing.knative.dev/v1', Trigger: 'eventing.knative.dev/v1', ApiServerSource: 'sources.knative.dev/v1', PingSource: 'sources.knative.dev/v1',
} as const;
const chaosDelayMs = 100;

/**
Starts the embedded Knative eventing: it reads Brokers, Triggers, ApiServerSources and PingSources from an API server, or is given them, and behaves as Knative 1.22 with MTChannelBasedBroker and InMemoryChannel was observed to, losses included. It is a stand-in for development and tests.
*/
export const startEventing = async (options: EventingOptions): Promise<Eventing> => {
	const {now = () => new Date(), delay = wallDelay, log} = options;
	const stopper = new AbortController();
	const {signal} = stopper;
	const connection = connect(options.kubeconfig, signal);
	const inFlight = createInFlight();
	const accepted: AcceptedEvent[] = [];
	let onChange = () => undefined as void;

	const read = <T>(kind: keyof typeof apiVersions) => {
		const {installed} = options;
		const followed = installed
			? fixed(installed.manifests.filter(manifest => manifest.kind === kind), installed.namespace)
			: follow(connection, {
				path: resourcePath({apiVersion: apiVersions[kind], kind}), replay: true, signal, log, onChange() {
					onChange();
				},
			});
		const isServed = (namespace = '') => options.namespaces?.includes(namespace) ?? true;
		return {...followed, objects: () => followed.objects().filter(({metadata}) => isServed(metadata.namespace)) as unknown as readonly T[]};
	};

	const brokers = read<Broker>('Broker');
	const triggers = read<Trigger>('Trigger');
	const apiServerSources = read<ApiServerSource>('ApiServerSource');
	const pingSources = read<PingSource>('PingSource');

	const chaos = createChaos(options.chaos, {
		delay, delayMs: chaosDelayMs, inFlight, signal,
	});
	const ingress = await startIngress(async (...parameters) => accept(...parameters), log, options.ingress);
	const resolver = createResolver(ingress.url, key => brokers.objects().some(broker => keyOf(broker) === key), options.resolve);
	const accept = createBrokers({
		brokers: brokers.objects, triggers: triggers.objects, resolver, ...(options.mode && {mode: options.mode}), chaos, inFlight, accepted, now, delay, signal, log,
	});
	const sources = createSources(source => options.impersonate ? connect(options.kubeconfig, signal, accountOf(source)) : connection, {
		resolver, chaos, inFlight, now, delay, signal, log,
	}, options.manual ?? false);
	const statuses = createStatusWriter({
		client: connection.client, resolver, now, signal, log,
		brokers: brokers.objects, triggers: triggers.objects, sources: () => [...apiServerSources.objects(), ...pingSources.objects()],
	});
	onChange = () => {
		sources.reconcile([...apiServerSources.objects(), ...pingSources.objects()]);
		if (options.installed) {
			return;
		}

		void inFlight.track(statuses.write()).catch((error: unknown) => {
			log.warn({error: toError(error).message}, 'the statuses were not written');
		});
	};

	const all = [brokers, triggers, apiServerSources, pingSources];
	const catchUp = catchUpAfterChanges(connection, async () => {
		await Promise.all(all.map(async ({caughtUp}) => caughtUp()));
		await sources.caughtUp();
	});
	await Promise.all(all.map(async ({started}) => started));
	onChange();
	await sources.started();

	return {
		url: ingress.url,
		events: () => accepted,
		async tick(at = new Date(Math.floor(now().getTime() / 60_000) * 60_000)) {
			await sources.tick(at);
		},
		async settled() {
			await settle(inFlight, catchUp);
		},
		async close() {
			stopper.abort();
			await ingress.close();
			await inFlight.idle();
		},
	};
};
