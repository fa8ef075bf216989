import {once} from 'node:events';
import {createServer, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import {type Api} from './api.ts';
import {startControllers} from './controllers/start.ts';
import {openChangeLog} from './storage/change-log.ts';
import {type LogSource} from './logs.ts';
import {createRegistry} from './registry.ts';
import {handle, type Hooks} from './http/handle.ts';
import {createStorage, type Storage} from './storage/storage.ts';
import {plainKubeconfig} from '#local/kube/plain-kubeconfig.ts';

export type ServerOptions = Hooks & {
	/** The server's clock; the machine's by default. */
	readonly now?: () => Date;
	/** The folder in which objects outlive the process; without it they live in memory only. */
	readonly state?: string;
	/** How many changes watches and continued lists can look back. */
	readonly watchHistory?: number;
	/** Where Pods' logs come from; it can also be set later. */
	readonly logs?: LogSource;
};

export type ApiServer = {
	readonly url: string;
	/** A kubeconfig, in YAML, whose only context is this server. */
	readonly kubeconfig: () => string;
	readonly storage: Storage;
	/** Forgets all changes so far: watches and lists that go on from them answer 410. */
	readonly compact: () => void;
	/** Cuts the connection of every watch. */
	readonly dropWatches: () => void;
	readonly setLogSource: (logs: LogSource) => void;
	readonly close: () => Promise<void>;
};

/**
Starts a stand-in for a Kubernetes API server: plain HTTP on a free port of 127.0.0.1, everything in memory or in one folder. It knows no users: whoever reaches it may do anything, and `kubectl auth can-i` always says yes.
*/
export const startApiServer = async (options: ServerOptions = {}): Promise<ApiServer> => {
	const now = options.now ?? (() => new Date());
	const storage = createStorage({history: options.watchHistory ?? 5000, ...(options.state !== undefined && openChangeLog(options.state))});
	let {logs} = options;
	const api: Api = {
		storage, registry: createRegistry(storage), now, logSource: () => logs,
	};
	const stopControllers = startControllers(api);
	const watches = new Set<ServerResponse>();
	const server = createServer((request, response) => {
		void handle({api, hooks: options, watches}, request, response);
	});
	// As a real one, and longer than any client: one that ends a connection while a request is on its way looks like a failure.
	server.keepAliveTimeout = 180_000;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');

	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		kubeconfig: () => plainKubeconfig('embedded', url),
		storage,
		compact: storage.compact,
		dropWatches() {
			for (const response of watches) {
				response.destroy();
			}
		},
		setLogSource(source) {
			logs = source;
		},
		async close() {
			stopControllers();
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};
