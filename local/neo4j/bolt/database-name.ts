import {type Database} from '../database.ts';
import {type Dbms} from '../dbms.ts';
import {syntaxError} from './failure.ts';
import {type Parameters} from './statement.ts';
import {type Tokens, unquote} from './tokens.ts';

/** How a name of a database is written in a statement, as a part of a pattern: bare, in backticks, or as a parameter. */
export const namePattern = String.raw`(?<name>\x60(?:[^\x60]|\x60\x60)+\x60|\$\w+|[a-z]\w*(?:\.\w+)*)`;

/**
The name that was written; Neo4j knows it in small letters.
*/
export const nameOf = (name: string, parameters: Parameters): string => {
	if (!name.startsWith('$')) {
		return unquote(name).toLowerCase();
	}

	const value = parameters[name.slice(1)];
	if (typeof value !== 'string') {
		throw syntaxError(`Expected parameter ${name} to have type STRING`);
	}

	return value.toLowerCase();
};

/**
The next word as a name.
*/
export const readName = (tokens: Tokens, parameters: Parameters): string => nameOf(tokens.next(), parameters);

export const findDatabase = (dbms: Dbms, name: string): Database | undefined => dbms.databases().find(database => database.name === name);
