import type {CustomResource} from './custom-resources.ts';
import {
	shapesOf, type CustomResourceDefinition, type Field, type Shape,
} from './shapes.ts';

/**
The TypeScript types of a custom resource: one exported type per named object, read-only throughout, described as in the CRD. They are type aliases, so that they fit where a record is wanted.
*/
export const generateTypes = (resource: CustomResource, definition: CustomResourceDefinition): string => [
	`// Generated from ${resource.crd} by \`npm run types\`: change the CRD, not this file.`,
	'import type {ObjectMeta} from \'../kube/object.ts\';\n',
	shapesOf(resource, definition).map(shape => typeOfShape(shape)).join('\n\n'),
	'',
].join('\n');

const typeOfShape = ({name, description, fields}: Shape): string => [
	`/**\n${description}\n*/`,
	`export type ${name} = {`,
	...fields.map(field => `\t/** ${field.description} */\n\treadonly ${field.name}${field.isRequired ? '' : '?'}: ${typeOfField(field)};`),
	'};',
].join('\n');

const typeOfField = ({type, isList}: Field): string => isList ? `readonly ${/^\w+$/v.test(type) ? type : `(${type})`}[]` : type;
