import {invalidArguments} from './failure.ts';
import {Structure, type Value} from './packstream.ts';
import {type Parameters} from './statement.ts';
import {type Tokens, unquote} from './tokens.ts';

export type Fields = Readonly<Record<string, Value>>;

/**
Reads a value that stands in a statement: a literal, a list, a map, a parameter, or `datetime('…')`, which comes as text.
*/
export const readValue = (tokens: Tokens, parameters: Parameters): Value => {
	const word = tokens.next();
	if (word === '[') {
		return readList(tokens, parameters);
	}

	if (word === '{') {
		return readEntries(tokens, parameters);
	}

	if (word.startsWith('$')) {
		return readable(parameters[word.slice(1)] ?? null);
	}

	if (/^['"]/v.test(word)) {
		return word.slice(1, -1).replaceAll(/\\(.)/gv, '$1');
	}

	if (word.toLowerCase() === 'datetime') {
		tokens.expect('(');
		const instant = readValue(tokens, parameters);
		tokens.expect(')');
		return instant;
	}

	return constants[word.toLowerCase()] ?? (word.toLowerCase() === 'null' ? null : Number(word));
};

const constants: Readonly<Record<string, Value>> = {true: true, false: false};

const readList = (tokens: Tokens, parameters: Parameters): readonly Value[] => {
	const items: Value[] = [];
	while (!tokens.accept(']')) {
		items.push(readValue(tokens, parameters));
		tokens.accept(',');
	}

	return items;
};

/**
Reads a map after its opening brace.
*/
const readEntries = (tokens: Tokens, parameters: Parameters): Fields => {
	const entries: Array<readonly [string, Value]> = [];
	while (!tokens.accept('}')) {
		const key = unquote(tokens.next());
		tokens.expect(':');
		entries.push([key, readValue(tokens, parameters)]);
		tokens.accept(',');
	}

	return Object.fromEntries(entries);
};

/**
A value that has to be a text.
*/
export const textOf = (value: Value | undefined, what: string): string => {
	if (typeof value !== 'string') {
		throw invalidArguments(`Could not read ${what}: String expected.`);
	}

	return value;
};

/** A moment that came as a parameter: seconds and nanoseconds in UTC. */
const readable = (value: Value): Value => value instanceof Structure && value.tag === 0x49
	? new Date((Number(value.fields[0]) * 1000) + (Number(value.fields[1]) / 1_000_000)).toISOString()
	: value;
