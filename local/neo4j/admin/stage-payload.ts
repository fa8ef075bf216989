import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {rm} from 'node:fs/promises';
import {PassThrough, type Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import {type Staging} from './staging.ts';

export type Payload = {readonly path: string; readonly bytes: number; readonly sha256: string};

/**
Stages a download whole, as it came, and then as it will be in the artifact: compressed or not.
*/
export const stagePayload = async (body: Readable, staging: Staging, options: {readonly database: string; readonly compress: boolean}): Promise<Payload> => {
	const store = staging.path(`${options.database}-store`);
	await pipeline(body, createWriteStream(store));
	const path = staging.path(`${options.database}-payload`);
	const hash = createHash('sha256');
	let bytes = 0;
	const count = async function * (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
		for await (const chunk of chunks) {
			hash.update(chunk);
			bytes += chunk.length;
			yield chunk;
		}
	};

	await pipeline(createReadStream(store), options.compress ? createGzip() : new PassThrough(), count, createWriteStream(path));
	await rm(store);
	return {path, bytes, sha256: hash.digest('hex')};
};
