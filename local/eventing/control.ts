import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {
	createServer, type IncomingMessage, type Server, type ServerResponse,
} from 'node:http';
import {json} from 'node:stream/consumers';
import {type Eventing} from './start.ts';
import {toError} from '#shared/errors.ts';

/**
What a test asks of the eventing from outside of its Pod: `GET /events` for the events that an ingress took in, from number `since` on, their data as text; `POST /tick` with `{"at": "…"}` to fire the PingSources that are due at that instant, which is now when absent.
*/
export const startControl = async (eventing: Eventing, port: number): Promise<Server> => {
	const server = createServer((request, response) => {
		void answer(eventing, request, response).catch((error: unknown) => {
			response.writeHead(400).end(toError(error).message);
		});
	});
	server.listen(port);
	await once(server, 'listening');
	return server;
};

const answer = async (eventing: Eventing, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	const url = new URL(request.url ?? '/', 'http://control');
	const asked = `${request.method} ${url.pathname}`;
	if (asked === 'GET /events') {
		const events = eventing.events().slice(Number(url.searchParams.get('since') ?? 0));
		response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(events.map(({event: {attributes, data}, ...taken}) => ({
			...taken, attributes, ...(data && {data: Buffer.from(data).toString()}),
		}))));
	} else if (asked === 'POST /tick') {
		const {at} = await json(request) as {at?: string};
		await eventing.tick(...at === undefined ? [] : [new Date(at)]);
		response.writeHead(204).end();
	} else {
		response.writeHead(404).end();
	}
};
