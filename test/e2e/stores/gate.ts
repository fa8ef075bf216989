import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {
	connect, createServer, type AddressInfo, type Socket,
} from 'node:net';

/**
A way to a store on which uploads of artifacts can be held, so that a run stands still in its middle for as long as a test wants.
*/
export type Gate = {
	readonly url: string;
	/** From now on no artifact below this path is let through. */
	readonly hold: (path: string) => void;
	/** Lets through what was held and what comes. */
	readonly release: (path: string) => void;
	readonly close: () => Promise<void>;
};

type Held = {readonly path: string; readonly letGo: () => void};

/**
Listens on an address and passes on what comes, byte by byte, to the server of a URL.
*/
export const startGate = async (address: string, store: URL): Promise<Gate> => {
	const closed = new Set<string>();
	const held = new Set<Held>();
	const sockets = new Set<Socket>();
	const track = (socket: Socket): void => {
		sockets.add(socket);
		socket.on('error', () => {
			socket.destroy();
		}).on('close', () => {
			sockets.delete(socket);
		});
	};

	const server = createServer(client => {
		const target = connect(Number(store.port), store.hostname);
		track(client);
		track(target);
		let entry: Held | undefined;
		let kept: Uint8Array[] = [];
		client.on('data', chunk => {
			const path = heldPath(chunk.toString('latin1'), closed);
			if (entry === undefined && path === undefined) {
				target.write(chunk);
				return;
			}

			// It is read on, because of a socket that is not read nobody hears that its client is gone.
			kept.push(chunk);
			if (entry !== undefined) {
				return;
			}

			entry = {
				path: path!, letGo() {
					held.delete(entry!);
					entry = undefined;
					target.write(Buffer.concat(kept));
					kept = [];
				},
			};
			held.add(entry);
			// What a client that is gone had to say is never heard.
			client.on('close', () => {
				if (entry !== undefined) {
					held.delete(entry);
				}
			});
		}).on('close', () => {
			target.destroy();
		});
		target.pipe(client);
	});
	server.listen(0, address);
	await once(server, 'listening');
	return {
		url: `http://${address}:${(server.address() as AddressInfo).port}`,
		hold(path) {
			closed.add(path);
		},
		release(path) {
			closed.delete(path);
			for (const entry of [...held].filter(entry => entry.path === path)) {
				entry.letGo();
			}
		},
		async close() {
			for (const socket of sockets) {
				socket.destroy();
			}

			server.close();
			await once(server, 'close');
		},
	};
};

const heldPath = (text: string, closed: ReadonlySet<string>): string | undefined => {
	const key = /^(?:PUT|POST) (?<key>\S*\.backup)[? ]/v.exec(text)?.groups?.['key'];
	return key === undefined ? undefined : [...closed].find(path => key.includes(`/${path}`));
};
