import type {CustomResource} from './custom-resources.ts';
import {
	shapesOf, type CustomResourceDefinition, type Field, type Shape,
} from './shapes.ts';

/**
The API reference of a custom resource in Markdown: a section per named object, a row per field, in the words of the CRD.
*/
export const generateReference = (resource: CustomResource, definition: CustomResourceDefinition): string => {
	const {group, names: {kind}, versions} = definition.spec;
	const [root, ...others] = shapesOf(resource, definition);
	return [
		`## ${kind}\n`,
		`\`apiVersion: ${group}/${versions[0]!.name}\`, \`kind: ${kind}\`, defined in [${resource.crd}](../${resource.crd}).\n`,
		table(kind, root!),
		...others.flatMap(shape => [`### ${headingOf(kind, shape.name)}\n`, table(kind, shape)]),
	].join('\n');
};

const table = (kind: string, {description, fields}: Shape): string => [
	`${escape(description)}\n`,
	'| field | type | default | meaning |',
	'|---|---|---|---|',
	...fields.map(field => `| \`${field.name}\`${field.isRequired ? ' (required)' : ''} | ${typeOf(kind, field)} | ${field.default === undefined ? '' : `\`${field.default}\``} | ${escape(field.description)} |`),
	'',
].join('\n');

// Both kinds have, for example, a StorageLocation.
const headingOf = (kind: string, shape: string): string => `${shape} of a ${kind}`;

const typeOf = (kind: string, {type, isShape, isList}: Field): string => {
	const name = isShape && type !== 'ObjectMeta' ? `[${type}](#${headingOf(kind, type).toLowerCase().replaceAll(' ', '-')})` : plainTypes(type);
	return isList ? `list of ${name}` : name;
};

const plainTypes = (type: string): string => type
	.replace(/^Readonly<Record<string, (?<value>.+)>>$/v, 'map of $<value>')
	.replaceAll(/'(?<value>[^']+)'/gv, '`$<value>`')
	.replaceAll(' | ', ', ');

const escape = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
