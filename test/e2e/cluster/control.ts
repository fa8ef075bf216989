import {
	createServer, request, type IncomingMessage, type Server, type ServerResponse,
} from 'node:http';
import {once} from 'node:events';
import {toError} from '#shared/errors.ts';

/** What can be asked of a running box: an answer for each `POST /<name>`. */
export type Actions = Readonly<Record<string, () => Promise<unknown>>>;

/**
Serves the state of a box, and what can be done to it, on a Unix socket that only root can open.
*/
export const serveControl = async (socket: string, state: () => unknown, actions: Actions): Promise<Server> => {
	const server = createServer((incoming, outgoing) => {
		void answer(incoming, outgoing, incoming.method === 'GET' ? async () => state() : actions[incoming.url!.slice(1)]);
	});
	server.listen(socket);
	await once(server, 'listening');
	return server;
};

const answer = async (incoming: IncomingMessage, outgoing: ServerResponse, action: (() => Promise<unknown>) | undefined): Promise<void> => {
	if (!action) {
		outgoing.writeHead(404).end(`Nothing is called ${incoming.url}.`);
		return;
	}

	try {
		const result = JSON.stringify(await action() ?? {});
		outgoing.writeHead(200, {'content-type': 'application/json'}).end(result);
	} catch (error) {
		outgoing.writeHead(500).end(toError(error).message);
	}
};

/**
Asks a box for its state, or with a name for an action.
*/
export const askControl = async <T>(socketPath: string, action?: string): Promise<T> => {
	const outgoing = request({socketPath, method: action ? 'POST' : 'GET', path: `/${action ?? ''}`});
	outgoing.end();
	const [response] = await once(outgoing, 'response') as [IncomingMessage];
	const chunks: string[] = [];
	for await (const chunk of response.setEncoding('utf8')) {
		chunks.push(chunk as string);
	}

	if (response.statusCode !== 200) {
		throw new Error(`The cluster could not do ${action}: ${chunks.join('')}`);
	}

	return JSON.parse(chunks.join('')) as T;
};
