// The models alone: the package's main module takes a second to load.
import * as clientModels from '@kubernetes/client-node/dist/gen/models/all.js';
import {type Fields} from '../object.ts';
import {listTypes} from './list-types.ts';

type Attribute = {readonly baseName: string; readonly type: string; readonly format: string};
type Model = {readonly getAttributeTypeMap: () => readonly Attribute[]};

/**
The structural schemas of builtin kinds, derived from the models of the Kubernetes client: names and types of all fields, without descriptions. The schema of a model is always the same object.
*/
export type BuiltinSchemas = {
	readonly of: (model: string) => Fields;
	/** The model that a schema was made of. */
	readonly modelOf: (schema: Fields) => string | undefined;
};

export const createBuiltinSchemas = (): BuiltinSchemas => {
	const known = new Map<string, Fields>();
	const models = new Map<Fields, string>();
	const schemaOf = (type: string, format = ''): Fields => {
		const list = /^Array<(?<item>.*)>$/v.exec(type)?.groups?.['item'];
		if (list !== undefined) {
			return {type: 'array', items: schemaOf(list, format)};
		}

		const map = /^\{ \[key: string\]: (?<value>.*); \}$/v.exec(type)?.groups?.['value'];
		if (map !== undefined) {
			return {type: 'object', additionalProperties: schemaOf(map, format)};
		}

		return scalar(type, format) ?? modelSchema(type);
	};

	const modelSchema = (name: string): Fields => {
		const schema = known.get(name) ?? {
			type: 'object',
			properties: Object.fromEntries(attributesOf(name).map(attribute => [attribute.baseName, property(name, attribute)])),
		};
		known.set(name, schema);
		models.set(schema, name);
		return schema;
	};

	const property = (model: string, {baseName, type, format}: Attribute): Fields => {
		const schema = schemaOf(type, format);
		const name = `${model}.${baseName}`;
		if (quantities.has(name)) {
			return {...schema, additionalProperties: anything};
		}

		return listTypes[name] ? {...schema, ...listTypes[name]} : schema;
	};

	return {of: schemaOf, modelOf: schema => models.get(schema)};
};

const anything: Fields = {'x-kubernetes-preserve-unknown-fields': true};

// The wire takes a number where a quantity is meant.
const quantities = new Set(['V1ResourceRequirements.limits', 'V1ResourceRequirements.requests', 'V1VolumeResourceRequirements.limits', 'V1VolumeResourceRequirements.requests', 'V1PersistentVolumeSpec.capacity']);

const scalar = (type: string, format: string): Fields | undefined => {
	switch (type) {
		case 'string': {
			// A byte slice is base64 on the wire.
			return format === '' ? {type: 'string'} : {type: 'string', format};
		}

		case 'boolean': {
			return {type: 'boolean'};
		}

		case 'number': {
			return {type: format === 'double' ? 'number' : 'integer', format};
		}

		case 'Date':
		case 'V1MicroTime': {
			return {type: 'string', format: 'date-time'};
		}

		case 'IntOrString': {
			return {'x-kubernetes-int-or-string': true};
		}

		// A schema that contains itself is not followed.
		case 'any':
		case 'V1JSONSchemaProps': {
			return anything;
		}

		default: {
			return undefined;
		}
	}
};

const attributesOf = (name: string): readonly Attribute[] => {
	const byName: Readonly<Record<string, unknown>> = clientModels;

	return (byName[name] as Model).getAttributeTypeMap();
};
