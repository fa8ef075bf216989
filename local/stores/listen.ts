import {createServer, type RequestListener} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import {type AddressInfo} from 'node:net';

export type ServerCertificate = {readonly cert: string; readonly key: string};

/**
Serves on a free port of the loopback, or of another address, until it is stopped, over TLS where it has a certificate; open connections are cut then.
*/
export const listen = async (listener: RequestListener, tls?: ServerCertificate, address = '127.0.0.1'): Promise<{readonly url: string; readonly stop: () => Promise<void>}> => {
	const server = tls === undefined ? createServer(listener) : createSecureServer({...tls}, listener);
	await new Promise<void>(resolve => {
		server.listen(0, address, resolve);
	});
	return {
		url: `${tls === undefined ? 'http' : 'https'}://${address}:${(server.address() as AddressInfo).port}`,
		async stop() {
			await new Promise<void>(resolve => {
				server.close(() => {
					resolve();
				});
				server.closeAllConnections();
			});
		},
	};
};
