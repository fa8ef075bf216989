import type {CustomResource} from './custom-resources.ts';

/**
A schema as it stands in a CRD, as far as types and the reference need it.
*/
export type Schema = {
	readonly type?: string;
	readonly description?: string;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly additionalProperties?: Schema;
	readonly items?: Schema;
	readonly required?: readonly string[];
	readonly enum?: readonly string[];
	readonly default?: unknown;
	readonly 'x-kubernetes-int-or-string'?: boolean;
	readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
};

export type CustomResourceDefinition = {
	readonly spec: {
		readonly group: string;
		readonly names: {readonly kind: string};
		readonly versions: ReadonlyArray<{readonly name: string; readonly schema: {readonly openAPIV3Schema: Schema}}>;
	};
};

export type Field = {readonly name: string; readonly path: string; readonly schema: Schema; readonly required: boolean};
export type Shape = {readonly name: string; readonly description: string; readonly fields: readonly Field[]};

/**
The named shapes of a custom resource, in the order in which its schema tells them. Throws when an object has no name: it would have no section in the reference.
*/
export const shapesOf = ({shapes}: CustomResource, schema: Schema): Shape[] => {
	const found = [...walk('', schema)].map(([path, object]): Shape => {
		const name = shapes[path];
		if (name === undefined) {
			throw new Error(`The object at ${path} has no name in custom-resources.ts`);
		}

		return {name, description: object.description ?? '', fields: fieldsOf(path, object)};
	});
	return found.filter((shape, index) => found.findIndex(({name}) => name === shape.name) === index);
};

/**
The name of the shape at a path, through the items of a list.
*/
export const nameAt = ({shapes}: CustomResource, path: string): string | undefined => shapes[path] ?? shapes[`${path}[]`];

// The API server requires these of every object, whatever the schema says.
const always = new Set(['apiVersion', 'kind', 'metadata']);

const fieldsOf = (path: string, {properties = {}, required = []}: Schema): Field[] => Object.entries(properties).map(([name, schema]) => ({
	name,
	path: path === '' ? name : `${path}.${name}`,
	schema,
	required: required.includes(name) || (path === '' && always.has(name)),
}));

function * walk(path: string, schema: Schema): Generator<[string, Schema]> {
	if (path === 'metadata') {
		return;
	}

	if (schema.properties !== undefined) {
		yield [path, schema];
	}

	for (const field of fieldsOf(path, schema)) {
		yield * walk(field.path, field.schema);
	}

	if (schema.items !== undefined) {
		yield * walk(`${path}[]`, schema.items);
	}
}
