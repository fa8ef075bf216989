import {type Dbms} from '../dbms.ts';
import {type Value} from './packstream.ts';

export type Parameters = Readonly<Record<string, Value>>;

/**
A statement as it came.
*/
export type Invocation = {
	readonly query: string;
	readonly parameters: Parameters;
	/** Database of the session; empty for the user's home database. */
	readonly database: string;
};

export type Answer = {
	readonly fields: readonly string[];
	readonly rows: ReadonlyArray<readonly Value[]>;
	/** It changed the DBMS. */
	readonly isUpdate?: boolean;
};

/**
One kind of statement: how it reads and what it answers. `pattern` is matched against the statement without `CYPHER 25`, without a closing semicolon and with single spaces.
*/
export type Statement = {
	readonly pattern: RegExp;
	readonly run: (groups: Readonly<Record<string, string | undefined>>, invocation: Invocation, dbms: Dbms) => Answer | Promise<Answer>;
};
