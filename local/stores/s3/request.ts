import {Buffer} from 'node:buffer';
import {type IncomingMessage} from 'node:http';
import {text} from 'node:stream/consumers';
import {S3Refusal} from './answer.ts';

/**
A request as the operations read it. Names are decoded by hand, because a URL parser would resolve dots in keys.
*/
export type S3Request = {
	readonly method: string;
	readonly bucket: string;
	readonly key: string;
	readonly query: ReadonlyMap<string, string>;
	readonly header: (name: string) => string | undefined;
	/** The path as it was sent, which is what was signed. */
	readonly path: string;
	/** The body without the frames of chunked signing. */
	readonly body: AsyncIterable<Uint8Array>;
};

/**
Reads the parts of a path-style request: `/bucket/key?query`.
*/
export const readRequest = (message: IncomingMessage): S3Request => {
	const [path = '/', queryText = ''] = splitOnce(message.url ?? '/', '?');
	const [bucket = '', key = ''] = splitOnce(path.slice(1), '/').map(part => decodeURIComponent(part));
	const header = (name: string): string | undefined => {
		const value = message.headers[name];
		return Array.isArray(value) ? value.join(',') : value;
	};

	return {
		method: message.method ?? 'GET',
		bucket,
		key,
		query: new Map(new URLSearchParams(queryText)),
		header,
		path,
		body: header('x-amz-content-sha256')?.startsWith('STREAMING-') ? unframe(message) : message,
	};
};

/**
The body as text; S3 takes no more than 2 MiB of XML.
*/
export const readText = async (body: AsyncIterable<Uint8Array>): Promise<string> => text(body);

const splitOnce = (whole: string, separator: string): string[] => {
	const at = whole.indexOf(separator);
	return at === -1 ? [whole] : [whole.slice(0, at), whole.slice(at + 1)];
};

const smallestChunk = 8192;

// Frames of aws-chunked: a line with the size in hexadecimal, the bytes, a line end; a frame of nothing, then trailers.
const unframe = async function * (body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let held: Uint8Array = new Uint8Array();
	let previous = smallestChunk;
	for await (const chunk of body) {
		held = Buffer.concat([held, chunk]);
		for (;;) {
			const lineEnd = held.indexOf(10);
			const size = lineEnd === -1 ? Number.NaN : Number.parseInt(Buffer.from(held.subarray(0, lineEnd)).toString('latin1'), 16);
			if (size === 0) {
				return;
			}

			if (!Number.isNaN(size) && previous < smallestChunk) {
				throw new S3Refusal('InvalidChunkSizeError');
			}

			if (Number.isNaN(size) || held.length < lineEnd + 1 + size + 2) {
				break;
			}

			previous = size;
			yield held.subarray(lineEnd + 1, lineEnd + 1 + size);
			held = held.subarray(lineEnd + 1 + size + 2);
		}
	}
};
