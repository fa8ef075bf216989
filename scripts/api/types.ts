import type {CustomResource} from './custom-resources.ts';
import {
	nameAt, shapesOf, type CustomResourceDefinition, type Field, type Schema, type Shape,
} from './shapes.ts';

/**
The TypeScript types of a custom resource: one exported type per named shape, read-only throughout, described as in the CRD. They are type aliases, so that they fit where a record is wanted.
*/
export const generateTypes = (resource: CustomResource, {spec}: CustomResourceDefinition): string => [
	`// Generated from ${resource.crd} by \`npm run types\`: change the CRD, not this file.`,
	'import type {ObjectMeta} from \'../kube/object.ts\';',
	...shapesOf(resource, spec.versions[0]!.schema.openAPIV3Schema).map(shape => typeOfShape(resource, shape)),
].join('\n\n');

const typeOfShape = (resource: CustomResource, {name, description, fields}: Shape): string => [
	`/**\n${description}\n*/`,
	`export type ${name} = {`,
	...fields.map(field => `${comment(field.schema)}\treadonly ${field.name}${field.required ? '' : '?'}: ${typeOfField(resource, field)};`),
	'};\n',
].join('\n');

const comment = ({description}: Schema): string => description === undefined ? '' : `\t/** ${description} */\n`;

const typeOfField = (resource: CustomResource, {path, schema}: Field): string => {
	if (path === 'metadata') {
		return 'ObjectMeta';
	}

	const name = nameAt(resource, path) ?? plainType(schema);
	return schema.items === undefined ? name : `readonly ${name}[]`;
};

const plainType = (schema: Schema): string => {
	if (schema.enum !== undefined) {
		return schema.enum.map(value => `'${value}'`).join(' | ');
	}

	if (schema['x-kubernetes-int-or-string'] === true) {
		return 'number | string';
	}

	const {type = 'unknown'} = schema;
	switch (type) {
		case 'array': {
			return plainType(schema.items ?? {});
		}

		case 'object': {
			return `Readonly<Record<string, ${schema.additionalProperties === undefined ? 'unknown' : plainType(schema.additionalProperties)}>>`;
		}

		case 'integer': {
			return 'number';
		}

		default: {
			return type;
		}
	}
};
