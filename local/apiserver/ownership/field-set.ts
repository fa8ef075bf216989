import {type Fields, isFields, toFields} from '../object.ts';
import {
	childSchema, isAtomic, isSet, listKeys,
} from '../schema-path.ts';

/**
The path of a field: `f:<name>`, `k:<keys as JSON>` of a list's item, `v:<value as JSON>` of a set's member.
*/
export type Path = readonly string[];

/**
Fields by the JSON of their path, each with its value; an item of a list is there by itself, without one.
*/
export type FieldSet = ReadonlyMap<string, {readonly path: Path; readonly value: unknown}>;

/**
Every field of an object that can have an owner: leaves, empty objects, lists that are one value, and the items of those that are not.
*/
export const fieldsOf = (schema: Fields, value: unknown, path: Path = []): FieldSet => new Map(leaves(schema, value, path).map(leaf => [JSON.stringify(leaf.path), leaf]));

type Leaf = {readonly path: Path; readonly value: unknown};

const leaves = (schema: Fields, value: unknown, path: Path): readonly Leaf[] => {
	if (isFields(value) && Object.keys(value).length > 0 && !isAtomic(schema)) {
		return Object.entries(value).flatMap(([name, member]) => leaves(childSchema(schema, name), member, [...path, `f:${name}`]));
	}

	const segments = Array.isArray(value) && value.length > 0 ? itemSegments(schema, value) : undefined;
	if (!segments || !Array.isArray(value)) {
		return [{path, value}];
	}

	const items: readonly unknown[] = value;
	return items.flatMap((item, index) => {
		const itemPath = [...path, segments[index] ?? ''];
		return [{path: itemPath, value: undefined}, ...(isFields(item) ? leaves(toFields(schema['items']), item, itemPath) : [])];
	});
};

/**
The path segments of a list's items; undefined when the list is one value.
*/
export const itemSegments = (schema: Fields, list: readonly unknown[]): readonly string[] | undefined => {
	const keys = listKeys(schema);
	if (keys) {
		return list.map(item => `k:${JSON.stringify(Object.fromEntries(keys.map(key => [key, toFields(item)[key] ?? defaultOf(schema, key)])))}`);
	}

	return isSet(schema) ? list.map(item => `v:${JSON.stringify(item)}`) : undefined;
};

// Ports may leave off their protocol, which is part of their key.
const defaultOf = (schema: Fields, key: string): unknown => childSchema(toFields(schema['items']), key)['default'] ?? (key === 'protocol' ? 'TCP' : undefined);

/**
The paths as the tree of `managedFields[].fieldsV1`, in which `.` marks an item that is owned along with some of its fields.
*/
export const toTree = (paths: Iterable<string>): Fields => {
	const root: Record<string, unknown> = {};
	for (const path of paths) {
		let node = root;
		for (const segment of JSON.parse(path) as string[]) {
			node[segment] ??= {};
			node = node[segment] as Record<string, unknown>;
		}

		node['.'] = {};
	}

	return withoutLoneDots(root);
};

const withoutLoneDots = (node: Fields): Fields => {
	const members = Object.entries(node).filter(([name], _, all) => name !== '.' || all.length > 1);
	return Object.fromEntries(members.map(([name, child]) => [name, withoutLoneDots(toFields(child))]));
};

/**
The paths of a `fieldsV1` tree.
*/
export const fromTree = (tree: Fields, path: Path = []): ReadonlySet<string> => {
	const members = Object.entries(tree).filter(([name]) => name !== '.');
	return new Set([
		...(path.length > 0 && (members.length === 0 || '.' in tree) ? [JSON.stringify(path)] : []),
		...members.flatMap(([name, child]) => [...fromTree(toFields(child), [...path, name])]),
	]);
};

/**
A path as messages have it: `.spec.containers[name="a"].image`.
*/
export const toText = (path: string): string => (JSON.parse(path) as string[]).map(segment => {
	const rest = segment.slice(2);
	if (segment.startsWith('f:')) {
		return `.${rest}`;
	}

	return segment.startsWith('v:')
		? `[=${rest}]`
		: `[${Object.entries(toFields(JSON.parse(rest))).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}).join('');
