import {isObject, schemaOf, type Schema} from './schema.ts';

/**
The object with the defaults of its schema, and without nulls that the schema does not allow. The input is left alone.
*/
export const withDefaults = (schema: Schema, value: unknown): unknown => {
	if (Array.isArray(value)) {
		const {items} = schema;
		return items === undefined ? value : value.map(item => withDefaults(items, refusesNull(items, item) && items.default !== undefined ? structuredClone(items.default) : item));
	}

	if (!isObject(value)) {
		return value;
	}

	const kept = Object.entries(value).filter(([key, member]) => !refusesNull(schemaOf(schema, key), member));
	const missing = Object.entries(schema.properties ?? {}).filter(([key, property]) =>
		property.default !== undefined && !kept.some(([name]) => name === key));
	const complete = [...kept, ...missing.map(([key, property]): [string, unknown] => [key, structuredClone(property.default)])];
	return Object.fromEntries(complete.map(([key, member]) => {
		const memberSchema = schemaOf(schema, key);
		return [key, memberSchema === undefined ? member : withDefaults(memberSchema, member)];
	}));
};

const refusesNull = (schema: Schema | undefined, value: unknown): boolean => value === null && schema !== undefined && schema.nullable !== true;
