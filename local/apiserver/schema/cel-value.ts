import {
	celEnv, parse, plan, type CelInput,
} from '@bufbuild/cel';
import {isObject, schemaOf, type Schema} from './schema.ts';

// https://kubernetes.io/docs/reference/using-api/cel/#escaping
const reserved = new Set([
	'true',
	'false',
	'null',
	'in',
	'as',
	'break',
	'const',
	'continue',
	'else',
	'for',
	'function',
	'if',
	'import',
	'let',
	'loop',
	'package',
	'namespace',
	'return',
	'var',
	'void',
	'while',
]);
const escapes: Readonly<Record<string, string>> = {
	__: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__',
};

/**
A JSON value as a CEL rule sees it: integers by the schema and not by the number, members under their escaped names (`self.__namespace__`), times and durations as such.
*/
export const toCelInput = (schema: Schema, value: unknown): CelInput => {
	if (typeof value === 'string') {
		return toCelString(schema, value);
	}

	if (typeof value === 'number') {
		return Number.isInteger(value) && schema.type !== 'number' ? BigInt(value) : value;
	}

	if (Array.isArray(value)) {
		return value.map(item => toCelInput(schema.items ?? {}, item));
	}

	return isObject(value) ? toCelMap(schema, value) : value as CelInput;
};

const toCelMap = (schema: Schema, value: Readonly<Record<string, unknown>>): CelInput => {
	const isDeclared = (key: string) => schema.properties !== undefined && Object.hasOwn(schema.properties, key);
	return new Map(Object.entries(value).map(([key, member]) => [
		isDeclared(key) ? escapeName(key) : key,
		toCelInput(schemaOf(schema, key) ?? {}, member),
	]));
};

// Parsed once: a status holds dozens of times.
const toTimestamp = plan(celEnv(), parse('timestamp(text)'));
const toDuration = plan(celEnv(), parse('duration(text)'));

const toCelString = ({format = ''}: Schema, text: string): CelInput => {
	switch (format) {
		case 'date':
		case 'date-time': {
			return toTimestamp({text: format === 'date' ? `${text}T00:00:00Z` : text}) as CelInput;
		}

		case 'duration': {
			return toDuration({text}) as CelInput;
		}

		default: {
			return text;
		}
	}
};

const escapeName = (name: string): string => reserved.has(name)
	? `__${name}__`
	: name.replaceAll(/__|[.\-\/]/gv, part => escapes[part] ?? part);
