import {once} from 'node:events';
import {type AddressInfo, type Server, type Socket} from 'node:net';

/**
A server that can fall silent and come back on the same port.
*/
export type Listener = {
	readonly port: number;
	/** Refuses connections and breaks those that exist, or accepts them again. */
	readonly setListening: (listening: boolean) => Promise<void>;
};

/**
Starts the server, on a free port of 127.0.0.1 unless told. Its connections never keep a process alive.
*/
export const listen = async (server: Server, {host = '127.0.0.1', port: wanted = 0}: {readonly host?: string | undefined; readonly port?: number | undefined} = {}): Promise<Listener> => {
	const sockets = new Set<Socket>();
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => {
			sockets.delete(socket);
		});
	});
	const port = await open(server, {host, port: wanted});

	return {
		port,
		async setListening(listening) {
			if (listening === server.listening) {
				return;
			}

			await (listening ? open(server, {host, port}) : shut(server, sockets));
		},
	};
};

const open = async (server: Server, at: {readonly host: string; readonly port: number}): Promise<number> => {
	server.listen(at);
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
};

const shut = async (server: Server, sockets: ReadonlySet<Socket>): Promise<void> => {
	const closed = once(server, 'close');
	server.close();
	for (const socket of sockets) {
		socket.destroy();
	}

	await closed;
};
