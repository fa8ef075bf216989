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
	readonly default?: string | number | boolean;
	readonly 'x-kubernetes-int-or-string'?: boolean;
};

export type CustomResourceDefinition = {
	readonly spec: {
		readonly group: string;
		readonly names: {readonly kind: string};
		readonly versions: ReadonlyArray<{readonly name: string; readonly schema: {readonly openAPIV3Schema: Schema}}>;
	};
};

/**
A field, and what it is: the name of a shape, or a plain type in TypeScript's words.
*/
export type Field = {
	readonly name: string;
	readonly description: string;
	readonly type: string;
	readonly isShape: boolean;
	readonly isList: boolean;
	readonly isRequired: boolean;
	readonly default: Schema['default'];
};

export type Shape = {readonly name: string; readonly description: string; readonly fields: readonly Field[]};

/**
The named objects of a custom resource, in the order in which its schema tells them, each once. Throws when an object has no name.
*/
export const shapesOf = ({shapes: names}: CustomResource, {spec}: CustomResourceDefinition): Shape[] => {
	const objects = [...walk('', spec.versions[0]!.schema.openAPIV3Schema)];
	const named = new Map(objects.toReversed().flatMap(([path, {properties}]) => names[path] === undefined ? [] : [[properties, names[path]]]));
	const nameless = objects.find(([, {properties}]) => !named.has(properties));
	if (nameless !== undefined) {
		throw new Error(`The object at ${nameless[0]} has no name in custom-resources.ts`);
	}

	return objects.filter(([path]) => names[path] !== undefined).map(([path, object]) => ({
		name: names[path]!, description: object.description ?? '', fields: fieldsOf(object, named),
	}));
};

function * walk(path: string, schema: Schema): Generator<readonly [string, Schema]> {
	if (schema.properties !== undefined) {
		yield [path, schema];
	}

	for (const [name, property] of Object.entries(schema.properties ?? {})) {
		if (name !== 'metadata') {
			yield * walk(path === '' ? name : `${path}.${name}`, property);
		}
	}

	if (schema.items !== undefined) {
		yield * walk(`${path}[]`, schema.items);
	}
}

// The API server wants these of every object, whatever the schema says.
const always = ['apiVersion', 'kind', 'metadata'];

const fieldsOf = ({properties = {}, required = []}: Schema, named: ReadonlyMap<Schema['properties'], string>): Field[] => {
	const isResource = always.every(name => Object.hasOwn(properties, name));
	return Object.entries(properties).map(([name, schema]) => {
		const shape = isResource && name === 'metadata' ? 'ObjectMeta' : named.get((schema.items ?? schema).properties);
		return {
			name,
			description: schema.description ?? 'Standard object metadata.',
			type: shape ?? plainType(schema.items ?? schema),
			isShape: shape !== undefined,
			isList: schema.items !== undefined,
			isRequired: required.includes(name) || (isResource && always.includes(name)),
			default: schema.default,
		};
	});
};

const plainType = (schema: Schema): string => {
	if (schema.enum !== undefined) {
		return schema.enum.map(value => `'${value}'`).join(' | ');
	}

	if (schema['x-kubernetes-int-or-string'] === true) {
		return 'number | string';
	}

	const {type = 'unknown', additionalProperties} = schema;
	if (additionalProperties !== undefined) {
		return `Readonly<Record<string, ${plainType(additionalProperties)}>>`;
	}

	return type === 'integer' ? 'number' : type;
};
