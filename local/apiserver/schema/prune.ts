import {memberPath} from './node.ts';
import {isObject, schemaOf, type Schema} from './schema.ts';

type Pruned<T> = {readonly value: T; readonly unknown: readonly string[]};

/**
The object without the fields that its schema does not know, and the paths of those fields (`spec.foo`), as the API server names them in `unknown field "spec.foo"`. `apiVersion`, `kind` and `metadata` of a resource always stay.
*/
export const prune = (schema: Schema, value: unknown, path = '', isResource = false): Pruned<unknown> => {
	if (Array.isArray(value)) {
		return pruneItems(schema, value, path);
	}

	if (!isObject(value) || schema.additionalProperties === true) {
		return {value, unknown: []};
	}

	const members = Object.entries(value).map(([key, member]) => pruneMember({schema, path, isResource}, key, member));
	return {
		value: Object.fromEntries(members.flatMap(({value: member}) => member === undefined ? [] : [member])),
		unknown: members.flatMap(({unknown}) => unknown),
	};
};

type Parent = {readonly schema: Schema; readonly path: string; readonly isResource: boolean};

const pruneMember = ({schema, path, isResource}: Parent, key: string, member: unknown): Pruned<readonly [string, unknown] | undefined> => {
	const memberSchema = schemaOf(schema, key);
	if (isResource && ['apiVersion', 'kind', 'metadata'].includes(key)) {
		return {value: [key, member], unknown: []};
	}

	if (memberSchema === undefined) {
		return schema['x-kubernetes-preserve-unknown-fields'] === true
			? {value: [key, member], unknown: []}
			: {value: undefined, unknown: [memberPath(path, key)]};
	}

	const pruned = prune(memberSchema, member, memberPath(path, key), memberSchema['x-kubernetes-embedded-resource'] === true);
	return {value: [key, pruned.value], unknown: pruned.unknown};
};

const pruneItems = ({items = {}}: Schema, list: readonly unknown[], path: string): Pruned<unknown> => {
	const pruned = list.map((item, index) => prune(items, item, `${path}[${index}]`, items['x-kubernetes-embedded-resource'] === true));
	return {value: pruned.map(({value}) => value), unknown: pruned.flatMap(({unknown}) => unknown)};
};
