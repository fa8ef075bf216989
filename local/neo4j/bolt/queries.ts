import {type Database, initialTransactions} from '../database.ts';
import {type Dbms} from '../dbms.ts';
import {findDatabase} from './database-name.ts';
import {BoltFailure, databaseNotFound} from './failure.ts';
import {type Answer, type Invocation, type Statement} from './statement.ts';

/*
What is asked of the data, and of a database as a whole. The transactions that Neo4j itself writes into a new store make no node; each later one made one, with a label when a statement gave it one.
*/

const label = String.raw`(?::(?<label>\w+))?`;

export const countNodes: Statement = {
	pattern: new RegExp(String.raw`^MATCH \(\w*${label}\) RETURN count\((?:\w+|\*)\)(?: AS (?<alias>\w+))?$`, 'iv'),
	run({label: wanted, alias}, invocation, dbms) {
		const nodes = onlineDatabase(invocation, dbms).transactions.filter(transaction => transaction.id > initialTransactions && (wanted === undefined || transaction.label === wanted));
		return {fields: [alias ?? /count\(.*?\)/iv.exec(invocation.query)?.[0] ?? 'count'], rows: [[nodes.length]]};
	},
};

export const createNode: Statement = {
	pattern: new RegExp(String.raw`^CREATE \(\w*${label}(?: ?\{.*\})?\)$`, 'iv'),
	run({label: given}, invocation, dbms) {
		dbms.createNode(onlineDatabase(invocation, dbms).name, given);
		return {fields: [], rows: [], isUpdate: true};
	},
};

export const returnOne: Statement = {
	pattern: /^RETURN (?<number>\d+)(?: AS (?<alias>\w+))?$/iv,
	run({number = '', alias}, invocation, dbms) {
		onlineDatabase(invocation, dbms);
		return {fields: [alias ?? number], rows: [[Number(number)]]};
	},
};

export const checkpoint: Statement = {
	pattern: /^CALL db\.checkpoint\(\)(?: YIELD .*)?$/iv,
	run(_, invocation, dbms) {
		onlineDatabase(invocation, dbms);
		return {fields: ['success', 'message'], rows: [[true, 'Checkpoint completed.']]};
	},
};

/** Procedures that answer nothing; there are no indexes to wait for. */
export const quietProcedures: Statement = {
	pattern: /^CALL (?:db\.awaitIndexes\((?:\d+|\$\w+)?\)|dbms\.security\.clearAuthCache\(\))$/iv,
	run(_, invocation, dbms): Answer {
		onlineDatabase(invocation, dbms);
		return {fields: [], rows: []};
	},
};

/** The database of the session, which must be online somewhere. */
const onlineDatabase = ({database: name}: Invocation, dbms: Dbms): Database => {
	const wanted = name === '' ? 'neo4j' : name;
	const database = findDatabase(dbms, wanted);
	if (database === undefined) {
		throw databaseNotFound(`Database does not exist. Database name: '${wanted}'.`);
	}

	if (database.state !== 'online') {
		throw new BoltFailure('Neo.TransientError.General.DatabaseUnavailable', `Database '${wanted}' is unavailable.`);
	}

	return database;
};
