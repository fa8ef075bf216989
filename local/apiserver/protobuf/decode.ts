import {Buffer} from 'node:buffer';
import {type Fields} from '../object.ts';
import {type Field, type Message, messages} from './messages.ts';

const magic = Uint8Array.of(0x6B, 0x38, 0x73, 0x00);

/**
The object in a body of `application/vnd.kubernetes.protobuf`: the magic bytes `k8s\0`, then an envelope with the object's type and its bytes. Undefined for a kind whose fields this server has no numbers for. `kubectl create` and its like send nothing else.
*/
export const fromProtobuf = (body: Uint8Array): Fields | undefined => {
	if (!magic.every((byte, index) => body[index] === byte)) {
		return undefined;
	}

	const {apiVersion, kind, raw} = decode(messages['Envelope'] ?? {}, body.subarray(magic.length));
	const message = messages[String(kind)];
	return message && raw instanceof Uint8Array ? {apiVersion, kind, ...decode(message, raw)} : undefined;
};

/**
A message's fields by name. Fields with numbers that the table does not have are skipped.
*/
const decode = (message: Message, bytes: Uint8Array): Fields => {
	const fields: Record<string, unknown> = {};
	for (const {number, value} of tokens(bytes)) {
		const field = message[number];
		if (field) {
			put(fields, field, value);
		}
	}

	return fields;
};

const put = (fields: Record<string, unknown>, {name, type, repeated, inline}: Field, value: Value): void => {
	const decoded = convert(type, value);
	if (inline) {
		Object.assign(fields, decoded);
	} else if (type.startsWith('map<')) {
		fields[name] = {...fields[name] as Fields, ...decoded as Fields};
	} else if (repeated) {
		fields[name] = [...fields[name] as readonly unknown[] ?? [], decoded];
	} else if (decoded !== '') {
		// An empty string is how this encoding says that a field is absent.
		fields[name] = decoded;
	}
};

type Value = bigint | Uint8Array;

const convert = (type: string, value: Value): unknown => {
	if (!(value instanceof Uint8Array)) {
		return type === 'boolean' ? value !== 0n : Number(BigInt.asIntN(64, value));
	}

	switch (type) {
		case 'string': {
			return new TextDecoder().decode(value);
		}

		case 'raw': {
			return value;
		}

		case 'base64': {
			return Buffer.from(value).toString('base64');
		}

		case 'time': {
			const {seconds} = decode({1: {name: 'seconds', type: 'number'}}, value);
			return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : undefined;
		}

		case 'map<string>':
		case 'map<base64>': {
			const entry = decode({1: {name: 'key', type: 'string'}, 2: {name: 'value', type: type.slice(4, -1)}}, value);
			return {[typeof entry['key'] === 'string' ? entry['key'] : '']: entry['value'] ?? ''};
		}

		default: {
			return decode(messages[type] ?? {}, value);
		}
	}
};

const wireVarint = 0;
const wireBytes = 2;

function * tokens(bytes: Uint8Array): Generator<{readonly number: number; readonly value: Value}> {
	let offset = 0;
	const varint = (): bigint => {
		let [value, scale, byte] = [0n, 1n, 0];
		do {
			byte = bytes[offset++] ?? 0;
			value += BigInt(byte % 128) * scale;
			scale *= 128n;
		} while (byte >= 128);

		return value;
	};

	while (offset < bytes.length) {
		const tag = Number(varint());
		const [number, wire] = [Math.floor(tag / 8), tag % 8];
		if (wire === wireVarint) {
			yield {number, value: varint()};
		} else if (wire === wireBytes) {
			const length = Number(varint());
			yield {number, value: bytes.subarray(offset, offset + length)};
			offset += length;
		} else {
			return;
		}
	}
}
