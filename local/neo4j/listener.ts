import {once} from 'node:events';
import {type AddressInfo, type Server, type Socket} from 'node:net';

/**
A server that can fall silent and come back on the same port.
*/
export type Listener = {
	readonly port: number;
	/** Breaks connections, those that exist and each new one at once, or accepts them again. The port stays its own meanwhile: nobody else could be given it. */
	readonly setListening: (listening: boolean) => Promise<void>;
	readonly close: () => Promise<void>;
};

/**
Starts the server, on a free port of 127.0.0.1 unless told. Its connections never keep a process alive.
*/
export const listen = async (server: Server, {host = '127.0.0.1', port: wanted = 0}: {readonly host?: string | undefined; readonly port?: number | undefined} = {}): Promise<Listener> => {
	const sockets = new Set<Socket>();
	let isListening = true;
	const breakAll = (): void => {
		for (const socket of sockets) {
			socket.resetAndDestroy();
		}
	};

	server.prependListener('connection', (socket: Socket) => {
		if (!isListening) {
			socket.resetAndDestroy();
			return;
		}

		sockets.add(socket);
		socket.once('close', () => {
			sockets.delete(socket);
		});
	});
	server.listen({host, port: wanted});
	await once(server, 'listening');

	return {
		port: (server.address() as AddressInfo).port,
		async setListening(listening) {
			isListening = listening;
			if (!listening) {
				breakAll();
			}
		},
		async close() {
			if (!server.listening) {
				return;
			}

			const closed = once(server, 'close');
			server.close();
			breakAll();
			await closed;
		},
	};
};
