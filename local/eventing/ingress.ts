import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import {buffer} from 'node:stream/consumers';
import {type Accept} from './broker.ts';
import {decodeEvent, EventError} from './cloud-event.ts';
import {type Log} from '#shared/log.ts';

export type Ingress = {readonly url: string; readonly close: () => Promise<void>};

/** Where an ingress listens, and the URL by which it is known: a free port of 127.0.0.1 unless told. */
export type IngressPlace = {readonly host: string; readonly port: number; readonly url: string};

/**
The HTTP ingress of all brokers: one path `/<namespace>/<name>` for each. No size limit; a body must arrive within 10 s.
*/
export const startIngress = async (accept: Accept, log: Log, place?: IngressPlace): Promise<Ingress> => {
	const server = createServer({requestTimeout: 10_000}, (request, response) => {
		void answer(accept, request, response).catch((error: unknown) => {
			log.error({err: error}, 'the ingress failed');
			response.writeHead(500).end();
		});
	});
	server.listen(place ?? {host: '127.0.0.1', port: 0});
	await once(server, 'listening');
	return {
		url: place?.url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async close() {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};

const answer = async (accept: Accept, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	response.setHeader('Allow', 'POST, OPTIONS');
	if (request.method === 'OPTIONS') {
		response.writeHead(200, {'WebHook-Allowed-Origin': '*', 'WebHook-Allowed-Rate': '*'}).end();
		return;
	}

	response.writeHead(await statusOf(accept, request)).end();
};

const statusOf = async (accept: Accept, request: IncomingMessage): Promise<number> => {
	if (request.method !== 'POST') {
		return 405;
	}

	const path = (request.url ?? '/').replace(/\/$/v, '');
	const [, namespace, name, ...more] = path.split('/');
	if (path === '' || more.length > 0 || !namespace || !name) {
		return path === '' ? 404 : 400;
	}

	try {
		return await accept(`${namespace}/${name}`, decodeEvent(request.headers, await buffer(request)), request.headers);
	} catch (error) {
		if (error instanceof EventError) {
			return 400;
		}

		throw error;
	}
};
