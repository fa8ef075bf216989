import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {once} from 'node:events';
import {type AddressInfo} from 'node:net';
import {buffer, text} from 'node:stream/consumers';
import {until} from '../until.ts';
import {createTimes, type Times} from './times.ts';
import {
	ask, askJson, type Question, type Upstream,
} from './upstream.ts';
import {ApiError, injected} from '#local/apiserver/api-error.ts';
import {send, type Answer} from '#local/apiserver/http/answer.ts';
import {type Fault, type FaultRequest, sleepThrough} from '#local/apiserver/http/fault.ts';
import {type Hooks} from '#local/apiserver/http/handle.ts';
import {answerLog, type LogSource} from '#local/apiserver/logs.ts';
import {isFields, type KubeObject} from '#local/apiserver/object.ts';

export type ProxyOptions = Hooks & {
	readonly upstream: Upstream;
	readonly now: () => Date;
	readonly logs: () => LogSource | undefined;
	/** Hears of what a request has written before whoever sent it does. */
	readonly onWrite: (method: string, object: KubeObject) => void;
};

type Context = ProxyOptions & {readonly times: Times};

/**
Stands between a real API server and whoever uses it in a scenario, and does what that one cannot be told to: it has the scenario's clock, in the header `Date` and in the times of objects; it fails when the scenario says so; and it gives the logs that the embedded node has, which no kubelet could be asked for.
*/
export const startProxy = async (options: ProxyOptions): Promise<{readonly url: string; readonly close: () => Promise<void>}> => {
	const context = {...options, times: createTimes(options.now)};
	const server = createServer((request, response) => {
		void handle(context, request, response);
	});
	server.keepAliveTimeout = 180_000;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async close() {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};

/** In the order of the embedded server: what a fault does to a request, and who hears of it when, is the same. */
const handle = async (context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	const {now, fault: faultOf, onRequest} = context;
	response.sendDate = false;
	response.setHeader('date', now().toUTCString());
	const {pathname: path, searchParams: query} = new URL(request.url ?? '/', 'http://localhost');
	const asked: FaultRequest = {method: request.method ?? 'GET', path, query};
	const fault = faultOf?.(asked) ?? {};
	await sleepThrough(fault, request);
	const answer = fault.drop === true || request.destroyed ? undefined : await answerOf(context, fault, request, response);
	const isCut = answer === undefined || fault.dropAfter === true;
	onRequest?.({...asked, status: isCut ? 0 : answer.code, userAgent: request.headers['user-agent'] ?? ''});
	if (isCut) {
		response.destroy();
		return;
	}

	await answer.send().catch(() => {
		response.destroy();
	});
};

type Sendable = {readonly code: number; readonly send: () => Promise<void>};

const answerOf = async (context: Context, {status}: Fault, request: IncomingMessage, response: ServerResponse): Promise<Sendable | undefined> => {
	const gone = new AbortController();
	response.once('close', () => {
		gone.abort();
	});
	const sendable = (answer: Answer): Sendable => ({code: answer.code, send: async () => send(response, answer)});
	try {
		if (status !== undefined) {
			throw injected(status);
		}

		const url = new URL(request.url ?? '/', 'http://localhost');
		return /^\/api\/v1\/namespaces\/[^\/]+\/pods\/[^\/]+\/log$/v.test(url.pathname)
			? sendable(await logOf(context, url, gone.signal))
			: await forward(context, {
				method: request.method ?? 'GET', path: request.url ?? '/', headers: forwarded(request), body: await buffer(request), signal: gone.signal,
			}, response);
	} catch (error) {
		return error instanceof ApiError ? sendable({code: error.code, body: error.toStatus()}) : undefined;
	}
};

/** As JSON, so that there is something to read the times in; a table too, and what the client makes of the kinds. */
const forwarded = ({headers: {host: _, connection: __, accept, 'accept-encoding': ___, ...headers}}: IncomingMessage): IncomingMessage['headers'] => ({
	...headers, accept: [...(accept ?? '').split(',').filter(type => type !== '' && !type.includes('protobuf')), 'application/json'].join(','),
});

const forward = async ({upstream, times, onWrite}: Context, question: Question, response: ServerResponse): Promise<Sendable> => {
	const answer = await ask(upstream, question);
	const code = answer.statusCode ?? 0;
	const {'content-type': contentType = '', warning} = answer.headers;
	const start = () => {
		response.writeHead(code, {'content-type': contentType, ...(warning && {warning})});
	};

	if (/[&?]watch=(?:true|1)/v.test(question.path) && code === 200) {
		return {
			code, async send() {
				start();
				response.flushHeaders();
				for await (const line of linesOf(answer)) {
					response.write(`${JSON.stringify(times(JSON.parse(line)))}\n`);
				}

				response.end();
			},
		};
	}

	const body = await text(answer);
	if (!contentType.startsWith('application/json')) {
		return {
			code, async send() {
				start();
				response.end(body);
			},
		};
	}

	const timed = times(JSON.parse(body));
	if (question.method !== 'GET' && code < 300 && isFields(timed) && isFields(timed['metadata'])) {
		await ready(upstream, timed as KubeObject);
		onWrite(question.method!, timed as KubeObject);
	}

	return {
		code, async send() {
			start();
			response.end(`${JSON.stringify(timed)}\n`);
		},
	};
};

/** The embedded server gives a namespace its account, and serves a kind, before anybody can ask for it; a real one makes no Pod in a namespace without. */
const ready = async (upstream: Upstream, {kind, metadata: {name, deletionTimestamp}, ...object}: KubeObject): Promise<void> => {
	if (kind === 'Namespace' && deletionTimestamp === undefined) {
		await served(upstream, `/api/v1/namespaces/${name}/serviceaccounts/default`);
	} else if (kind === 'CustomResourceDefinition' && deletionTimestamp === undefined) {
		const {group, names, versions} = object['spec'] as {group: string; names: {plural: string}; versions: ReadonlyArray<{name: string}>};
		await served(upstream, `/apis/${group}/${versions[0]!.name}/${names.plural}?limit=1`);
	}
};

const served = async (upstream: Upstream, path: string): Promise<void> => until(async () => {
	const {status} = await askJson(upstream, path);
	return status === 200;
}, path);

const logOf = async ({upstream, logs}: Context, {pathname, searchParams}: URL, signal: AbortSignal): Promise<Answer> => {
	const {status, body} = await askJson<KubeObject>(upstream, pathname.replace(/\/log$/v, ''));
	return status === 200 ? answerLog(body, logs(), {query: searchParams, signal}) : {code: status, body};
};

async function * linesOf(answer: IncomingMessage): AsyncGenerator<string> {
	let rest = '';
	answer.setEncoding('utf8');
	for await (const chunk of answer as AsyncIterable<string>) {
		const lines = `${rest}${chunk}`.split('\n');
		rest = lines.pop()!;
		yield * lines;
	}
}
