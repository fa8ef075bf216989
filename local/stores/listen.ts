import {createServer, type RequestListener} from 'node:http';
import {type AddressInfo} from 'node:net';

/**
Serves on a free port of the loopback until it is stopped; open connections are cut then.
*/
export const listen = async (listener: RequestListener): Promise<{readonly url: string; readonly stop: () => Promise<void>}> => {
	const server = createServer(listener);
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
