import {once} from 'node:events';
import {type AddressInfo} from 'node:net';
import {type ExecutionContext} from 'ava';
import {createFunctionServer, type FunctionServerOptions, type Handle} from '#shared/events/host.ts';
import {silentLog} from '#shared/log.ts';

type Body = string | Uint8Array<ArrayBuffer>;

export type FunctionServer = {
	readonly url: string;
	/** Posts the minimal event with these headers and this body on top. */
	readonly post: (headers?: Readonly<Record<string, string>>, body?: Body) => Promise<Answered>;
	/** The same, and of the answer the status alone. */
	readonly status: (headers?: Readonly<Record<string, string>>, body?: Body) => Promise<number>;
};

export type Answered = {readonly status: number; readonly text: string; readonly headers: Headers};

export const minimalHeaders = {
	'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/test', 'ce-type': 'com.example.test',
} as const;

/**
A function's server on a free port of the loopback, gone after the test.
*/
export const startFunctionServer = async (t: ExecutionContext, handle: Handle, options: Partial<FunctionServerOptions> = {}): Promise<FunctionServer> => {
	const server = createFunctionServer({
		name: 'test', log: silentLog(), handle, ...options,
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	const post = async (headers: Readonly<Record<string, string>> = {}, body: Body = ''): Promise<Answered> =>
		send(url, {method: 'POST', headers: {...minimalHeaders, ...headers}, body});
	return {
		url,
		post,
		async status(headers, body) {
			const {status} = await post(headers, body);
			return status;
		},
	};
};

/**
One request, and the whole of its answer.
*/
export const send = async (url: string, init: RequestInit): Promise<Answered> => {
	const response = await fetch(url, {redirect: 'manual', ...init});
	return {status: response.status, text: await response.text(), headers: response.headers};
};

/**
A handler for which there is never anything to do.
*/
export const ignore: Handle = async () => undefined;
