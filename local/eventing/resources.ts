import {type Delivery} from './delivery-policy.ts';
import {type Filtering} from './filters.ts';
import {type KubeObject} from '#shared/kube/object.ts';

/**
A Knative destination: a reference to something addressable, a URI, or both, the URI then relative to the address.
*/
export type Destination = {
	readonly ref?: {readonly apiVersion?: string; readonly kind: string; readonly name: string; readonly namespace?: string};
	readonly uri?: string;
};

export type Conditions = ReadonlyArray<{readonly type: string; readonly status: string}>;

type Resource<Spec> = KubeObject & {readonly spec: Spec; readonly status?: Readonly<Record<string, unknown>> & {readonly conditions?: Conditions}};

export type Broker = Resource<{readonly delivery?: Delivery} | undefined>;

export type Trigger = Resource<Filtering & {
	readonly broker: string;
	readonly subscriber: Destination;
	readonly delivery?: Delivery;
}>;

type SourceSpec = {
	readonly sink: Destination;
	readonly ceOverrides?: {readonly extensions?: Readonly<Record<string, string>>};
};

export type WatchedResource = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly selector?: {
		readonly matchLabels?: Readonly<Record<string, string>>;
		readonly matchExpressions?: ReadonlyArray<{readonly key: string; readonly operator: string; readonly values?: readonly string[]}>;
	};
};

export type ApiServerSource = Resource<SourceSpec & {
	readonly resources: readonly WatchedResource[];
	readonly mode?: string;
	readonly owner?: {readonly apiVersion: string; readonly kind: string};
	readonly serviceAccountName?: string;
	readonly namespaceSelector?: NonNullable<WatchedResource['selector']>;
	readonly filters?: readonly unknown[];
}>;

export type PingSource = Resource<SourceSpec & {
	readonly schedule?: string;
	readonly timezone?: string;
	readonly contentType?: string;
	readonly data?: string;
	readonly dataBase64?: string;
}>;

/**
`namespace/name`, which tells objects of one kind apart.
*/
export const keyOf = ({metadata: {namespace, name}}: KubeObject): string => `${namespace}/${name}`;

/**
The user whose rights an ApiServerSource has.
*/
export const accountOf = ({metadata: {namespace}, spec: {serviceAccountName = 'default'}}: ApiServerSource): string => `system:serviceaccount:${namespace}:${serviceAccountName}`;
