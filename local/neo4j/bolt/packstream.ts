import {Buffer} from 'node:buffer';

/**
A value on the wire. Numbers without a fraction travel as integers. Nothing of a graph is needed here; a structure is a message or a time.
*/
// eslint-disable-next-line @typescript-eslint/no-restricted-types -- null is a value of Cypher
export type Value = null | boolean | number | bigint | string | Uint8Array | Structure | readonly Value[] | {readonly [key: string]: Value};

export class Structure {
	readonly tag: number;
	readonly fields: readonly Value[];

	constructor(tag: number, fields: readonly Value[]) {
		this.tag = tag;
		this.fields = fields;
	}
}

/**
A moment in UTC, as Bolt 5 writes one.
*/
export const dateTime = (time: Date): Structure => new Structure(0x49, [BigInt(Math.floor(time.getTime() / 1000)), (time.getTime() % 1000) * 1_000_000, 0]);

type Sizes = {readonly tiny?: number; readonly bytes?: readonly [number, number, number]};

const strings: Sizes = {tiny: 0x80, bytes: [0xD0, 0xD1, 0xD2]};
const lists: Sizes = {tiny: 0x90, bytes: [0xD4, 0xD5, 0xD6]};
const maps: Sizes = {tiny: 0xA0, bytes: [0xD8, 0xD9, 0xDA]};
const byteArrays: Sizes = {bytes: [0xCC, 0xCD, 0xCE]};

/**
Packs a value: https://neo4j.com/docs/bolt/current/packstream/
*/
export const pack = (value: Value): Uint8Array => Buffer.concat(packParts(value));

const packParts = (value: Value): readonly Uint8Array[] => {
	if (value === null) {
		return [Buffer.of(0xC0)];
	}

	if (typeof value === 'boolean') {
		return [Buffer.of(value ? 0xC3 : 0xC2)];
	}

	if (typeof value === 'number') {
		return [Number.isSafeInteger(value) ? packInteger(value) : packFloat(value)];
	}

	if (typeof value === 'bigint') {
		return [packInteger(value)];
	}

	if (typeof value === 'string') {
		const bytes = Buffer.from(value);
		return [packSize(bytes.length, strings), bytes];
	}

	return packObject(value);
};

const packObject = (value: Composite): readonly Uint8Array[] => {
	if (value instanceof Uint8Array) {
		return [packSize(value.length, byteArrays), value];
	}

	if (value instanceof Structure) {
		return [Buffer.of(0xB0 + value.fields.length, value.tag), ...value.fields.flatMap(field => packParts(field))];
	}

	if (isList(value)) {
		return [packSize(value.length, lists), ...value.flatMap(item => packParts(item))];
	}

	const entries = Object.entries(value);
	return [packSize(entries.length, maps), ...entries.flatMap(([key, item]) => [...packParts(key), ...packParts(item)])];
};

type Composite = Uint8Array | Structure | readonly Value[] | Readonly<Record<string, Value>>;

const isList = (value: unknown): value is readonly Value[] => Array.isArray(value);

const packInteger = (value: number | bigint): Uint8Array => {
	if (value >= -16 && value < 128) {
		const bytes = Buffer.alloc(1);
		bytes.writeInt8(Number(value));
		return bytes;
	}

	const bytes = Buffer.alloc(9);
	bytes.writeUInt8(0xCB);
	bytes.writeBigInt64BE(BigInt(value), 1);
	return bytes;
};

const packFloat = (value: number): Uint8Array => {
	const bytes = Buffer.alloc(9);
	bytes.writeUInt8(0xC1);
	bytes.writeDoubleBE(value, 1);
	return bytes;
};

const packSize = (size: number, {tiny, bytes: [one, two, four] = [0, 0, 0]}: Sizes): Uint8Array => {
	if (tiny !== undefined && size < 16) {
		return Buffer.of(tiny + size);
	}

	const header = size < 0x1_00 ? [one, 1] as const : (size < 0x1_00_00 ? [two, 2] as const : [four, 4] as const);
	const bytes = Buffer.alloc(1 + header[1]);
	bytes.writeUInt8(header[0]);
	bytes.writeUIntBE(size, 1, header[1]);
	return bytes;
};
