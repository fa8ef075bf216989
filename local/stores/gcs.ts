import {mkdtemp, rm} from 'node:fs/promises';
import {type IncomingMessage, type ServerResponse} from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {GcsRefusal, type Answer} from './gcs/answer.ts';
import {type GcsContext} from './gcs/context.ts';
import {perform, readOperation} from './gcs/operations.ts';
import {createServiceAccount, createTokens} from './gcs/token.ts';
import {createUploads} from './gcs/uploads.ts';
import {listen, type ServerCertificate} from './listen.ts';
import {openObjectFiles, type StoredFile} from './object-files.ts';
import {type Rule} from './rules.ts';

export type GcsOptions = {
	readonly buckets: readonly string[];
	/** The folder that holds the objects as plain files, and keeps them; absent: one that is gone afterwards. */
	readonly directory?: string;
	/** Objects on one page of a listing; default 1,000. */
	readonly pageSize?: number;
	/** Where it listens; default: the loopback. */
	readonly address?: string;
	/** With a certificate it speaks TLS. */
	readonly tls?: ServerCertificate;
	/** Asks nobody for a token, as an emulator does. */
	readonly isOpen?: boolean;
	/** Tokens that somebody else gave away. */
	readonly takesToken?: (token: string) => boolean;
	/** A clock of a test's own, which the `Date` header tells. */
	readonly now?: () => Date;
	readonly ignoresConditions?: boolean;
	readonly rewriteStepBytes?: number;
	/** Hears of each operation that is about to be done. */
	readonly onRequest?: (request: {readonly operation: string; readonly bucket: string; readonly key: string}) => void;
};

export type GcsServer = {
	readonly endpoint: string;
	readonly directory: string;
	/** Text of the key file with which the store is reached; its tokens come from the stand-in too. */
	readonly serviceAccount: string;
	/** Refuses an operation (`list`, `get`, `create`, `delete`) on keys from now on, or again not. */
	readonly refuse: (rule: Rule) => () => void;
	/** Locks an object until then, as a retention policy does. */
	readonly lock: (bucket: string, key: string, until: Date) => void;
	readonly objects: (bucket: string, prefix?: string) => readonly StoredFile[];
	/** Uploads in chunks that nobody has ended. */
	readonly openUploads: () => number;
	readonly stop: () => Promise<void>;
};

/**
Starts a stand-in for Google Cloud Storage's JSON API on a free port, with the token endpoint of its service account. It says in its `Server` header what it is.
*/
export const startGcs = async (options: GcsOptions): Promise<GcsServer> => {
	const directory = options.directory ?? await mkdtemp(path.join(tmpdir(), 'gcs-stand-in-'));
	const files = openObjectFiles(directory, options.buckets);
	const rules: Rule[] = [];
	const context: GcsContext = {
		files,
		rules,
		pageSize: options.pageSize ?? 1000,
		ignoresConditions: options.ignoresConditions ?? false,
		rewriteStepBytes: options.rewriteStepBytes ?? Number.POSITIVE_INFINITY,
	};
	const uploads = createUploads();
	const account = createServiceAccount();
	const tokens = createTokens(account);

	const answer = async (message: IncomingMessage): Promise<Answer> => {
		const url = new URL(message.url ?? '/', `http://${message.headers.host}`);
		if (url.pathname === '/token') {
			return tokens.grant(message);
		}

		// The address of an upload is its own permission.
		if (options.isOpen !== true && !url.searchParams.has('upload_id') && !tokens.isValid(message.headers.authorization) && options.takesToken?.(message.headers.authorization?.replace('Bearer ', '') ?? '') !== true) {
			throw new GcsRefusal(401, 'authError', 'Invalid Credentials');
		}

		const request = readOperation(message, url);
		options.onRequest?.(request);
		return perform(context, uploads, request);
	};

	const server = await listen((message, response) => {
		if (options.now) {
			response.setHeader('date', options.now().toUTCString());
		}

		void respond(response, async () => answer(message)).finally(() => {
			message.resume();
		});
	}, options.tls, options.address);
	return {
		endpoint: server.url,
		directory,
		serviceAccount: JSON.stringify({...account, token_uri: `${server.url}/token`}),
		refuse(rule) {
			rules.push(rule);
			return () => {
				rules.splice(rules.indexOf(rule), 1);
			};
		},
		lock(bucket, key, until) {
			files.change(bucket, files.get(bucket, key)!, {lockedUntil: until});
		},
		objects: (bucket, prefix = '') => [...files.each(bucket, prefix, '')],
		openUploads: uploads.open,
		async stop() {
			await server.stop();
			if (options.directory === undefined) {
				await rm(directory, {recursive: true, force: true});
			}
		},
	};
};

const respond = async (response: ServerResponse, work: () => Promise<Answer>): Promise<void> => {
	response.setHeader('server', 'Google Cloud Storage stand-in of the embedded runtime');
	try {
		const {status, headers = {}, body} = await work();
		const isJson = body !== undefined && !(body instanceof Readable);
		response.writeHead(status, {...(isJson && {'content-type': 'application/json; charset=UTF-8'}), ...headers});
		if (body instanceof Readable) {
			await pipeline(body, response);
		} else {
			response.end(body === undefined ? undefined : JSON.stringify(body));
		}
	} catch (error) {
		refuse(response, error);
	}
};

const refuse = (response: ServerResponse, error: unknown): void => {
	if (response.headersSent) {
		response.destroy();
		return;
	}

	const {status, body} = error instanceof GcsRefusal ? error : new GcsRefusal(500, 'internalError', String(error));
	response.writeHead(status, {'content-type': 'application/json; charset=UTF-8'});
	response.end(JSON.stringify(body));
};
