import {isDeepStrictEqual} from 'node:util';
import {fieldError, type FieldError} from './field-error.ts';
import {hasFormat} from './formats.ts';
import {
	childrenOf, isUnchanged, memberPath, type Node,
} from './node.ts';
import {isObject, type Schema} from './schema.ts';

/**
What the keywords of the schema refuse: types, enums, patterns, bounds, required members. In the words of the API server (kube-openapi's validation errors).
*/
export const checkKeywords = (node: Node): readonly FieldError[] => {
	if (isUnchanged(node)) {
		return [];
	}

	if (node.value === null) {
		return node.schema.nullable === true ? [] : checkType(node);
	}

	return [
		...checkType(node),
		...checkCombinations(node),
		...checkValue(node),
		...checkEnum(node),
		...childrenOf(node).flatMap(child => checkKeywords(child)),
	];
};

const typeOf = (value: unknown): string => {
	if (value === null) {
		return 'null';
	}

	if (Array.isArray(value)) {
		return 'array';
	}

	return Number.isInteger(value) ? 'integer' : typeof value;
};

const checkType = ({schema, value, path}: Node): FieldError[] => {
	const wanted = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : [schema.type].filter(type => type !== undefined);
	const found = typeOf(value);
	const fits = wanted.length === 0 || wanted.includes(found) || (found === 'integer' && wanted.includes('number'));
	return fits ? [] : [fieldError(path, 'FieldValueTypeInvalid', found, `${path} in body must be of type ${wanted.join(',')}: "${found}"`)];
};

const checkEnum = ({schema, value, path}: Node): FieldError[] => {
	if (schema.enum === undefined || schema.enum.some(allowed => isDeepStrictEqual(allowed, value))) {
		return [];
	}

	const supported = schema.enum.map(allowed => JSON.stringify(typeof allowed === 'string' ? allowed : JSON.stringify(allowed)));
	return [fieldError(path, 'FieldValueNotSupported', value, `supported values: ${supported.join(', ')}`)];
};

const checkValue = (node: Node): FieldError[] => {
	const {value} = node;
	if (typeof value === 'string') {
		return checkString(node, value);
	}

	if (typeof value === 'number') {
		return checkNumber(node, value);
	}

	if (Array.isArray(value)) {
		return checkSize(node, value.length, {minimum: node.schema.minItems, maximum: node.schema.maxItems, what: 'items'});
	}

	return isObject(value) ? checkObject(node, value) : [];
};

const checkString = ({schema, path}: Node, text: string): FieldError[] => {
	const {length} = [...text];
	const {minLength = 0, maxLength = Infinity, pattern, format} = schema;
	if (length > maxLength) {
		return [fieldError(path, 'FieldValueTooLong', text, `may not be more than ${maxLength} bytes`)];
	}

	if (length < minLength) {
		return [fieldError(path, 'FieldValueInvalid', text, `${path} in body should be at least ${minLength} chars long`)];
	}

	return [
		...pattern === undefined || toRegExp(pattern).test(text) ? [] : [fieldError(path, 'FieldValueInvalid', text, `${path} in body should match '${pattern}'`)],
		...format === undefined || hasFormat(format, text) ? [] : [fieldError(path, 'FieldValueTypeInvalid', text, `${path} in body must be of type ${format}: ${JSON.stringify(text)}`)],
	];
};

/**
The pattern as JavaScript reads it, which does not know Go's flags at the front. Throws when it is none.
*/
export const toRegExp = (pattern: string): RegExp => {
	const {flags = '', source = pattern} = /^\(\?(?<flags>[ims]+)\)(?<source>.*)$/sv.exec(pattern)?.groups ?? {};
	return new RegExp(source, flags);
};

const checkNumber = (node: Node, value: number): FieldError[] => {
	const {schema: {multipleOf, minimum, maximum, ...schema}, path} = node;
	const refuse = (detail: string): FieldError[] => [fieldError(path, 'FieldValueInvalid', value, `${path} in body should be ${detail}`)];
	return [
		...multipleOf !== undefined && !Number.isInteger(value / multipleOf) ? refuse(`a multiple of ${multipleOf}`) : [],
		...minimum === undefined ? [] : checkBound(value - minimum, schema.exclusiveMinimum).flatMap(relation => refuse(`greater than ${relation}${minimum}`)),
		...maximum === undefined ? [] : checkBound(maximum - value, schema.exclusiveMaximum).flatMap(relation => refuse(`less than ${relation}${maximum}`)),
	];
};

const checkBound = (distance: number, isExclusive = false): readonly string[] => {
	if (isExclusive) {
		return distance > 0 ? [] : [''];
	}

	return distance < 0 ? ['or equal to '] : [];
};

const checkObject = (node: Node, value: Readonly<Record<string, unknown>>): FieldError[] => {
	const {schema, path} = node;
	const missing = (schema.required ?? []).filter(key => !Object.hasOwn(value, key));
	return [
		...checkSize(node, Object.keys(value).length, {minimum: schema.minProperties, maximum: schema.maxProperties, what: 'properties'}),
		...missing.map(key => fieldError(memberPath(path, key), 'FieldValueRequired', undefined)),
	];
};

type Bounds = {readonly minimum: number | undefined; readonly maximum: number | undefined; readonly what: 'items' | 'properties'};

const checkSize = ({path}: Node, size: number, {minimum = 0, maximum = Infinity, what}: Bounds): FieldError[] => [
	...size < minimum ? [fieldError(path, 'FieldValueInvalid', size, `${path} in body should have at least ${minimum} ${what}`)] : [],
	...size > maximum ? [fieldError(path, 'FieldValueTooMany', size, `must have at most ${maximum} item${maximum === 1 ? '' : 's'}`)] : [],
];

const checkCombinations = (node: Node): FieldError[] => {
	const {schema, path} = node;
	const check = (alternative: Schema) => checkKeywords({schema: alternative, value: node.value, path});
	const refuse = (detail: string): FieldError[] => [fieldError('', 'FieldValueInvalid', '', `"${path}" must ${detail}`)];
	const any = schema.anyOf?.map(alternative => check(alternative));
	const valid = schema.oneOf?.filter(alternative => check(alternative).length === 0).length;
	return [
		...(schema.allOf ?? []).flatMap(part => check(part)),
		...any?.every(errors => errors.length > 0) === true ? [...refuse('validate at least one schema (anyOf)'), ...any[0] ?? []] : [],
		...valid === undefined || valid === 1 ? [] : refuse(`validate one and only one schema (oneOf). ${valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`}`),
		...schema.not !== undefined && check(schema.not).length === 0 ? refuse('not validate the schema (not)') : [],
	];
};
