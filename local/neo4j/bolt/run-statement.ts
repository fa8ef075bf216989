import {type Dbms} from '../dbms.ts';
import {syntaxError} from './failure.ts';
import {showDatabase, showDatabases} from './show-databases.ts';
import {showServers} from './show-servers.ts';
import {type Answer, type Invocation, type Statement} from './statement.ts';

const components: Statement = {
	pattern: /^CALL dbms\.components\(\)(?: YIELD .*)?$/iv,
	run: (_, __, {settings: {version, edition}}) => ({fields: ['name', 'versions', 'edition'], rows: [['Neo4j Kernel', [version], edition], ['Stand-in', [version], edition]]}),
};

/** Another statement goes here; the first that matches is run. */
const statements: readonly Statement[] = [showDatabases, showDatabase, showServers, components];

/**
Runs a statement that the stand-in knows. Any other is a SyntaxError that says so.
*/
export const runStatement = (invocation: Invocation, dbms: Dbms): Answer => {
	const text = invocation.query.trim().replaceAll(/\s+/gv, ' ').replace(/ ?;$/v, '').replace(/^CYPHER (?:5|25) /iv, '');
	for (const {pattern, run} of statements) {
		const match = pattern.exec(text);
		if (match) {
			return run(match.groups ?? {}, invocation, dbms);
		}
	}

	throw syntaxError(`This is a stand-in for Neo4j and does not know the statement: ${text}`);
};
