import {Buffer} from 'node:buffer';
import {DecryptionError} from './decryption-error.ts';

/**
Cuts a stream into chunks of `size` bytes, the last one shorter but never empty, unless the whole is. Each is told whether it is the last one, for which one chunk is held back.
*/
export const chunksOf = async function * (source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<{readonly chunk: Uint8Array; readonly isLast: boolean}> {
	let held: Uint8Array[] = [];
	let length = 0;
	for await (const piece of source) {
		held.push(piece);
		length += piece.length;
		if (length <= size) {
			continue;
		}

		const all = Buffer.concat(held);
		let start = 0;
		for (; all.length - start > size; start += size) {
			yield {chunk: all.subarray(start, start + size), isLast: false};
		}

		held = [all.subarray(start)];
		length = all.length - start;
	}

	yield {chunk: Buffer.concat(held), isLast: true};
};

/**
A stream that is read in pieces of whatever length the format asks for.
*/
export type ByteReader = {
	/** The next so many bytes. A stream that ends before is a file that was cut off. */
	readonly take: (count: number) => Promise<Uint8Array>;
	/** Takes as much as `measure` says, which is asked again with more bytes as long as it cannot tell; undefined when the stream ends or `limit` is reached before it can. */
	readonly takeMeasured: (measure: (start: Uint8Array) => number | undefined, limit: number) => Promise<Uint8Array | undefined>;
	/** The first bytes, left where they are: `count` of them, or fewer where the stream has no more. */
	readonly peek: (count: number) => Promise<Uint8Array>;
	/** What has not been taken. */
	readonly rest: () => AsyncGenerator<Uint8Array>;
	/** Lets go of the source. */
	readonly close: () => Promise<void>;
};

export const byteReader = (source: AsyncIterable<Uint8Array>): ByteReader => {
	const iterator = source[Symbol.asyncIterator]();
	let held: Uint8Array = new Uint8Array();
	/** Reads until there are so many bytes, or no more. */
	const fill = async (count: number): Promise<boolean> => {
		const pieces = [held];
		let {length} = held;
		while (length < count) {
			const {value, done} = await iterator.next() as IteratorResult<Uint8Array, undefined>;
			if (done) {
				break;
			}

			pieces.push(value);
			length += value.length;
		}

		held = pieces.length === 1 ? held : Buffer.concat(pieces);
		return held.length >= count;
	};

	const cut = (count: number): Uint8Array => {
		const taken = held.subarray(0, count);
		held = held.subarray(count);
		return taken;
	};

	return {
		async take(count) {
			if (!await fill(count)) {
				throw new DecryptionError('it is cut off');
			}

			return cut(count);
		},
		async takeMeasured(measure, limit) {
			for (;;) {
				const length = measure(held);
				if (length !== undefined) {
					return cut(length);
				}

				if (held.length > limit || !await fill(held.length + 1)) {
					return undefined;
				}
			}
		},
		async peek(count) {
			await fill(count);
			return held.subarray(0, count);
		},
		async * rest() {
			yield held;
			held = new Uint8Array();
			while (await fill(1)) {
				yield cut(held.length);
			}
		},
		async close() {
			await iterator.return?.();
		},
	};
};
