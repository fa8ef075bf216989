import {HttpMethod, KubeConfig} from '@kubernetes/client-node';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';
import {KubeError, toKubeError} from '#shared/kube/kube-error.ts';
import {createSend} from '#shared/kube/send.ts';
import {resourcePath} from '#shared/kube/resource-path.ts';
import {type KubeObject, type Reference} from '#shared/kube/object.ts';

export type Listing = {readonly resourceVersion: string; readonly items: readonly KubeObject[]};

export type Connection = {
	/** Deletes an object without any grace, as a node does with a pod that has ended. */
	readonly removeNow: (reference: Reference) => Promise<void>;
	/** Places a pod on a node, as a scheduler does. */
	readonly bind: (pod: Reference, node: string) => Promise<void>;
	readonly config: KubeConfig;
	readonly client: KubeClient;
	/** The API server's URL as the kubeconfig names it, without a slash at the end. */
	readonly server: string;
	/** All objects below a path at one resourceVersion, for a watch to go on from. */
	readonly list: (path: string, query: Readonly<Record<string, string>>) => Promise<Listing>;
	/** The resource names (plurals) of an API version, or `undefined` when its group or version is not served. */
	readonly discover: (apiVersion: string) => Promise<ReadonlySet<string> | undefined>;
};

/**
A connection to the API server of a kubeconfig's text, as the user that it names or, where that one may do so, as another. `signal` ends its requests.
*/
export const connect = (kubeconfig: string, signal: AbortSignal, impersonated?: string): Connection => {
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	config.users = config.users.map(user => ({...user, ...(impersonated !== undefined && {impersonateUser: impersonated})}));
	const server = config.getCurrentCluster()!.server.replace(/\/$/v, '');
	const send = createSend(config, {timeoutMs: 15_000, signal});
	return {
		config,
		client: createKubeClient(config, {signal}),
		server,
		async bind({name, ...pod}, node) {
			const path = resourcePath({name, ...pod}, 'binding');
			const answer = await send(HttpMethod.POST, path, {
				text: JSON.stringify({
					apiVersion: 'v1', kind: 'Binding', metadata: {name}, target: {kind: 'Node', name: node},
				}), contentType: 'application/json',
			});
			if (answer.status >= 300) {
				throw toKubeError('POST', path, answer);
			}
		},
		async removeNow(reference) {
			const path = resourcePath(reference);
			const answer = await send(HttpMethod.DELETE, path, {text: JSON.stringify({apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0}), contentType: 'application/json'});
			if (answer.status >= 300 && answer.status !== 404) {
				throw toKubeError('DELETE', path, answer);
			}
		},
		async discover(apiVersion) {
			const path = `${apiRoot(apiVersion)}/${apiVersion}`;
			const answer = await send(HttpMethod.GET, path);
			if (answer.status === 404) {
				return undefined;
			}

			if (answer.status >= 300) {
				throw toKubeError('GET', path, answer);
			}

			const {resources} = JSON.parse(answer.text) as {resources: ReadonlyArray<{name: string}>};
			return new Set(resources.map(({name}) => name));
		},
		async list(path, query) {
			const answer = await send(HttpMethod.GET, `${path}?${new URLSearchParams(query).toString()}`);
			if (answer.status >= 300) {
				throw toKubeError('GET', path, answer);
			}

			const {apiVersion, kind, metadata, items} = JSON.parse(answer.text) as KubeObject & {items: KubeObject[]};
			// Items of a list of a built-in kind carry neither apiVersion nor kind.
			return {resourceVersion: metadata.resourceVersion!, items: items.map(item => ({...item, apiVersion, kind: kind.replace(/List$/v, '')}))};
		},
	};
};

/**
`/api` for the core group's versions, `/apis` for all others.
*/
export const apiRoot = (apiVersion: string): '/api' | '/apis' => apiVersion.includes('/') ? '/apis' : '/api';

/**
Whether the API server said that there is no such path or object.
*/
export const isNotFound = (error: unknown): boolean => error instanceof KubeError && error.status === 404;
