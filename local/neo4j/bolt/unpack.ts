import {Buffer} from 'node:buffer';
import {Structure, type Value} from './packstream.ts';

/**
Unpacks one value. Integers beyond what a number holds exactly come as bigint.
*/
export const unpack = (bytes: Uint8Array): Value => read({bytes: Buffer.from(bytes), at: 0});

type Cursor = {readonly bytes: ReturnType<typeof Buffer.from>; at: number};

const read = (cursor: Cursor): Value => {
	const marker = unsigned(cursor, 1);
	if (marker < 0x80) {
		return marker;
	}

	if (marker >= 0xF0) {
		return marker - 0x1_00;
	}

	return marker < 0xC0 ? readSized(cursor, marker - (marker % 16), marker % 16) : readMarked(cursor, marker);
};

const readSized = (cursor: Cursor, kind: number, size: number): Value => {
	switch (kind) {
		case 0x80: {
			return slice(cursor, size).toString('utf8');
		}

		case 0x90: {
			return Array.from({length: size}, () => read(cursor));
		}

		case 0xA0: {
			return Object.fromEntries(Array.from({length: size}, () => [read(cursor) as string, read(cursor)]));
		}

		default: {
			const tag = unsigned(cursor, 1);
			return new Structure(tag, Array.from({length: size}, () => read(cursor)));
		}
	}
};

const constants: Readonly<Record<number, Value>> = {0xC0: null, 0xC2: false, 0xC3: true};
const integers: Readonly<Record<number, number>> = {0xC8: 1, 0xC9: 2, 0xCA: 4};

const readMarked = (cursor: Cursor, marker: number): Value => {
	const constant = constants[marker];
	if (constant !== undefined) {
		return constant;
	}

	const integer = integers[marker];
	if (integer !== undefined) {
		return slice(cursor, integer).readIntBE(0, integer);
	}

	if (marker === 0xC1) {
		return slice(cursor, 8).readDoubleBE();
	}

	if (marker === 0xCB) {
		const value = slice(cursor, 8).readBigInt64BE();
		return Number.isSafeInteger(Number(value)) ? Number(value) : value;
	}

	return readLong(cursor, marker);
};

/**
Bytes, strings, lists and maps whose size has 1, 2 or 4 bytes of its own.
*/
const readLong = (cursor: Cursor, marker: number): Value => {
	const size = unsigned(cursor, [1, 2, 4][marker % 4] ?? 1);
	const kind = marker - (marker % 4);
	if (kind === 0xCC) {
		return slice(cursor, size);
	}

	const sized = {0xD0: 0x80, 0xD4: 0x90, 0xD8: 0xA0}[kind];
	if (sized === undefined) {
		throw new RangeError(`No such marker in PackStream: ${marker}`);
	}

	return readSized(cursor, sized, size);
};

const unsigned = (cursor: Cursor, length: number): number => slice(cursor, length).readUIntBE(0, length);

const slice = (cursor: Cursor, length: number): Cursor['bytes'] => {
	const {at} = cursor;
	cursor.at += length;
	return cursor.bytes.subarray(at, cursor.at);
};
