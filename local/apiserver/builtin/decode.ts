import {type Fields, isFields} from '../object.ts';
import {childSchema} from '../schema-path.ts';

/**
What a real API server decodes into a struct of Go's: `modelOf` tells the struct that a schema describes.
*/
export type Decoding = {readonly modelOf: (schema: Fields) => string | undefined};

/** `path` as Go names it: without the positions in lists. `struct` is the innermost one that is around. */
type Place = {readonly path: readonly string[]; readonly struct: string};

/**
Why Go cannot decode a value into what its schema describes, in its words; undefined where it can. Nothing else is checked: what is decoded may still be invalid.
*/
export const decodingProblem = (decoding: Decoding, schema: Fields, value: unknown): string | undefined =>
	problemAt(decoding, schema, value, {path: [], struct: ''});

const problemAt = (decoding: Decoding, schema: Fields, value: unknown, place: Place): string | undefined => {
	const wanted = goType(decoding, schema);
	if (value === null || wanted === undefined) {
		return undefined;
	}

	return fits(schema, value) ? textProblem(schema, value) ?? problemBelow(decoding, schema, value, place) : mistyped(value, wanted, place);
};

const problemBelow = (decoding: Decoding, schema: Fields, value: unknown, place: Place): string | undefined => {
	const struct = structOf(decoding, schema) ?? place.struct;
	const members = Array.isArray(value)
		? value.map(item => [schema['items'], item, {...place, struct}] as const)
		: Object.entries(isFields(value) ? value : {}).map(([name, member]) => [childSchema(schema, name), member, {path: schema['additionalProperties'] ? place.path : [...place.path, name], struct}] as const);
	return members.map(([child, member, at]) => problemAt(decoding, isFields(child) ? child : {}, member, at)).find(problem => problem !== undefined);
};

const fits = (schema: Fields, value: unknown): boolean => {
	switch (schema['type']) {
		case 'array': {
			return Array.isArray(value);
		}

		case 'object': {
			return isFields(value);
		}

		case 'integer': {
			return Number.isInteger(value);
		}

		default: {
			return typeof value === schema['type'];
		}
	}
};

const textProblem = ({format}: Fields, value: unknown): string | undefined => {
	const offset = format === 'byte' ? base64Problem(String(value)) : undefined;
	return offset === undefined ? undefined : `illegal base64 data at input byte ${offset}`;
};

/** Where Go gives up: at a character that is none, or at the four of which some are missing. */
const base64Problem = (text: string): number | undefined => {
	if (/^(?:[A-Za-z\d+\/]{4})*(?:[A-Za-z\d+\/]{2}==|[A-Za-z\d+\/]{3}=)?$/v.test(text)) {
		return undefined;
	}

	const stranger = text.search(/[^A-Za-z\d+\/]/v);
	return stranger === -1 ? text.length - (text.length % 4) : stranger;
};

const mistyped = (value: unknown, wanted: string, {path, struct}: Place): string => {
	const found = Number.isInteger(value) || typeof value !== 'number' ? kindOf(value) : `number ${value}`;
	const where = path.length === 0 ? 'Go value' : `Go struct field ${struct}.${path.join('.')}`;
	return `json: cannot unmarshal ${found} into ${where} of type ${wanted}`;
};

const kindOf = (value: unknown): string => {
	if (Array.isArray(value)) {
		return 'array';
	}

	return typeof value === 'boolean' ? 'bool' : typeof value;
};

/** `V1EnvVar` is `EnvVar` in its package. */
const structOf = ({modelOf}: Decoding, schema: Fields): string | undefined => modelOf(schema)?.replace(/^V\d(?:(?:alpha|beta)\d)?/v, '');

/** Go's name of the type; undefined for what decodes itself, such as quantities and times. */
const goType = (decoding: Decoding, schema: Fields): string | undefined => {
	const {type, format, items, additionalProperties: values} = schema;
	switch (type) {
		case 'array': {
			return `[]${goType(decoding, isFields(items) ? items : {}) ?? ''}`;
		}

		case 'object': {
			return isFields(values) ? `map[string]${goType(decoding, values) ?? ''}` : `v1.${structOf(decoding, schema) ?? ''}`;
		}

		case 'integer': {
			return typeof format === 'string' && format !== '' ? format : 'int';
		}

		case 'boolean': {
			return 'bool';
		}

		case 'string': {
			return format === 'date-time' ? undefined : 'string';
		}

		default: {
			return undefined;
		}
	}
};

/**
The value as Go writes it again: without nulls, and without maps and lists that are empty, which its structs leave off.
*/
export const withoutEmpty = (schema: Fields, value: unknown): unknown => {
	if (Array.isArray(value)) {
		return value.map(item => withoutEmpty(isFields(schema['items']) ? schema['items'] : {}, item));
	}

	return isFields(value)
		? Object.fromEntries(Object.entries(value)
			.map(([name, member]) => [name, childSchema(schema, name), member] as const)
			.filter(([, child, member]) => member !== null && !isEmpty(child, member))
			.map(([name, child, member]) => [name, withoutEmpty(child, member)]))
		: value;
};

const isEmpty = (schema: Fields, value: unknown): boolean => (Array.isArray(value) && value.length === 0) || (isFields(schema['additionalProperties']) && isFields(value) && Object.keys(value).length === 0);
