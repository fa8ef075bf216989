import type {ExecutionContext} from 'ava';
import {startCluster, type Cluster} from '../cluster.ts';
import {
	startSubscriber, type Answer, type Received, type Subscriber,
} from './subscriber.ts';
import {startEventing, type Eventing, type EventingOptions} from '#local/eventing/start.ts';
import {type ServerOptions} from '#local/apiserver/server.ts';
import {silentLog} from '#shared/log.ts';

export type Harness = {
	readonly cluster: Cluster;
	readonly eventing: Eventing;
	readonly start: (options?: Partial<EventingOptions>) => Promise<Eventing>;
	/** A subscriber that manifests name as the KService of that name. */
	readonly service: (name: string, answer?: (received: Received, index: number) => Answer) => Promise<Subscriber>;
	readonly broker: (name: string, more?: {spec?: Record<string, unknown>; annotations?: Record<string, string>}) => Promise<unknown>;
	/** A Trigger of broker `main` for the service of the same name, unless `spec` says otherwise. */
	readonly trigger: (name: string, spec?: Record<string, unknown>) => Promise<unknown>;
	readonly source: (kind: 'ApiServerSource' | 'PingSource', name: string, spec: Record<string, unknown>) => Promise<unknown>;
	/** Posts an event and answers the status. */
	readonly post: (attributes?: Record<string, string>, options?: {path?: string; headers?: Record<string, string>}) => Promise<number>;
	readonly status: (kind: string, name: string) => Promise<Record<string, unknown> & {conditions: ReadonlyArray<{type: string; status: string; message?: string}>}>;
};

/**
Eventing on an embedded API server, for one test. Retries do not wait; pings fire by `tick` alone.
*/
export const startHarness = async (t: ExecutionContext, {fault, ...options}: Partial<EventingOptions> & Pick<ServerOptions, 'fault'> = {}): Promise<Harness> => {
	const cluster = await startCluster(t, {knative: true, ...(fault && {fault})});
	const addresses = new Map<string, string>();
	const start = async (more: Partial<EventingOptions> = {}) => {
		const eventing = await startEventing({
			kubeconfig: cluster.kubeconfig,
			resolve: async target => 'uri' in target ? target.uri : addresses.get(target.name),
			log: silentLog(),
			manual: true,
			delay: async () => undefined,
			...options,
			...more,
		});
		t.teardown(eventing.close);
		return eventing;
	};

	const eventing = await start();
	return {
		cluster, eventing, start,
		async service(name, answer) {
			const subscriber = await startSubscriber(t, answer);
			addresses.set(name, subscriber.url);
			return subscriber;
		},
		broker: async (name, {spec = {}, annotations = {}} = {}) => cluster.apply({
			apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', metadata: {name, annotations}, spec,
		}),
		trigger: async (name, spec = {}) => cluster.apply({
			apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', metadata: {name},
			spec: {broker: 'main', subscriber: {ref: {apiVersion: 'serving.knative.dev/v1', kind: 'Service', name}}, ...spec},
		}),
		source: async (kind, name, spec) => cluster.apply({
			apiVersion: 'sources.knative.dev/v1', kind, metadata: {name},
			spec: {sink: {ref: {apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'main'}}, ...spec},
		}),
		async post(attributes = {}, {path = 'test/main', headers = {}} = {}) {
			const event = {
				specversion: '1.0', id: '1', source: '/here', type: 'made', ...attributes,
			};
			const answer = await fetch(`${eventing.url}/${path}`, {
				method: 'POST', headers: {...headers, ...Object.fromEntries(Object.entries(event).map(([name, value]) => [`ce-${name}`, value]))},
			});
			return answer.status;
		},
		async status(kind, name) {
			const group = kind.endsWith('Source') ? 'sources' : 'eventing';
			const object = await cluster.client.get({
				apiVersion: `${group}.knative.dev/v1`, kind, namespace: 'test', name,
			});
			return (object as unknown as {status: Awaited<ReturnType<Harness['status']>>}).status;
		},
	};
};

/**
Whether the condition `Ready` is met, in the API's word.
*/
export const ready = ({conditions}: Awaited<ReturnType<Harness['status']>>): string | undefined => conditions.find(({type}) => type === 'Ready')?.status;
