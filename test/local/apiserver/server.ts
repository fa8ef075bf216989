import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type ExecutionContext} from 'ava';
import {startTestApi} from '#test/functions/api-server.ts';
import {type Fields, type KubeObject, type ObjectMeta} from '#local/apiserver/object.ts';
import {type RuntimeApi, type StartApi} from '#local/runtime.ts';
import {type ApiServer, type ServerOptions, startApiServer} from '#local/apiserver/server.ts';

/**
Whatever an answer holds: an object, a list, a table or a Status.
*/
export type Body = Fields & {
	readonly kind: string;
	readonly apiVersion: string;
	readonly metadata: ObjectMeta & {readonly continue?: string; readonly remainingItemCount?: number};
	readonly spec: Fields;
	readonly items: readonly KubeObject[];
	readonly message: string;
	readonly reason: string;
};

export type Answer = {readonly code: number; readonly headers: Headers; readonly body: Body};

export type WatchEvent = {readonly type: string; readonly object: Body};

type Request = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

export type Client<Server = RuntimeApi> = {
	readonly server: Server;
	readonly request: Request;
	/** Only the body of an answer. */
	readonly bodyOf: (...parameters: Parameters<Request>) => Promise<Body>;
	/** Only its code. */
	readonly codeOf: (...parameters: Parameters<Request>) => Promise<number>;
	/** The body of a GET. */
	readonly get: (path: string) => Promise<Body>;
	/** Creates an object in namespace `default`, or in none, and returns it. */
	readonly create: (object: Fields) => Promise<Body>;
	readonly patch: (path: string, patch: unknown, type?: keyof typeof patchTypes) => Promise<Answer>;
	readonly watch: (path: string, headers?: Readonly<Record<string, string>>) => Promise<WatchReader>;
};

export type WatchReader = {
	readonly code: number;
	/** The next event; undefined at the end. */
	readonly next: () => Promise<WatchEvent | undefined>;
};

export const patchTypes = {
	json: 'application/json-patch+json',
	merge: 'application/merge-patch+json',
	strategic: 'application/strategic-merge-patch+json',
	apply: 'application/apply-patch+yaml',
} as const;

export type TestOptions = Omit<Partial<Parameters<StartApi>[0]>, 'state'>;

/**
A server of its own for one test, and a plain HTTP client of it: the embedded one, or a real one where `npm run e2e` has named one.
*/
export const startServer = async (t: ExecutionContext, options: TestOptions = {}): Promise<Client> => {
	const state = await mkdtemp(path.join(tmpdir(), 'api-server-'));
	const server = await startTestApi({now: () => new Date(), ...options, state});
	t.teardown(async () => {
		await server.close();
		await rm(state, {recursive: true});
	});
	return connect(t, server);
};

/**
The embedded server, for what no other can be told to do.
*/
export const startEmbedded = async (t: ExecutionContext, options: ServerOptions = {}): Promise<Client<ApiServer>> => {
	const server = await startApiServer(options);
	t.teardown(server.close);
	return connect(t, server);
};

export const connect = <Server extends {readonly url: string}>(t: ExecutionContext, server: Server): Client<Server> => {
	const request: Request = async (method, path, body, headers) => {
		const response = await fetch(server.url + path, {
			method,
			...(body !== undefined && {body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)}),
			headers: {'content-type': 'application/json', 'user-agent': 'tester/1', ...headers},
		});
		const text = await response.text();
		return {code: response.status, headers: response.headers, body: parse(text)};
	};

	const bodyOf: Client['bodyOf'] = async (...parameters) => {
		const {body} = await request(...parameters);
		return body;
	};

	const codeOf: Client['codeOf'] = async (...parameters) => {
		const {code} = await request(...parameters);
		return code;
	};

	return {
		server,
		request,
		bodyOf,
		codeOf,
		get: async path => bodyOf('GET', path),
		async create(object) {
			const {code, body} = await request('POST', collectionPath(object), object);
			t.is(code, 201, body.message);
			return body;
		},
		patch: async (path, patch, type = 'merge') => request('PATCH', path, patch, {'content-type': patchTypes[type]}),
		watch: async (path, headers = {}) => openWatch(t, server.url + path, headers),
	};
};

const parse = (text: string): Body => (text.startsWith('{') ? JSON.parse(text) : {message: text}) as Body;

const plurals: Readonly<Record<string, string>> = {
	Namespace: '', CustomResourceDefinition: '', ClusterRole: '',
};

const collectionPath = (object: Fields): string => {
	const {apiVersion, kind, metadata} = object as KubeObject;
	const scope = kind in plurals ? '' : `namespaces/${metadata.namespace ?? 'default'}/`;
	return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${scope}${kind.toLowerCase()}s`;
};

const openWatch = async (t: ExecutionContext, url: string, headers: Readonly<Record<string, string>>): Promise<WatchReader> => {
	const controller = new AbortController();
	t.teardown(() => {
		controller.abort();
	});
	const response = await fetch(url, {signal: controller.signal, headers});
	const lines = linesOf(response);
	return {
		code: response.status,
		async next() {
			const {value, done} = await lines.next();
			return done ? undefined : JSON.parse(value) as WatchEvent;
		},
	};
};

async function * linesOf(response: Response): AsyncGenerator<string, void> {
	const decoder = new TextDecoder();
	let rest = '';
	try {
		for await (const chunk of response.body ?? []) {
			const lines = (rest + decoder.decode(chunk as Uint8Array, {stream: true})).split('\n');
			rest = lines.pop() ?? '';
			yield * lines;
		}
	} catch {
		// A connection that is cut ends the watch as well.
	}
}

/**
Asks again and again until the answer is not undefined; fails after a minute, which a real server needs for a namespace. For what the server does after it has answered.
*/
export const until = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
	const deadline = performance.now() + 60_000;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) {
			return answer;
		}

		if (performance.now() > deadline) {
			throw new Error('it did not happen within a minute');
		}
	}
};

/**
Waits until nothing is found at a path.
*/
export const untilGone = async (client: Pick<Client, 'codeOf'>, path: string): Promise<void> => {
	await until(async () => await client.codeOf('GET', path) === 404 || undefined);
};
