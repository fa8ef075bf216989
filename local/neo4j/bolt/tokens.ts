import {syntaxError} from './failure.ts';

/**
The words of a clause, read one after another.
*/
export type Tokens = {
	readonly peek: () => string | undefined;
	readonly next: () => string;
	/** Takes these keywords if they come next. */
	readonly accept: (...keywords: readonly string[]) => boolean;
	readonly expect: (keyword: string) => void;
};

const token = /`(?:[^`]|``)*`|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\$?\w+(?:\.\w+)*|<>|<=|>=|[=<>,:*\[\]\(\)\{\}]/gv;

/**
Splits a clause into words. Anything that is no word of the stand-in is a SyntaxError.
*/
export const tokenize = (text: string): Tokens => {
	const rest: string[] = text.match(token) ?? [];
	const left = text.replaceAll(token, '').trim();
	if (left !== '') {
		throw syntaxError(`This is a stand-in for Neo4j and cannot read '${left}' in: ${text}`);
	}

	const accept = (...keywords: readonly string[]): boolean => {
		const isNext = keywords.every((keyword, index) => rest[index]?.toUpperCase() === keyword);
		if (isNext) {
			rest.splice(0, keywords.length);
		}

		return isNext;
	};

	return {
		peek: () => rest[0],
		next() {
			const first = rest.shift();
			if (first === undefined) {
				throw syntaxError(`Invalid input '': the statement ends too early: ${text}`);
			}

			return first;
		},
		accept,
		expect(keyword) {
			if (!accept(keyword)) {
				throw syntaxError(`Invalid input '${rest[0] ?? ''}': expected '${keyword}' in: ${text}`);
			}
		},
	};
};

/**
A name without its backticks.
*/
export const unquote = (name: string): string => name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
