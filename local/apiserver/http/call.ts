import {Buffer} from 'node:buffer';
import {type IncomingHttpHeaders, type IncomingMessage} from 'node:http';
import {parse} from 'yaml';
import {type WriteOptions} from '../api.ts';
import {ApiError, badRequest, unsupportedMediaType} from '../api-error.ts';
import {type Fields, isFields} from '../object.ts';
import {fromProtobuf} from '../protobuf/decode.ts';

/**
One request, with its body read.
*/
export type Call = {
	readonly method: string;
	/** Without the query. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingHttpHeaders;
	readonly body: Uint8Array;
	/** Aborted when the client is gone. */
	readonly signal: AbortSignal;
	/** Collected for the `Warning` headers of the answer. */
	readonly warnings: string[];
};

/** The real server's limit of what it reads of a body. */
const maximumBytes = 3 * 1024 * 1024;

/**
Reads a request to its end; 413 past 3 MiB.
*/
export const readCall = async (request: IncomingMessage, signal: AbortSignal): Promise<Call> => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Uint8Array>) {
		size += chunk.length;
		if (size <= maximumBytes) {
			chunks.push(chunk);
		}
	}

	if (size > maximumBytes) {
		throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maximumBytes}`);
	}

	const url = new URL(request.url ?? '/', 'http://localhost');
	return {
		method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers: request.headers, body: Buffer.concat(chunks), signal, warnings: [],
	};
};

/**
The media type of the body, without parameters; JSON when none is given.
*/
export const contentType = ({headers}: Call): string => (headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';

const readable = ['application/json', 'application/yaml'];

/**
The body as an object; an empty one when there is none. Anything but JSON and YAML is 415, but for those kinds in protobuf that kubectl creates.
*/
export const bodyOf = (call: Call): Fields => {
	const type = contentType(call);
	if (call.body.length === 0) {
		return {};
	}

	const isProtobuf = type === 'application/vnd.kubernetes.protobuf';
	const decoded = isProtobuf ? fromProtobuf(call.body) : undefined;
	if (!readable.includes(type) && !decoded) {
		throw unsupportedMediaType(readable);
	}

	const body = decoded ?? parsed(textOf(call), type === 'application/yaml');
	if (!isFields(body)) {
		throw badRequest('the body of the request is not an object');
	}

	return body;
};

/**
The body as text.
*/
export const textOf = ({body}: Call): string => new TextDecoder().decode(body);

/**
JSON, or YAML of which JSON is a part; 400 for what is neither.
*/
export const parsed = (text: string, isYaml: boolean): unknown => {
	try {
		return isYaml ? parse(text) : JSON.parse(text);
	} catch (error) {
		throw badRequest(`error parsing the body of the request: ${error instanceof Error ? error.message : String(error)}`);
	}
};

/**
Who writes: `fieldManager`, or the client's program name, from its user agent.
*/
export const managerOf = ({query, headers}: Call): string => query.get('fieldManager') ?? (headers['user-agent'] ?? 'unknown').split('/')[0]?.slice(0, 128) ?? 'unknown';

/**
What the query of a write asks for, but for ownership.
*/
export const writeOptions = ({query, warnings}: Call, body: Fields = {}): Omit<WriteOptions, 'own'> => {
	const fieldValidation = query.get('fieldValidation') ?? 'Warn';
	if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore') {
		throw badRequest(`fieldValidation: Unsupported value: ${JSON.stringify(fieldValidation)}: supported values: "Ignore", "Strict", "Warn"`);
	}

	return {
		dryRun: query.getAll('dryRun').includes('All') || (Array.isArray(body['dryRun']) && body['dryRun'].includes('All')),
		fieldValidation,
		warn(text) {
			warnings.push(text);
		},
	};
};
