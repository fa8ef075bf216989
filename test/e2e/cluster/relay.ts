import {
	createConnection, createServer, type NetConnectOpts, type ListenOptions, type Server, type Socket,
} from 'node:net';
import {once} from 'node:events';
import {pipeline} from 'node:stream/promises';

/**
Carries every connection on one address to another. With a Unix socket as one of them it joins two network namespaces, which share their files.
*/
export const startRelay = async (from: ListenOptions, to: NetConnectOpts): Promise<Server> => {
	const server = createServer({allowHalfOpen: true, pauseOnConnect: true}, client => {
		const target = createConnection({...to, allowHalfOpen: true} as NetConnectOpts);
		void carry(client, target);
		void carry(target, client);
		client.resume();
	});
	server.listen(from);
	await once(server, 'listening');
	return server;
};

/** A connection that one side breaks off is nothing to report: the other side sees its end. */
const carry = async (from: Socket, to: Socket): Promise<void> => {
	try {
		await pipeline(from, to);
	} catch {
		from.destroy();
		to.destroy();
	}
};
