import {Buffer} from 'node:buffer';
import {randomUUID} from 'node:crypto';
import {type Event} from './cloud-event.ts';
import {type ApiServerSource, type WatchedResource} from './resources.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Change} from '#local/kube/follow.ts';

/**
The plural that Knative guesses for a kind, with client-go's `UnsafeGuessKindToResource`. A kind whose real plural is another one cannot be watched.
*/
export const guessPlural = (kind: string): string => {
	const singular = kind.toLowerCase();
	if (singular.endsWith('s')) {
		return `${singular}es`;
	}

	return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
};

/**
The event that an ApiServerSource sends for a change: Resource mode carries the whole object, Reference mode its name. `server` is the API server's URL as the adapter sees it.
*/
export const apiServerEvent = ({spec}: ApiServerSource, {type, object}: Change, {server, now}: {server: string; now: Date}): Event => {
	const {apiVersion, kind, metadata: {namespace, name}} = object;
	const whole = spec.mode === 'Resource';
	return {
		attributes: {
			specversion: '1.0',
			id: randomUUID(),
			type: `dev.knative.apiserver.${whole ? 'resource' : 'ref'}.${type}`,
			source: server,
			subject: `/apis/${apiVersion}${namespace ? `/namespaces/${namespace}` : ''}/${guessPlural(kind)}/${name}`,
			time: now.toISOString(),
			datacontenttype: 'application/json',
			apiversion: apiVersion,
			kind,
			name,
			...(namespace && {namespace}),
			...spec.ceOverrides?.extensions,
		},
		data: Buffer.from(JSON.stringify(whole
			? object
			: {
				kind, namespace, name, apiVersion,
			})),
	};
};

/**
Whether the source's `owner` lets an object through: its controller must be of that kind.
*/
export const hasOwner = ({spec: {owner}}: ApiServerSource, {metadata}: KubeObject): boolean => owner === undefined
	|| (metadata.ownerReferences ?? []).some(reference => reference.controller === true && reference.apiVersion === owner.apiVersion && reference.kind === owner.kind);

const operators: Readonly<Record<string, (key: string, values: string) => string>> = {
	In: (key, values) => `${key} in (${values})`,
	NotIn: (key, values) => `${key} notin (${values})`,
	Exists: key => key,
	DoesNotExist: key => `!${key}`,
};

/**
A label selector as a query parameter; empty when there is none. An unknown operator is a RangeError.
*/
export const selectorText = (selector: WatchedResource['selector']): string => [
	...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
	...(selector?.matchExpressions ?? []).map(({key, operator, values = []}) => {
		const write = operators[operator];
		if (!write) {
			throw new RangeError(`label selector operator ${operator} is not known`);
		}

		return write(key, values.join(','));
	}),
].join(',');
