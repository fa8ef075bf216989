import {once} from 'node:events';
import {type Server} from 'node:http';
import {type AddressInfo} from 'node:net';
import process from 'node:process';
import {createFunctionServer, defaultDeadlineMs, type FunctionServerOptions} from './host.ts';

export type ServeOptions = FunctionServerOptions & {
	/** 0 takes any that is free; the log says which. */
	readonly port: number;
};

/**
Runs a function and resolves once it listens. On SIGTERM, or Ctrl-C, it takes no new connection, finishes what is in flight and ends the process with 0.
*/
export const serve = async (options: ServeOptions): Promise<void> => {
	const server = createFunctionServer(options);
	server.listen(options.port);
	await once(server, 'listening');
	options.log.info({port: (server.address() as AddressInfo).port}, 'listening');

	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.once(signal, () => {
			options.log.info({signal}, 'finishing what is in flight');
			void drain(server, options.deadlineMs ?? defaultDeadlineMs);
		});
	}
};

/**
What is in flight ends by its own deadline; a connection that still sends no request a second later is cut.
*/
const drain = async (server: Server, deadlineMs: number): Promise<void> => {
	setTimeout(() => {
		server.closeAllConnections();
	}, deadlineMs + 1000).unref();
	server.close();
	await once(server, 'close');
	// eslint-disable-next-line unicorn/no-process-exit -- idle connections of the clients to other servers would keep the process alive
	process.exit(0);
};
