import {clean} from './clean.ts';
import {untilCollected} from './collected.ts';
import {startProxy} from './proxy.ts';
import {type Upstream} from './upstream.ts';
import {type LogSource} from '#local/apiserver/logs.ts';
import {type KubeObject} from '#local/apiserver/object.ts';
import {plainKubeconfig} from '#local/kube/plain-kubeconfig.ts';
import {type RuntimeApi, type StartApi} from '#local/runtime.ts';

type Listener = Parameters<RuntimeApi['onChange']>[0];

const types = {
	POST: 'ADDED', PUT: 'MODIFIED', PATCH: 'MODIFIED', DELETE: 'DELETED',
} as const;

const taken = new Set<string>();

/**
A real API server in place of the embedded one, for as many scenarios at a time as there are servers: empty but for the kinds that are there from its start, and with the scenario's clock and faults. `state` stays as it is: everything is in etcd, and goes with the scenario.
*/
export const realApi = (upstreams: readonly Upstream[]): StartApi => async ({now, fault, onRequest}) => {
	const upstream = upstreams.find(({url}) => !taken.has(url));
	if (!upstream) {
		throw new Error(`Scenarios that go on have all ${upstreams.length} real API servers: run their tests one after the other.`);
	}

	taken.add(upstream.url);
	await clean(upstream);
	const listeners = new Set<Listener>();
	let logs: LogSource | undefined;
	let hasDeleted = false;
	const proxy = await startProxy({
		upstream, now, logs: () => logs, ...(fault && {fault}), ...(onRequest && {onRequest}), onWrite(method, object) {
			hasDeleted ||= method === 'DELETE' || object.metadata.deletionTimestamp !== undefined;
			tell(listeners, method, object);
		},
	});
	return {
		url: proxy.url,
		kubeconfig: () => plainKubeconfig('scenario', proxy.url),
		setLogSource(source) {
			logs = source;
		},
		onChange(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		async settled() {
			while (hasDeleted) {
				hasDeleted = false;
				await untilCollected(upstream);
			}
		},
		async close() {
			await proxy.close();
			taken.delete(upstream.url);
		},
	};
};

const tell = (listeners: ReadonlySet<Listener>, method: string, object: KubeObject): void => {
	const type = method === 'DELETE' && object.metadata.deletionTimestamp !== undefined ? 'MODIFIED' : types[method as keyof typeof types];
	for (const listener of listeners) {
		listener({type, object});
	}
};
