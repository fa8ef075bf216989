import {once} from 'node:events';
import {connect, createServer, type Server} from 'node:net';

/**
Passes every connection to a port on to another server.
*/
export const forward = async (port: number, to: {readonly host: string; readonly port: number}): Promise<Server> => {
	const server = createServer(socket => {
		const other = connect(to);
		for (const [from, into] of [[socket, other], [other, socket]] as const) {
			from.on('error', () => {
				into.destroy();
			});
			from.pipe(into);
		}
	});
	server.listen(port);
	await once(server, 'listening');
	return server;
};
