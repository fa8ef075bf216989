import test from 'ava';
import {widgetSchema} from './widget.ts';
import {findSchemaProblems} from '#local/apiserver/schema/structural.ts';

const withSpec = (spec: Record<string, unknown>) => ({type: 'object', properties: {spec}});

const text = {type: 'string'};
const forbidden = 'Forbidden: must be empty to be structural';

const refused: Record<string, readonly [schema: Record<string, unknown>, field: string, message: RegExp]> = {
	'a root that is no object': [{type: 'array', items: text}, 'type', /must be object at the root/v],
	'additionalProperties at the root': [{type: 'object', additionalProperties: text}, 'additionalProperties', /must not be used at the root/v],
	'a default at the root': [{type: 'object', default: {}}, 'default', /must not be set at the root/v],
	'a field without a type': [withSpec({}), 'properties[spec].type', /^Required value/v],
	'items without a type': [withSpec({type: 'array', items: {}}), 'properties[spec].items.type', /^Required value/v],
	'a list without items': [withSpec({type: 'array'}), 'properties[spec].items', /^Required value/v],
	'a reference': [withSpec({type: 'object', $ref: '#/definitions/x'}), 'properties[spec].$ref', /^Forbidden/v],
	patternProperties: [withSpec({type: 'object', patternProperties: {}}), 'properties[spec].patternProperties', /^Forbidden/v],
	'additionalProperties false': [withSpec({type: 'object', additionalProperties: false}), 'properties[spec].additionalProperties', /must not be false/v],
	'additionalProperties beside properties': [withSpec({type: 'object', properties: {a: text}, additionalProperties: text}), 'properties[spec].additionalProperties', /mutual exclusive/v],
	uniqueItems: [withSpec({type: 'array', items: text, uniqueItems: true}), 'properties[spec].uniqueItems', /quadratic/v],
	'a list of type map without keys': [withSpec({type: 'array', items: {type: 'object'}, 'x-kubernetes-list-type': 'map'}), 'properties[spec].x-kubernetes-list-map-keys', /^Required value/v],
	'a key of a list of type map that may be absent': [
		withSpec({
			type: 'array', items: {type: 'object', properties: {name: text}}, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'],
		}), 'properties[spec].items.properties[name].default', /must have a default or be a required property/v,
	],
	'keys of another list': [withSpec({type: 'array', items: text, 'x-kubernetes-list-map-keys': ['name']}), 'properties[spec].x-kubernetes-list-map-keys', /must be empty/v],
	'a type in a combination': [withSpec({type: 'string', anyOf: [{type: 'string'}]}), 'properties[spec].type', new RegExp(forbidden, 'v')],
	'a description in a combination': [withSpec({type: 'string', not: {description: 'x'}}), 'properties[spec].description', new RegExp(forbidden, 'v')],
	'a default of another type': [withSpec({type: 'integer', default: 'x'}), 'properties[spec].default', /must be of type integer/v],
	'a default outside the enum': [withSpec({type: 'string', enum: ['a'], default: 'b'}), 'properties[spec].default', /^Unsupported value/v],
	'a default with an unknown field': [withSpec({type: 'object', properties: {a: text}, default: {b: 1}}), 'properties[spec].default', /unknown fields: b/v],
	'a pattern that is none': [withSpec({type: 'string', pattern: '('}), 'properties[spec].pattern', /Invalid regular expression/v],
	'a rule that is none': [withSpec({type: 'string', 'x-kubernetes-validations': [{rule: 'self ==', message: 'x'}]}), 'properties[spec].x-kubernetes-validations[0].rule', /^Invalid value/v],
	'a message of two lines': [withSpec({type: 'string', 'x-kubernetes-validations': [{rule: 'true', message: 'x\ny'}]}), 'properties[spec].x-kubernetes-validations[0].message', /line breaks/v],
	'a rule on a field that is not there': [withSpec({type: 'object', 'x-kubernetes-validations': [{rule: 'true', message: 'x', fieldPath: '.b'}]}), 'properties[spec].x-kubernetes-validations[0].fieldPath', /valid path/v],
	'a schema of metadata beyond the name': [{type: 'object', properties: {metadata: {type: 'object', properties: {labels: {type: 'object'}}}}}, 'properties[metadata]', /^Forbidden/v],
};

for (const [what, [schema, field, message]] of Object.entries(refused)) {
	test(`a schema with ${what} is refused`, t => {
		const problems = findSchemaProblems(schema);
		t.deepEqual(problems.map(problem => problem.field), [field]);
		t.regex(problems[0]?.message ?? '', message);
	});
}

test('a schema that uses everything that is allowed has no problems', t => {
	t.deepEqual(findSchemaProblems(widgetSchema), []);
});
