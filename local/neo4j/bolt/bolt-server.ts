import {createServer, type Server, type Socket} from 'node:net';
import {type Dbms} from '../dbms.ts';
import {runStatement} from './run-statement.ts';
import {serveSession} from './session.ts';
import {type Invocation} from './statement.ts';

export type BoltOptions = {
	readonly user: string;
	readonly password: string;
	/** Host:port that a routing table names. */
	readonly address: () => string;
	/** Hears every statement before it is run. */
	readonly onStatement: (invocation: Invocation) => void;
	/** True: connections are taken and nothing is ever answered. */
	readonly hangs: () => boolean;
};

/**
A Bolt server for the administration commands of a DBMS. It has no data to query.
*/
export const createBoltServer = (dbms: Dbms, {user, password, address, onStatement, hangs}: BoltOptions): Server => {
	let connections = 0;
	return createServer((socket: Socket) => {
		connections += 1;
		// A client that goes away is no concern of the server.
		socket.on('error', () => undefined);
		if (hangs()) {
			return;
		}

		void serveSession(socket, {
			version: dbms.settings.version,
			user,
			password,
			address,
			id: connections,
			async run(invocation) {
				onStatement(invocation);
				return runStatement(invocation, dbms);
			},
		}).catch(() => socket.destroy());
	});
};
