import {type Dbms} from '../dbms.ts';
import {isAtLeast, parseVersion} from '../admin/version.ts';
import {createDatabase} from './create-database.ts';
import {BoltFailure, syntaxError} from './failure.ts';
import {
	checkpoint, countNodes, createNode, quietProcedures, returnOne,
} from './queries.ts';
import {recreateDatabase} from './recreate-database.ts';
import {showDatabase, showDatabases} from './show-databases.ts';
import {showServers} from './show-servers.ts';
import {type Answer, type Invocation, type Statement} from './statement.ts';
import {dropDatabase, startDatabase, stopDatabase} from './switch-database.ts';
import {isCypher25} from './wait.ts';

const components: Statement = {
	pattern: /^CALL dbms\.components\(\)(?: YIELD .*)?$/iv,
	run: (_, __, {settings: {version, edition}}) => ({fields: ['name', 'versions', 'edition'], rows: [['Neo4j Kernel', [version], edition], ['Stand-in', [version], edition]]}),
};

/** Another statement goes here; the first that matches is run. */
const statements: readonly Statement[] = [showDatabases, showDatabase, showServers, components, countNodes, createNode, returnOne, checkpoint, quietProcedures];

/** Those that Community does not have. */
const enterpriseStatements: readonly Statement[] = [createDatabase, dropDatabase, startDatabase, stopDatabase, recreateDatabase];

/**
Runs a statement that the stand-in knows. Any other is a SyntaxError that says so.
*/
export const runStatement = async (invocation: Invocation, dbms: Dbms): Promise<Answer> => {
	const {version, edition} = dbms.settings;
	if (isCypher25(invocation) && !isAtLeast(parseVersion(version), '2025.06')) {
		throw syntaxError('Invalid cypher version: 25');
	}

	const text = invocation.query.trim().replaceAll(/\s+/gv, ' ').replace(/ ?;$/v, '').replace(/^CYPHER (?:5|25) /iv, '');
	for (const {pattern, run} of [...statements, ...enterpriseStatements]) {
		const match = pattern.exec(text);
		if (match && edition === 'community' && enterpriseStatements.some(statement => statement.pattern === pattern)) {
			throw new BoltFailure('Neo.ClientError.Statement.UnsupportedAdministrationCommand', `Unsupported administration command: ${text}`);
		}

		if (match) {
			return run(match.groups ?? {}, invocation, dbms);
		}
	}

	throw syntaxError(`This is a stand-in for Neo4j and does not know the statement: ${text}`);
};
