import {Buffer} from 'node:buffer';
import {type Socket} from 'node:net';

/**
Reads a connection piece by piece: exactly so many bytes, or undefined when it ends first.
*/
export type Reader = (length: number) => Promise<Uint8Array | undefined>;

export const createReader = (socket: Socket): Reader => {
	const chunks: AsyncIterator<Uint8Array, undefined> = socket[Symbol.asyncIterator]();
	let pending = Buffer.alloc(0);
	return async length => {
		while (pending.length < length) {
			const next: IteratorResult<Uint8Array, undefined> = await chunks.next();
			if (next.done === true) {
				return undefined;
			}

			pending = Buffer.concat([pending, next.value]);
		}

		const taken = pending.subarray(0, length);
		pending = pending.subarray(length);
		return taken;
	};
};

/**
The messages of a connection after its handshake: chunks of at most 64 KiB, each with its length before it, an empty one after the last. Empty chunks between messages keep a connection alive.
*/
export const readMessages = async function * (read: Reader): AsyncGenerator<Uint8Array> {
	let parts: Uint8Array[] = [];
	for (let size = await readSize(read); size !== undefined; size = await readSize(read)) {
		if (size > 0) {
			parts.push(await read(size) ?? new Uint8Array());
		} else if (parts.length > 0) {
			yield Buffer.concat(parts);
			parts = [];
		}
	}
};

const readSize = async (read: Reader): Promise<number | undefined> => {
	const bytes = await read(2);
	return bytes && Buffer.from(bytes).readUInt16BE();
};

const largestChunk = 0xFF_FF;

/**
A message as chunks.
*/
export const chunk = (message: Uint8Array): Uint8Array => {
	const parts: Uint8Array[] = [];
	for (let at = 0; at < message.length; at += largestChunk) {
		const part = message.subarray(at, at + largestChunk);
		const size = Buffer.alloc(2);
		size.writeUInt16BE(part.length);
		parts.push(size, part);
	}

	return Buffer.concat([...parts, Buffer.alloc(2)]);
};

/** The versions of Bolt that the stand-in speaks: 5.1, where LOGON began, to 5.8. */
const newest = 8;
const oldest = 1;

/**
Answers the handshake: the newest version of Bolt 5 that is among the four offers of the client, as four bytes; undefined when none is. An offer is [0, how many minors below, minor, major]; the offer 255 of a manifest is passed over, which clients must allow.
*/
export const chooseVersion = (offers: Uint8Array): Uint8Array | undefined => {
	const minors = [0, 4, 8, 12]
		.map(at => offers.subarray(at, at + 4))
		.filter(offer => offer[3] === 5)
		.flatMap(([, range = 0, minor = 0]) => Array.from({length: range + 1}, (_, below) => minor - below))
		.filter(minor => minor >= oldest && minor <= newest);
	return minors.length === 0 ? undefined : Buffer.of(0, 0, Math.max(...minors), 5);
};

export const magic: Uint8Array = Buffer.of(0x60, 0x60, 0xB0, 0x17);
