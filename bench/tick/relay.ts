import {once} from 'node:events';
import {
	createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse,
} from 'node:http';
import {type AddressInfo} from 'node:net';
import {buffer} from 'node:stream/consumers';
import {request} from 'undici';

type Queued = {readonly headers: IncomingHttpHeaders; readonly body: Uint8Array<ArrayBuffer>};

/**
The part of a Broker that the bench needs: takes every event at once, and delivers `backup.due` to one subscriber, again and again until it takes it, with at most `concurrency` deliveries under way.
*/
export const startRelay = async (concurrency: number) => {
	const queue: Queued[] = [];
	let subscriber: string | undefined;
	let underWay = 0;
	let open = true;

	const deliver = async ({headers, body}: Queued): Promise<boolean> => {
		try {
			const forwarded = Object.entries(headers).filter(([name]) => name.startsWith('ce-') || name === 'content-type') as Array<[string, string]>;
			const {statusCode, body: answer} = await request(subscriber!, {method: 'POST', headers: Object.fromEntries(forwarded), body});
			await answer.dump();
			return statusCode < 500;
		} catch {
			return false;
		}
	};

	const next = async (): Promise<void> => {
		const event = open && subscriber && underWay < concurrency ? queue.shift() : undefined;
		if (!event) {
			return;
		}

		underWay++;
		if (!await deliver(event)) {
			queue.push(event);
		}

		underWay--;
		await next();
	};

	const receive = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = new Uint8Array(await buffer(incoming));
		response.writeHead(202).end();
		if (incoming.headers['ce-type'] === 'com.neo4j.backup.due.v1') {
			queue.push({headers: incoming.headers, body});
			await next();
		}
	};

	const server = createServer((incoming, response) => {
		void receive(incoming, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		deliverTo(url: string) {
			subscriber = url;
		},
		async close() {
			open = false;
			server.closeAllConnections();
			server.close();
		},
	};
};
