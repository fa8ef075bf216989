import {Agent, request as send, type RequestOptions} from 'node:https';
import {type IncomingHttpHeaders, type IncomingMessage} from 'node:http';
import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import process from 'node:process';

const variable = 'NEO4J_BACKUP_SCENARIO_SERVERS';

/**
A real API server without anything that would run Pods, and the etcd behind it, both for scenarios alone.
*/
export type Upstream = {
	readonly url: string;
	/** Of a user who may do anything. */
	readonly token: string;
	readonly etcd: string;
	/** Keys of etcd that stay when a scenario is over. */
	readonly baseKeys: readonly string[];
};

/**
How tests are told of the servers that their scenarios run on.
*/
export const environmentOf = (upstreams: readonly Upstream[]): Readonly<Record<string, string>> => ({[variable]: JSON.stringify(upstreams)});

/**
The servers that scenarios run on; none where it is the embedded one.
*/
export const upstreamsOf = (environment: NodeJS.ProcessEnv = process.env): readonly Upstream[] => JSON.parse(environment[variable] ?? '[]') as readonly Upstream[];

// Its certificate is its own work, and nobody else listens on that port.
const agent = new Agent({keepAlive: true, rejectUnauthorized: false});

export type Question = {
	readonly method?: string;
	readonly path: string;
	readonly headers?: IncomingHttpHeaders;
	readonly body?: Uint8Array | string;
	readonly signal?: AbortSignal;
};

/**
Asks a server for something; the answer's body is still to be read.
*/
export const ask = async ({url, token}: Pick<Upstream, 'url' | 'token'>, {method = 'GET', path, headers = {}, body, signal}: Question): Promise<IncomingMessage> => {
	const options: RequestOptions = {
		agent, method, headers: {...headers, authorization: `Bearer ${token}`}, ...(signal && {signal}),
	};
	const outgoing = send(`${url}${path}`, options);
	outgoing.end(body);
	const [answer] = await once(outgoing, 'response') as [IncomingMessage];
	return answer;
};

/**
What a server answers to a GET, as JSON, with its status.
*/
export const askJson = async <T>(upstream: Pick<Upstream, 'url' | 'token'>, path: string, accept = 'application/json'): Promise<{readonly status: number; readonly body: T}> => {
	const answer = await ask(upstream, {path, headers: {accept}});
	const body = await text(answer);
	return {status: answer.statusCode ?? 0, body: (body.startsWith('{') ? JSON.parse(body) : {}) as T};
};
