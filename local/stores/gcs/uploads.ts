import {Buffer} from 'node:buffer';
import {randomUUID} from 'node:crypto';
import {buffer, json} from 'node:stream/consumers';
import {type Incoming} from '../object-files.ts';
import {GcsRefusal, type Answer} from './answer.ts';
import {
	checkGeneration, permit, refuseLocked, storageClassOf, toResource, type GcsContext, type GcsRequest,
} from './context.ts';

type Session = {readonly bucket: string; readonly key: string; readonly query: URLSearchParams; readonly tier: string; readonly chunks: Incoming[]; bytes: number};

/**
Uploads of all three kinds: the bytes alone, description and bytes together, and chunk by chunk.
*/
export const createUploads = () => {
	const sessions = new Map<string, Session>();
	// Who has lost the last answer asks again and gets it.
	const ended = new Map<string, Answer>();

	const begin = async (context: GcsContext, request: GcsRequest): Promise<Answer> => {
		const {name, storageClass} = await readJson(request.body) as {readonly name?: string; readonly storageClass?: string};
		const key = request.query.get('name') ?? name ?? '';
		permit(context, 'create', request.bucket, key);
		const id = randomUUID();
		sessions.set(id, {
			bucket: request.bucket, key, query: request.query, tier: storageClassOf(storageClass), chunks: [], bytes: 0,
		});
		return {status: 200, headers: {location: `${request.origin}/upload/storage/v1/b/${request.bucket}/o?uploadType=resumable&upload_id=${id}`}};
	};

	const resume = async (context: GcsContext, request: GcsRequest): Promise<Answer> => {
		const id = request.query.get('upload_id') ?? '';
		const session = sessions.get(id);
		if (session === undefined) {
			return ended.get(id) ?? {status: 404};
		}

		if (request.method !== 'DELETE') {
			return proceed(context, request, id, session);
		}

		sessions.delete(id);
		for (const chunk of session.chunks) {
			context.files.discard(chunk);
		}

		return {status: 499};
	};

	const proceed = async (context: GcsContext, request: GcsRequest, id: string, session: Session): Promise<Answer> => {
		const range = /^bytes (?:(?<start>\d+)-\d+|\*)\/(?<total>\d+|\*)$/v.exec(request.header('content-range') ?? '')?.groups ?? {start: '0', total: '*'};
		if (range['start'] !== undefined && Number(range['start']) === session.bytes) {
			const chunk = await context.files.receive(request.body);
			session.chunks.push(chunk);
			session.bytes += chunk.size;
		}

		if (Number(range['total']) !== session.bytes && request.header('content-range') !== undefined) {
			return {status: 308, headers: session.bytes === 0 ? {} : {range: `bytes=0-${session.bytes - 1}`}};
		}

		sessions.delete(id);
		const incoming = await context.files.receive(joined(context, session.chunks));
		const answer = commit(context, session, incoming, session.tier);
		ended.set(id, answer);
		return answer;
	};

	return {
		open: (): number => sessions.size,
		async upload(context: GcsContext, request: GcsRequest): Promise<Answer> {
			if (request.query.has('upload_id')) {
				return resume(context, request);
			}

			const handlers: Readonly<Record<string, (context: GcsContext, request: GcsRequest) => Promise<Answer>>> = {resumable: begin, media: insertMedia, multipart: insertMultipart};
			const handler = handlers[request.query.get('uploadType') ?? ''];
			if (handler === undefined) {
				throw new GcsRefusal(400, 'invalid', 'Unknown uploadType.');
			}

			return handler(context, request);
		},
	};
};

const insertMedia = async (context: GcsContext, request: GcsRequest): Promise<Answer> => {
	const key = request.query.get('name') ?? '';
	permit(context, 'create', request.bucket, key);
	return commit(context, {...request, key}, await context.files.receive(request.body), 'STANDARD');
};

// Two parts between lines of the boundary: the description as JSON, then the bytes.
const insertMultipart = async (context: GcsContext, request: GcsRequest): Promise<Answer> => {
	const boundary = /boundary="?(?<boundary>[^";]+)/v.exec(request.header('content-type') ?? '')?.groups?.['boundary'] ?? '';
	const bytes = await buffer(request.body);
	const [, description = '', media = ''] = bytes.toString('latin1').split(`--${boundary}`).map(part => part.slice(part.indexOf('\r\n\r\n') + 4, -2));
	const {name, storageClass} = JSON.parse(Buffer.from(description, 'latin1').toString()) as {readonly name?: string; readonly storageClass?: string};
	const key = request.query.get('name') ?? name ?? '';
	permit(context, 'create', request.bucket, key);
	return commit(context, {...request, key}, await context.files.receive(bytesOf(media)), storageClassOf(storageClass));
};

const bytesOf = async function * (latin1: string): AsyncGenerator<Uint8Array> {
	yield Buffer.from(latin1, 'latin1');
};

const commit = (context: GcsContext, target: Pick<GcsRequest, 'bucket' | 'key' | 'query'>, incoming: Incoming, tier: string): Answer => {
	const {files} = context;
	try {
		checkGeneration(context, target);
		refuseLocked(target.bucket, files.get(target.bucket, target.key));
		return {status: 200, body: toResource(target.bucket, files.commit(target.bucket, target.key, incoming, {tier}))};
	} catch (error) {
		files.discard(incoming);
		throw error;
	}
};

const readJson = async (body: AsyncIterable<Uint8Array>): Promise<unknown> => {
	try {
		return await json(body);
	} catch {
		return {};
	}
};

const joined = async function * ({files}: GcsContext, chunks: readonly Incoming[]): AsyncGenerator<Uint8Array> {
	for (const chunk of chunks) {
		yield * files.openIncoming(chunk) as AsyncIterable<Uint8Array>;
		files.discard(chunk);
	}
};
