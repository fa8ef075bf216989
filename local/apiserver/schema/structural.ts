import {fieldError, type FieldError} from './field-error.ts';
import {checkKeywords, toRegExp} from './keywords.ts';
import {prune} from './prune.ts';
import {compileRule} from './rules.ts';
import type {Rule, Schema} from './schema.ts';

/**
Why an API server would refuse this `openAPIV3Schema` of a CRD: what is not structural, a default that its own schema refuses, a list without keys, a rule or pattern that is no expression. Paths are relative to the schema (`properties[spec].items`). The cost of the rules is not estimated.
*/
export const findSchemaProblems = (openAPIV3Schema: Record<string, unknown>): readonly FieldError[] => {
	const schema: Schema = openAPIV3Schema;
	return [
		...schema.type === 'object' ? [] : [fieldError('type', 'FieldValueInvalid', schema.type, 'must be object at the root')],
		...schema.additionalProperties === undefined ? [] : [forbidden('additionalProperties', 'must not be used at the root')],
		...schema.default === undefined ? [] : [forbidden('default', 'must not be set at the root')],
		...metadataProblems(schema.properties?.['metadata'] ?? {}),
		...[...walk(schema, '')].flatMap(([node, path]) => checks.flatMap(check => check(node, path))),
	];
};

type Check = (schema: Schema, path: string) => readonly FieldError[];

const forbidden = (field: string, detail: string) => fieldError(field, 'FieldValueForbidden', undefined, detail);
const required = (field: string, detail: string) => fieldError(field, 'FieldValueRequired', undefined, detail);

const join = (path: string, part: string) => path === '' ? part : `${path}.${part}`;

function * walk(schema: Schema, path: string): Generator<readonly [Schema, string]> {
	yield [schema, path];
	for (const [name, property] of Object.entries(schema.properties ?? {})) {
		yield * walk(property, join(path, `properties[${name}]`));
	}

	if (schema.items !== undefined) {
		yield * walk(schema.items, join(path, 'items'));
	}

	if (typeof schema.additionalProperties === 'object') {
		yield * walk(schema.additionalProperties, join(path, 'additionalProperties'));
	}
}

const metadataProblems = ({properties = {}, ...others}: Schema): FieldError[] => {
	const unknown = [...Object.keys(properties).filter(name => name !== 'name' && name !== 'generateName'), ...Object.keys(others).filter(key => key !== 'type')];
	return unknown.length === 0 ? [] : [forbidden('properties[metadata]', 'must not specify anything other than name and generateName, but metadata is implicitly specified')];
};

const unsupported = new Set(['$ref', 'definitions', 'dependencies', 'deprecated', 'discriminator', 'id', 'patternProperties', 'readOnly', 'writeOnly', 'xml']);

const checkKeys: Check = (schema, path) => Object.keys(schema).filter(key => unsupported.has(key)).map(key => forbidden(join(path, key), `${key} is not supported`));

const checkType: Check = (schema, path) => [
	...schema.type === undefined && schema['x-kubernetes-int-or-string'] !== true && schema['x-kubernetes-preserve-unknown-fields'] !== true
		? [required(join(path, 'type'), 'must not be empty for specified object fields')]
		: [],
	...schema.type === 'array' && schema.items === undefined ? [required(join(path, 'items'), 'must be specified')] : [],
	...schema.additionalProperties === false ? [forbidden(join(path, 'additionalProperties'), 'must not be false')] : [],
	...schema.additionalProperties !== undefined && schema.properties !== undefined ? [forbidden(join(path, 'additionalProperties'), 'additionalProperties and properties are mutual exclusive')] : [],
	...'uniqueItems' in schema ? [forbidden(join(path, 'uniqueItems'), 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')] : [],
];

const checkList: Check = (schema, path) => {
	const {'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys, items = {}} = schema;
	if (listType !== 'map') {
		return keys === undefined ? [] : [fieldError(join(path, 'x-kubernetes-list-map-keys'), 'FieldValueInvalid', keys, 'must be empty if x-kubernetes-list-type is not map')];
	}

	const at = join(path, 'x-kubernetes-list-map-keys');
	return [
		...keys === undefined || keys.length === 0 ? [required(at, 'must not be empty if x-kubernetes-list-type is map')] : [],
		...(keys ?? []).filter(key => items.required?.includes(key) !== true && items.properties?.[key]?.default === undefined)
			.map(key => required(join(path, `items.properties[${key}].default`), 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property')),
	];
};

// What a combination of schemas may say of a value, and no more: its shape belongs outside.
const inCombinations = new Set(['type', 'default', 'additionalProperties', 'nullable', 'title', 'description']);

const checkCombinations: Check = (schema, path) => {
	const nested = [...schema.allOf ?? [], ...schema.anyOf ?? [], ...schema.oneOf ?? [], ...schema.not === undefined ? [] : [schema.not]];
	return nested.flatMap(part => Object.keys(part)
		.filter(key => inCombinations.has(key) && !(key === 'type' && schema['x-kubernetes-int-or-string'] === true))
		.map(key => forbidden(join(path, key), 'must be empty to be structural')));
};

const checkDefault: Check = (schema, path) => {
	const value = schema.default;
	if (value === undefined) {
		return [];
	}

	const at = join(path, 'default');
	return [
		...prune(schema, value).unknown.map(field => fieldError(at, 'FieldValueInvalid', value, `must not have unknown fields: ${field}`)),
		...checkKeywords({schema, value, path: at}),
	];
};

const checkPattern: Check = ({pattern}, path) => pattern === undefined ? [] : problemOf(() => toRegExp(pattern), join(path, 'pattern'), pattern);

const checkRules: Check = (schema, path) => (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
	const at = join(path, `x-kubernetes-validations[${index}]`);
	return [
		...problemOf(() => compileRule(rule.rule), `${at}.rule`, rule.rule),
		...problemOf(() => compileRule(rule.messageExpression ?? '\'\''), `${at}.messageExpression`, rule.messageExpression),
		...rule.message?.includes('\n') === true ? [fieldError(`${at}.message`, 'FieldValueInvalid', rule.message, 'message must not contain line breaks')] : [],
		...hasField(schema, rule) ? [] : [fieldError(`${at}.fieldPath`, 'FieldValueInvalid', rule.fieldPath, 'fieldPath must be a valid path')],
	];
});

const hasField = (schema: Schema, {fieldPath = ''}: Rule): boolean => {
	const [, ...names] = fieldPath.split('.');
	let found: Schema | undefined = schema;
	for (const name of names) {
		found = found?.properties?.[name];
	}

	return found !== undefined;
};

const problemOf = (compile: () => unknown, field: string, value: unknown): FieldError[] => {
	try {
		compile();
		return [];
	} catch (error) {
		return [fieldError(field, 'FieldValueInvalid', value, error instanceof Error ? error.message : String(error))];
	}
};

const checks: readonly Check[] = [checkKeys, checkType, checkList, checkCombinations, checkDefault, checkPattern, checkRules];
