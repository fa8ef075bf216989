import {once} from 'node:events';
import {
	createServer, type IncomingMessage, type Server, type ServerResponse,
} from 'node:http';
import {json} from 'node:stream/consumers';
import {type RunningDbms} from './server.ts';
import {toError} from '#shared/errors.ts';

/** What a test does to the DBMS, or asks of it, from outside of its Pod. */
const commands = ['createDatabase', 'compositeDatabase', 'dropDatabase', 'find', 'write', 'pruneLogs', 'stopDatabase', 'startDatabase', 'setUnreachable', 'stopServer', 'startServer', 'breakStart', 'lag', 'setBolt', 'statements'] as const;

/**
Lets the methods of a DBMS be called over HTTP: `POST /write` with the arguments as a JSON array answers the result as JSON. On the port on which Neo4j has its HTTP interface, which nothing of the project uses.
*/
export const startControl = async (dbms: RunningDbms, port: number): Promise<Server> => {
	const server = createServer((request, response) => {
		void answer(dbms, request, response).catch((error: unknown) => {
			response.writeHead(400).end(toError(error).message);
		});
	});
	server.listen(port);
	await once(server, 'listening');
	return server;
};

const answer = async (dbms: RunningDbms, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	const command = commands.find(name => request.url === `/${name}`);
	if (request.method !== 'POST' || command === undefined) {
		response.writeHead(404).end(`POST to one of ${commands.join(', ')}`);
		return;
	}

	const result: unknown = await (dbms[command] as (...values: unknown[]) => unknown)(...await json(request) as unknown[]);
	response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(result ?? null));
};
