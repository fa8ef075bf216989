import {once} from 'node:events';
import {
	createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse,
} from 'node:http';
import {type AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import type {ExecutionContext} from 'ava';

export type Received = {readonly headers: IncomingHttpHeaders; readonly body: string};

export type Answer = {readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string} | 'hang' | 'cut';

export type Subscriber = {readonly url: string; readonly received: readonly Received[]; readonly ids: () => ReadonlyArray<string | undefined>};

/**
An HTTP server that keeps what it gets and answers as told, 202 otherwise. `hang` never answers, `cut` breaks the connection.
*/
export const startSubscriber = async (t: ExecutionContext, answer: (received: Received, index: number) => Answer = () => ({})): Promise<Subscriber> => {
	const received: Received[] = [];
	const receive = async (request: IncomingMessage, response: ServerResponse) => {
		const message = {headers: request.headers, body: await text(request)};
		received.push(message);
		respond(response, answer(message, received.length - 1));
	};

	const server = createServer((request, response) => {
		void receive(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		received,
		ids: () => received.map(({headers}) => headers['ce-id'] as string | undefined),
	};
};

const respond = (response: ServerResponse, answer: Answer): void => {
	if (answer === 'cut') {
		response.destroy();
	} else if (answer !== 'hang') {
		response.writeHead(answer.status ?? 202, answer.headers).end(answer.body);
	}
};
