import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import {stringify} from 'yaml';
import {reviewAccess} from './access-review.ts';
import {type Answer, send} from './answer.ts';
import {type Api} from './api.ts';
import {ApiError, noSuchPath} from './api-error.ts';
import {type Call, readCall} from './call.ts';
import {bootstrap} from './controllers/bootstrap.ts';
import {startControllers} from './controllers/start.ts';
import {openChangeLog} from './change-log.ts';
import {discover} from './discovery.ts';
import {type Fault, type FaultRequest, sleepThrough} from './fault.ts';
import {type LogSource} from './logs.ts';
import {describeApi} from './openapi.ts';
import {toTarget} from './path.ts';
import {createRegistry} from './registry.ts';
import {represented} from './representation.ts';
import {serve} from './serve.ts';
import {createStorage, type Storage} from './storage.ts';

export type ServerOptions = {
	/** The server's clock; the machine's by default. */
	readonly now?: () => Date;
	/** The folder in which objects outlive the process; without it they live in memory only. */
	readonly state?: string;
	/** How many changes watches and continued lists can look back. */
	readonly watchHistory?: number;
	/** Where Pods' logs come from; it can also be set later. */
	readonly logs?: LogSource;
	/** Hears of every request when its answer is decided; status 0 stands for a connection that was cut. */
	readonly onRequest?: (request: {readonly method: string; readonly path: string; readonly query: URLSearchParams; readonly status: number; readonly userAgent: string}) => void;
	/** Says how a request shall fail, if it shall. */
	readonly fault?: (request: FaultRequest) => Fault | undefined;
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
	bootstrap(api);
	const watches = new Set<ServerResponse>();
	const server = createServer((request, response) => {
		void handle({api, options, watches}, request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');

	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		kubeconfig: () => kubeconfig(url),
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

type Context = {readonly api: Api; readonly options: ServerOptions; readonly watches: Set<ServerResponse>};

const handle = async (context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	response.sendDate = false;
	response.setHeader('date', context.api.now().toUTCString());
	const {pathname: path, searchParams: query} = new URL(request.url ?? '/', 'http://localhost');
	const method = request.method ?? 'GET';
	const fault = context.options.fault?.({method, path, query}) ?? {};
	const tell = (status: number): void => {
		context.options.onRequest?.({
			method, path, query, status, userAgent: request.headers['user-agent'] ?? '',
		});
	};

	await sleepThrough(fault, request);
	if (fault.drop === true || request.destroyed) {
		tell(0);
		response.destroy();
		return;
	}

	const answer = fault.status === undefined
		? await decide(context.api, request, response)
		: refusal(new ApiError(fault.status, 'InternalError', 'a fault that was asked for'));
	if (fault.dropAfter) {
		tell(0);
		response.destroy();
		return;
	}

	tell(answer.code);
	if (answer.watch) {
		context.watches.add(response);
		response.once('close', () => {
			context.watches.delete(response);
		});
	}

	await send(response, answer);
};

const decide = async (api: Api, request: IncomingMessage, response: ServerResponse): Promise<Answer> => {
	try {
		const gone = new AbortController();
		response.once('close', () => {
			gone.abort();
		});
		const call = await readCall(request, gone.signal);
		const answer = await answerTo(api, call);
		for (const warning of new Set(call.warnings)) {
			response.appendHeader('warning', `299 - ${JSON.stringify(warning)}`);
		}

		return answer;
	} catch (error) {
		return refusal(error);
	}
};

const answerTo = async (api: Api, call: Call): Promise<Answer> => {
	const found = discover(api, call) ?? describeApi(api, call) ?? reviewAccess(call);
	if (found) {
		return found;
	}

	const target = toTarget(api.registry, call.path);
	if (!target) {
		throw noSuchPath();
	}

	return represented(api, target.resource, call, await serve(api, target, call));
};

const refusal = (error: unknown): Answer => {
	const known = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
	return {code: known.code, body: known.toStatus()};
};

const kubeconfig = (url: string): string => stringify({
	apiVersion: 'v1',
	kind: 'Config',
	'current-context': 'embedded',
	// The JavaScript client refuses plain HTTP unless it is told not to verify.
	clusters: [{name: 'embedded', cluster: {server: url, 'insecure-skip-tls-verify': true}}],
	contexts: [{name: 'embedded', context: {cluster: 'embedded', user: 'embedded', namespace: 'default'}}],
	users: [{name: 'embedded', user: {}}],
});
