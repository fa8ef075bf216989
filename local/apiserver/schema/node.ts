import {isDeepStrictEqual} from 'node:util';
import {isObject, schemaOf, type Schema} from './schema.ts';

/**
A value with its schema, its path and, on an update, what was there before.
*/
export type Node = {
	readonly schema: Schema;
	readonly value: unknown;
	readonly path: string;
	readonly old?: unknown;
};

/**
The members and items that the schema describes, each with its old value where one can be found: a member by its name, an item only by the keys of a list of type map.
*/
export function * childrenOf({schema, value, path, old}: Node): Generator<Node> {
	if (isObject(value)) {
		for (const [key, member] of Object.entries(value)) {
			const memberSchema = schemaOf(schema, key);
			if (memberSchema !== undefined) {
				yield {
					schema: memberSchema, value: member, path: memberPath(path, key), old: isObject(old) ? old[key] : undefined,
				};
			}
		}
	}

	if (Array.isArray(value) && schema.items !== undefined) {
		for (const [index, item] of value.entries()) {
			yield {
				schema: schema.items, value: item, path: `${path}[${index}]`, old: oldItem(schema, old, item),
			};
		}
	}
}

/**
The path of a member, `spec.target.kind`.
*/
export const memberPath = (path: string, key: string): string => path === '' ? key : `${path}.${key}`;

/**
Whether an update leaves this value as it was. Kubernetes lets unchanged values pass a schema that has become stricter.
*/
export const isUnchanged = ({value, old}: Node): boolean => old !== undefined && isDeepStrictEqual(value, old);

const oldItem = (schema: Schema, old: unknown, item: unknown): unknown => {
	const keys = schema['x-kubernetes-list-map-keys'];
	if (schema['x-kubernetes-list-type'] !== 'map' || keys === undefined || !Array.isArray(old) || !isObject(item)) {
		return undefined;
	}

	return old.find(candidate => isObject(candidate) && keys.every(key => candidate[key] === item[key]));
};
