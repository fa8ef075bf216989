import {type Database} from '../database.ts';
import {type Dbms} from '../dbms.ts';
import {findDatabase, nameOf, namePattern} from './database-name.ts';
import {administrationError, databaseNotFound} from './failure.ts';
import {type Statement} from './statement.ts';
import {answerOf, waitPattern} from './wait.ts';

export const startDatabase: Statement = {
	pattern: new RegExp(`^START DATABASE ${namePattern}${waitPattern}$`, 'iv'),
	run({name = '', wait}, invocation, dbms) {
		const database = existing(dbms, nameOf(name, invocation.parameters), 'start');
		dbms.setStatus(database.name, 'online');
		return answerOf(database, dbms, {waits: wait !== undefined, invocation});
	},
};

export const stopDatabase: Statement = {
	pattern: new RegExp(`^STOP DATABASE ${namePattern}${waitPattern}$`, 'iv'),
	run({name = '', wait}, invocation, dbms) {
		const database = existing(dbms, nameOf(name, invocation.parameters), 'stop');
		dbms.setStatus(database.name, 'offline');
		return answerOf(database, dbms, {waits: wait !== undefined, invocation});
	},
};

/**
Destroys the data on all servers that are up; what a server that is down has stays where it is.
*/
export const dropDatabase: Statement = {
	pattern: new RegExp(`^DROP DATABASE ${namePattern}(?<ifExists> IF EXISTS)?(?: RESTRICT| CASCADE ALIAS(?:ES)?)?(?: DESTROY(?: DATA)?)?${waitPattern}$`, 'iv'),
	run({name = '', ifExists, wait}, invocation, dbms) {
		const wanted = nameOf(name, invocation.parameters);
		const waiting = {waits: wait !== undefined, invocation};
		if (ifExists !== undefined && findDatabase(dbms, wanted) === undefined) {
			return answerOf(undefined, dbms, waiting);
		}

		dbms.dropDatabase(existing(dbms, wanted, 'delete').name);
		return answerOf(undefined, dbms, waiting);
	},
};

const existing = (dbms: Dbms, name: string, verb: 'start' | 'stop' | 'delete'): Database => {
	if (name === 'system' && verb !== 'start') {
		throw administrationError(`Not allowed to ${verb} system database.`);
	}

	const database = findDatabase(dbms, name);
	if (database === undefined) {
		throw databaseNotFound(`Failed to ${verb} the specified database '${name}': Database does not exist.`);
	}

	return database;
};
