import type {CustomResource} from './custom-resources.ts';
import type {CustomResourceDefinition, Schema} from './shapes.ts';

/**
The schema of a custom resource's spec as a module, for who has a manifest and no API server: without descriptions, defaults and the API server's own keywords, and strict about fields that are not there, as `kubectl apply` is.
*/
export const generateJsonSchema = ({crd}: CustomResource, {spec}: CustomResourceDefinition): string => [
	`// Generated from ${crd} by \`npm run types\`: change the CRD, not this file.`,
	`export const ${lowerFirst(spec.names.kind)}SpecSchema = ${JSON.stringify(strict(spec.versions[0]!.schema.openAPIV3Schema.properties!['spec']!), undefined, '\t')} as const;`,
	'',
].join('\n');

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const strict = (schema: Schema): Readonly<Record<string, unknown>> => {
	const {description: _, default: __, properties, items, additionalProperties, ...rest} = schema;
	const keywords = Object.entries(rest).filter(([keyword]) => !keyword.startsWith('x-kubernetes-') && keyword !== 'format');
	return {
		...Object.fromEntries(keywords),
		...(properties && {properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, strict(property)])), additionalProperties: false}),
		...(items && {items: strict(items)}),
		...(additionalProperties && {additionalProperties: strict(additionalProperties)}),
	};
};
