import {type Readable} from 'node:stream';
import {StoreError} from '../store.ts';
import {cutIntoParts} from '../streams.ts';
import {type GcsBucket} from './bucket.ts';
import {type GcsAnswer} from './client.ts';
import {deleteGcs} from './read.ts';

/**
Streams a body of known size into the bucket, in chunks when it is larger than one. Each chunk is sent again by itself, from where the server has it: https://cloud.google.com/storage/docs/performing-resumable-uploads
*/
export const uploadGcs = async (bucket: GcsBucket, key: string, body: Readable, size: number): Promise<void> => {
	const {call, whole, name, uploads, sizes} = bucket;
	const operation = `Uploading ${whole(key)}`;
	const chunks = cutIntoParts(body, `${operation} to ${name}`, {size, partBytes: sizes.chunkBytes});
	if (size > sizes.chunkBytes) {
		await uploadInChunks(bucket, operation, {key, size, chunks});
		return;
	}

	for await (const data of chunks) {
		await call(operation, {
			method: 'POST', address: uploads, parameters: {uploadType: 'media', name: whole(key)}, data,
		}, {bytes: size});
	}
};

type Upload = {readonly key: string; readonly size: number; readonly chunks: AsyncIterable<Uint8Array>};

const uploadInChunks = async (bucket: GcsBucket, operation: string, {key, size, chunks}: Upload): Promise<void> => {
	const session = await begin(bucket, operation, key, size);
	let start = 0;
	try {
		for await (const chunk of chunks) {
			await sendChunk(bucket, operation, session, {chunk, start, size});
			start += chunk.length;
		}
	} catch (error) {
		await abandon(bucket, operation, session);
		if (error instanceof StoreError && error.code === 'DoubtfulAnswer') {
			await discard(bucket, key);
		}

		throw error;
	}
};

const begin = async ({request, send, uploads, whole, name}: GcsBucket, operation: string, key: string, size: number): Promise<string> => {
	const answer = await request(operation, async signal => send({
		method: 'POST',
		address: uploads,
		parameters: {uploadType: 'resumable', name: whole(key)},
		headers: {'x-upload-content-length': String(size), 'x-upload-content-type': 'application/octet-stream'},
		data: {},
	}, signal));
	const session = answer.headers.get('location');
	if (session === null) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${name} failed: the server began an upload without an address.`);
	}

	return session;
};

type Chunk = {readonly chunk: Uint8Array; readonly start: number; readonly size: number};

const sendChunk = async ({request, send, name}: GcsBucket, operation: string, session: string, {chunk, start, size}: Chunk): Promise<void> => {
	const end = start + chunk.length;
	const what = `${operation} to ${name}`;
	const put = async (from: number, signal: AbortSignal) => send<Answered>({
		method: 'PUT',
		address: session,
		headers: {'content-range': `bytes ${from}-${end - 1}/${size}`},
		data: chunk.subarray(from - start),
		expected: [308, 404, 410],
	}, signal);
	let isFirst = true;
	await request(operation, async signal => {
		const from = isFirst ? start : storedBy(what, await askHowMuch(send, session, {size, signal}), size);
		isFirst = false;
		const stored = from < end ? storedBy(what, await put(from, signal), size) : from;
		if (stored < end) {
			throw new StoreError('Busy', `${what} failed: the server has taken ${stored} of ${end} bytes; try again later.`);
		}
	}, {bytes: chunk.length});
};

/** The object, once the upload has ended. */
type Answered = {readonly size?: string} | undefined;

const askHowMuch = async (send: GcsBucket['send'], session: string, {size, signal}: {size: number; signal: AbortSignal}) => send<Answered>({
	method: 'PUT', address: session, headers: {'content-range': `bytes */${size}`}, data: new Uint8Array(), expected: [308, 404, 410],
}, signal);

const storedBy = (what: string, {status, headers, data}: GcsAnswer<Answered>, size: number): number => {
	if (status === 404 || status === 410) {
		throw new StoreError('Unknown', `${what} failed: the server has forgotten the upload; upload again.`);
	}

	const last = /^bytes=0-(?<last>\d+)$/v.exec(headers.get('range') ?? '')?.groups?.['last'];
	if (status === 308) {
		return last === undefined ? 0 : Number(last) + 1;
	}

	// Some servers take the question for the end of the upload.
	if (data?.size !== undefined && Number(data.size) !== size) {
		throw new StoreError('DoubtfulAnswer', `${what} failed: the server ended the upload at ${data.size} of ${size} bytes; upload again.`);
	}

	return size;
};

// The failure that led here is the one to tell; a session that is left over ends after a week.
const abandon = async ({request, send}: GcsBucket, operation: string, session: string): Promise<void> => {
	try {
		await request(operation, async signal => send({method: 'DELETE', address: session, expected: [499]}, signal));
	} catch {
		// Told already.
	}
};

// A part of the object must not stay under its name.
const discard = async (bucket: GcsBucket, key: string): Promise<void> => {
	try {
		await deleteGcs(bucket, key);
	} catch {
		// Told already.
	}
};
