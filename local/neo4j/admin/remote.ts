import {Readable} from 'node:stream';
import {type ListedDatabase} from '../backup-port.ts';
import {type Context} from './console.ts';

/**
The servers named by `--from`, asked over the stand-in's own protocol.
*/
export type Remote = {
	readonly list: (server: string) => Promise<readonly ListedDatabase[]>;
	/** The store, or the transactions from an id on. */
	readonly stream: (server: string, database: string, from?: number) => Promise<Download>;
	/** True only the first time, whichever process asks. */
	readonly once: (server: string, key: string) => Promise<boolean>;
};

export type Download = {readonly databaseID: string; readonly lastTransaction: number; readonly body: Readable};

/**
The server cannot do what was asked; the message is its own.
*/
export class RefusedError extends Error {
	override readonly name = 'RefusedError';
	readonly status: number;

	constructor(message: string, status: number) {
		super(message);
		this.status = status;
	}
}

/** Milliseconds after which a server that does not answer counts as unreachable. */
const patience = 10_000;

/**
Names are looked up in `LOCAL_HOSTS` first (JSON, host:port → host:port), then by DNS.
*/
export const createRemote = ({env}: Pick<Context, 'env'>): Remote => {
	const hosts = JSON.parse(env['LOCAL_HOSTS'] ?? '{}') as Readonly<Record<string, string>>;
	const ask = async (server: string, path: string, init: RequestInit = {}): Promise<Response> => {
		const response = await fetch(`http://${hosts[server] ?? server}/${path}`, init);
		if (!response.ok) {
			throw new RefusedError(String(await response.json()), response.status);
		}

		return response;
	};

	return {
		async list(server) {
			const response = await ask(server, 'databases', {signal: AbortSignal.timeout(patience)});
			return await response.json() as readonly ListedDatabase[];
		},
		async stream(server, database, from) {
			const path = from === undefined ? 'store' : `transactions?from=${from}`;
			const response = await ask(server, `databases/${encodeURIComponent(database)}/${path}`);
			return {
				databaseID: response.headers.get('stand-in-database-id') ?? '',
				lastTransaction: Number(response.headers.get('stand-in-last-transaction')),
				body: response.body === null ? Readable.from([]) : Readable.fromWeb(response.body),
			};
		},
		async once(server, key) {
			const response = await ask(server, `once/${encodeURIComponent(key)}`, {method: 'POST'});
			return await response.json() as boolean;
		},
	};
};

/**
The address of a server with its port: 6362 unless told.
*/
export const withPort = (server: string): string => server.includes(':') ? server : `${server}:6362`;
