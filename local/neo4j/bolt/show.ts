import {syntaxError} from './failure.ts';
import {readCondition, type Row} from './expression.ts';
import {type Value} from './packstream.ts';
import {type Answer, type Parameters} from './statement.ts';
import {tokenize, type Tokens, unquote} from './tokens.ts';

/**
A table that SHOW lists: all its columns in order, those shown without YIELD, and the rows.
*/
export type Table = {
	readonly columns: readonly string[];
	readonly brief: readonly string[];
	readonly rows: readonly Row[];
};

/**
Applies what may follow a SHOW: `WHERE …`, or `YIELD …` with `ORDER BY`, `SKIP`, `LIMIT`, `WHERE` and `RETURN`.
*/
export const show = (table: Table, clause: string, parameters: Parameters): Answer => {
	const tokens = tokenize(clause);
	const answer = tokens.accept('YIELD') ? yieldRows(table, tokens, parameters) : toAnswer(table.brief, filter(table.rows, tokens, parameters));
	if (tokens.peek() !== undefined) {
		throw syntaxError(`This is a stand-in for Neo4j and does not know what begins at '${tokens.peek() ?? ''}' in: ${clause}`);
	}

	return answer;
};

type Column = {readonly from: string; readonly to: string};

const yieldRows = ({columns, rows}: Table, tokens: Tokens, parameters: Parameters): Answer => {
	const yielded = readColumns(tokens, columns);
	const renamed = rows.map(row => rename(row, yielded));
	const filtered = filter(order(renamed, tokens), tokens, parameters);
	const names = yielded.map(({to}) => to);
	if (!tokens.accept('RETURN')) {
		return toAnswer(names, filtered);
	}

	const returned = readColumns(tokens, names);
	return toAnswer(returned.map(({to}) => to), order(filtered.map(row => rename(row, returned)), tokens));
};

const readColumns = (tokens: Tokens, known: readonly string[]): readonly Column[] => {
	if (tokens.accept('*')) {
		return known.map(name => ({from: name, to: name}));
	}

	const columns: Column[] = [];
	do {
		const from = unquote(tokens.next());
		if (!known.includes(from)) {
			throw syntaxError(`Trying to YIELD non-existing column: \`${from}\``);
		}

		columns.push({from, to: tokens.accept('AS') ? unquote(tokens.next()) : from});
	} while (tokens.accept(','));

	return columns;
};

const rename = (row: Row, columns: readonly Column[]): Row => Object.fromEntries(columns.map(({from, to}) => [to, row[from] ?? null]));

const order = (rows: readonly Row[], tokens: Tokens): readonly Row[] => {
	let ordered = rows;
	if (tokens.accept('ORDER', 'BY')) {
		const column = unquote(tokens.next());
		const direction = tokens.accept('DESC') ? -1 : 1;
		tokens.accept('ASC');
		ordered = rows.toSorted((left, right) => direction * compare(left[column] ?? null, right[column] ?? null));
	}

	if (tokens.accept('SKIP')) {
		ordered = ordered.slice(Number(tokens.next()));
	}

	return tokens.accept('LIMIT') ? ordered.slice(0, Number(tokens.next())) : ordered;
};

const compare = (left: Value, right: Value): number => keyOf(left).localeCompare(keyOf(right), 'en', {numeric: true});

const keyOf = (value: Value): string => typeof value === 'object' ? '' : String(value);

const filter = (rows: readonly Row[], tokens: Tokens, parameters: Parameters): readonly Row[] => tokens.accept('WHERE') ? rows.filter(readCondition(tokens, parameters)) : rows;

const toAnswer = (fields: readonly string[], rows: readonly Row[]): Answer => ({fields, rows: rows.map(row => fields.map(field => row[field] ?? null))});
