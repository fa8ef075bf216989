import {Buffer} from 'node:buffer';
import {Readable} from 'node:stream';
import {StoreError} from './store.ts';

/**
Passes a download on, and fails with a `StoreError` when it stands still for `idleMs` while somebody reads, breaks off, or is not of the `size` that was announced.
*/
export const guardDownload = (source: Readable, name: string, {size, idleMs}: {readonly size: number | undefined; readonly idleMs: number}): Readable =>
	Readable.from(guard(source, name, {size, idleMs}), {objectMode: false});

/**
Collects a small object; a larger one is a `TooLarge`.
*/
export const readWhole = async (source: Readable, name: string, maxBytes: number): Promise<Uint8Array> => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of source as AsyncIterable<Uint8Array>) {
		size += chunk.length;
		if (size > maxBytes) {
			throw new StoreError('TooLarge', `${name} failed: it is larger than ${maxBytes} bytes.`);
		}

		chunks.push(chunk);
	}

	return Buffer.concat(chunks);
};

/**
Cuts a body into parts of `partBytes`, the last one shorter, and throws when it is not of the announced size or cannot be read. One part is in memory for each that is asked for.
*/
export const cutIntoParts = async function * (body: Readable, name: string, {size, partBytes}: {readonly size: number; readonly partBytes: number}): AsyncGenerator<Uint8Array> {
	let chunks: Uint8Array[] = [];
	let held = 0;
	let seen = 0;
	for await (const chunk of readSource(body, name)) {
		seen += chunk.length;
		if (seen > size) {
			throw wrongSize(name, seen, size);
		}

		held += chunk.length;
		chunks.push(chunk);
		while (held >= partBytes) {
			const all = Buffer.concat(chunks);
			const rest = all.subarray(partBytes);
			yield all.subarray(0, partBytes);
			chunks = rest.length > 0 ? [rest] : [];
			held = rest.length;
		}
	}

	if (seen < size) {
		throw wrongSize(name, seen, size);
	}

	if (held > 0 || size === 0) {
		yield Buffer.concat(chunks);
	}
};

/**
Gives each item its number, from 1.
*/
export const numbered = async function * <T>(items: AsyncIterable<T>): AsyncGenerator<readonly [T, number]> {
	let number = 1;
	for await (const item of items) {
		yield [item, number++];
	}
};

const wrongSize = (name: string, seen: number, size: number): StoreError =>
	new StoreError('Unknown', `${name} failed: its source has ${seen} bytes where ${size} were announced.`);

const readSource = async function * (body: Readable, name: string): AsyncGenerator<Uint8Array> {
	try {
		for await (const chunk of body as AsyncIterable<Uint8Array | string>) {
			yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
		}
	} catch (error) {
		throw new StoreError('Unknown', `${name} failed: its source cannot be read (${error instanceof Error ? error.message : String(error)}).`);
	}
};

const guard = async function * (source: Readable, name: string, {size, idleMs}: {readonly size: number | undefined; readonly idleMs: number}): AsyncGenerator<Uint8Array> {
	let seen = 0;
	let timedOut = false;
	const startTimer = (): NodeJS.Timeout => setTimeout(() => {
		timedOut = true;
		source.destroy();
	}, idleMs);
	let timer = startTimer();
	try {
		for await (const chunk of source as AsyncIterable<Uint8Array>) {
			// A slow reader is no fault of the store.
			clearTimeout(timer);
			seen += chunk.length;
			yield chunk;
			timer = startTimer();
		}
	} catch (error) {
		if (!timedOut) {
			throw new StoreError('Unreachable', `${name} failed: the download broke off (${error instanceof Error ? error.message : String(error)}).`);
		}
	} finally {
		clearTimeout(timer);
		source.destroy();
	}

	if (timedOut) {
		throw new StoreError('TimedOut', `${name} failed: nothing came for ${idleMs / 1000} s.`);
	}

	if (size !== undefined && seen !== size) {
		throw new StoreError('Unreachable', `${name} failed: it ended after ${seen} of ${size} bytes.`);
	}
};
