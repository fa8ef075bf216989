import {type Destination} from './resources.ts';

/**
What the caller of the eventing is asked the address of: an addressable object, or a URI as it stands in a manifest.
*/
export type Target
	= | {readonly kind: string; readonly apiVersion: string; readonly namespace: string; readonly name: string}
		| {readonly uri: string};

export type Resolve = (target: Target) => Promise<string | undefined>;

export type Resolver = {
	/** The URL of a destination of an object in that namespace, or `undefined` while it has none. */
	readonly resolve: (destination: Destination, namespace: string) => Promise<string | undefined>;
	readonly brokerUrl: (key: string) => string;
};

const clusterIngress = /^https?:\/\/broker-ingress\.knative-eventing\.svc(?:\.cluster\.local)?\/(?<key>[^\/]+\/[^\/]+)$/v;

/**
Finds the address of sinks and subscribers: brokers are the eventing's own, everything else is the caller's to know.
*/
export const createResolver = (ingressUrl: string, hasBroker: (key: string) => boolean, resolve: Resolve): Resolver => {
	const brokerUrl = (key: string) => `${ingressUrl}/${key}`;

	const resolveReference = async ({apiVersion = 'v1', kind, name, namespace}: NonNullable<Destination['ref']>, own: string) => {
		if (kind === 'Broker') {
			const key = `${namespace ?? own}/${name}`;
			return hasBroker(key) ? brokerUrl(key) : undefined;
		}

		return resolve({
			apiVersion, kind, name, namespace: namespace ?? own,
		});
	};

	return {
		brokerUrl,
		async resolve({ref, uri}, namespace) {
			if (ref) {
				const base = await resolveReference(ref, namespace);
				return base !== undefined && uri !== undefined ? new URL(uri, base).href : base;
			}

			const key = clusterIngress.exec(uri ?? '')?.groups?.['key'];
			if (key !== undefined) {
				return hasBroker(key) ? brokerUrl(key) : undefined;
			}

			return uri === undefined ? undefined : resolve({uri});
		},
	};
};
