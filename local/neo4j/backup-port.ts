import {createServer, type Server as HttpServer, type ServerResponse} from 'node:http';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {type Database, lastCommittedTransaction} from './database.ts';
import {type Dbms} from './dbms.ts';
import {encodeTransactions, type Transaction} from './transactions.ts';

/**
What the stand-in tells of a database when neo4j-admin asks for the list.
*/
export type ListedDatabase = Pick<Database, 'name' | 'id' | 'type' | 'status'> & {readonly lastCommittedTransaction: number};

/**
The backup listener of one server. Its protocol is the stand-in's own, over HTTP, and only its own neo4j-admin speaks it:
`GET /databases`; `GET /databases/<name>/store` (a full backup); `GET /databases/<name>/transactions?from=<id>` (410 when the logs do not go back that far); `POST /once/<key>` (true the first time).
A stream carries `stand-in-database-id` and `stand-in-last-transaction`.
*/
export const createBackupPort = (dbms: Dbms, address: string): HttpServer => createServer((request, response) => {
	void answer(dbms, {address, url: new URL(request.url ?? '/', 'http://stand-in')}, response);
});

type Asked = {readonly address: string; readonly url: URL};

const answer = async (dbms: Dbms, {address, url}: Asked, response: ServerResponse): Promise<void> => {
	const [, kind, name = '', what] = url.pathname.split('/').map(part => decodeURIComponent(part));
	if (kind === 'once') {
		sendJson(response, 200, dbms.once(name));
		return;
	}

	const hosted = dbms.databases().filter(database => database.servers.includes(address));
	if (what === undefined) {
		sendJson(response, 200, hosted.map(database => listed(database, address)));
		return;
	}

	const database = hosted.find(candidate => candidate.name === name);
	if (database === undefined || database.type === 'composite') {
		sendJson(response, 404, `Database '${name}' does not exist.`);
	} else if (statusOn(database, address) === 'online') {
		await sendTransactions(database, what === 'store' ? undefined : Number(url.searchParams.get('from')), response);
	} else {
		sendJson(response, 409, `Database '${name}' is offline.`);
	}
};

const listed = (database: Database, address: string): ListedDatabase => ({
	name: database.name, id: database.id, type: database.type, status: statusOn(database, address), lastCommittedTransaction: lastCommittedTransaction(database),
});

const statusOn = ({state, failures}: Database, address: string): Database['status'] => state === 'online' && !failures.has(address) ? 'online' : 'offline';

const sendTransactions = async (database: Database, from: number | undefined, response: ServerResponse): Promise<void> => {
	const last = lastCommittedTransaction(database);
	if (from !== undefined && (from < database.lowestLoggedTransaction || from > last + 1)) {
		sendJson(response, 410, `The transaction logs of database '${database.name}' do not hold transaction ${from}.`);
		return;
	}

	const wanted: readonly Transaction[] = database.transactions.filter(({id}) => id >= (from ?? 0));
	response.writeHead(200, {'stand-in-database-id': database.id, 'stand-in-last-transaction': String(last)});
	await pipeline(Readable.from(encodeTransactions(wanted)), response).catch(() => response.destroy());
};

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
	response.writeHead(status, {'content-type': 'application/json'});
	response.end(JSON.stringify(body));
};
