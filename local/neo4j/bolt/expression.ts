import {syntaxError} from './failure.ts';
import {type Value} from './packstream.ts';
import {type Parameters} from './statement.ts';
import {type Tokens, unquote} from './tokens.ts';

export type Row = Readonly<Record<string, Value>>;

/**
Reads a condition: `AND`, `OR`, `NOT`, brackets, `=`, `<>`, `IN`, `STARTS WITH`, `IS [NOT] NULL` over columns, parameters and literals.
*/
export const readCondition = (tokens: Tokens, parameters: Parameters): (row: Row) => boolean => {
	const alternatives = [readConjunction(tokens, parameters)];
	while (tokens.accept('OR')) {
		alternatives.push(readConjunction(tokens, parameters));
	}

	return row => alternatives.some(alternative => alternative(row));
};

const readConjunction = (tokens: Tokens, parameters: Parameters): (row: Row) => boolean => {
	const parts = [readTerm(tokens, parameters)];
	while (tokens.accept('AND')) {
		parts.push(readTerm(tokens, parameters));
	}

	return row => parts.every(part => part(row));
};

const readTerm = (tokens: Tokens, parameters: Parameters): (row: Row) => boolean => {
	if (tokens.accept('NOT')) {
		const term = readTerm(tokens, parameters);
		return row => !term(row);
	}

	if (tokens.accept('(')) {
		const condition = readCondition(tokens, parameters);
		tokens.expect(')');
		return condition;
	}

	return readComparison(tokens, parameters);
};

const readComparison = (tokens: Tokens, parameters: Parameters): (row: Row) => boolean => {
	const left = readOperand(tokens, parameters);
	if (tokens.accept('IS', 'NOT', 'NULL')) {
		return row => left(row) !== null;
	}

	if (tokens.accept('IS', 'NULL')) {
		return row => left(row) === null;
	}

	for (const [keywords, holds] of comparisons) {
		if (tokens.accept(...keywords)) {
			const right = readOperand(tokens, parameters);
			return row => holds(left(row), right(row));
		}
	}

	// A column that is a boolean stands alone.
	return row => left(row) === true;
};

// Null is neither equal nor unequal to anything.
const comparisons: ReadonlyArray<readonly [keywords: readonly string[], holds: (left: Value, right: Value) => boolean]> = [
	[['='], (left, right) => left !== null && left === right],
	[['<>'], (left, right) => left !== null && right !== null && left !== right],
	[['IN'], (left, right) => left !== null && Array.isArray(right) && right.includes(left)],
	[['STARTS', 'WITH'], (left, right) => typeof left === 'string' && typeof right === 'string' && left.startsWith(right)],
];

const constants: Readonly<Record<string, Value>> = {true: true, false: false, null: null};

const readOperand = (tokens: Tokens, parameters: Parameters): (row: Row) => Value => {
	const word = tokens.next();
	if (word === '[') {
		return readList(tokens, parameters);
	}

	if (word.startsWith('$')) {
		const value = parameters[word.slice(1)] ?? null;
		return () => value;
	}

	if (/^['"]/v.test(word)) {
		const text = word.slice(1, -1).replaceAll(/\\(.)/gv, '$1');
		return () => text;
	}

	const constant = /^\d+$/v.test(word) ? Number(word) : constants[word.toLowerCase()];
	return constant === undefined ? columnOf(unquote(word)) : () => constant;
};

const columnOf = (name: string) => (row: Row): Value => {
	const value = row[name];
	if (value === undefined) {
		throw syntaxError(`Variable \`${name}\` not defined`);
	}

	return value;
};

const readList = (tokens: Tokens, parameters: Parameters): (row: Row) => Value => {
	const items: Array<(row: Row) => Value> = [];
	while (!tokens.accept(']')) {
		items.push(readOperand(tokens, parameters));
		tokens.accept(',');
	}

	return row => items.map(item => item(row));
};
