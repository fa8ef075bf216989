import {Buffer} from 'node:buffer';
import {
	createCipheriv, createDecipheriv, hkdfSync, randomBytes,
} from 'node:crypto';
import {Decrypter, Encrypter} from 'age-encryption';
import {chunksOf, type ByteReader} from './chunks.ts';
import {DecryptionError} from './decryption-error.ts';
import {type Sealing} from './sealing.ts';

/*
The format age, https://c2sp.org/age: a header that wraps a file key for each recipient, then the content in chunks, each sealed with ChaCha20-Poly1305 under a counter, the last one marked. The library makes and reads headers. Its own ChaCha20 is JavaScript and takes hours for what takes minutes with Node.js's, so the chunks are sealed here.
*/

const chunkBytes = 64 * 1024;
const tagBytes = 16;
const nonceBytes = 16;
/** A recipient takes a few hundred bytes, one that withstands quantum computers 3 KB. */
const maxHeaderBytes = 1024 ** 2;

/** The first line of every such file. */
export const ageStart = Buffer.from('age-encryption.org/v1\n');

/**
Encrypts for all the recipients, any one of which can decrypt alone. Each sealing is for one file.
*/
export const ageSealing = async (recipients: readonly string[]): Promise<Sealing> => {
	let fileKey: Uint8Array | undefined;
	const encrypter = new Encrypter();
	for (const recipient of recipients) {
		encrypter.addRecipient(recipient);
	}

	// A recipient that wants nothing in the header learns the file key.
	encrypter.addRecipient({
		wrapFileKey(key) {
			fileKey = Uint8Array.from(key);
			return [];
		},
	});
	const empty = await encrypter.encrypt(new Uint8Array());
	const header = empty.subarray(0, empty.length - nonceBytes - tagBytes);
	const nonce = randomBytes(nonceBytes);
	const key = payloadKey(fileKey!, nonce);
	return {
		size: plainBytes => header.length + nonceBytes + plainBytes + (tagBytes * Math.max(1, Math.ceil(plainBytes / chunkBytes))),
		async * seal(source) {
			yield Buffer.concat([header, nonce]);
			let counter = 0;
			for await (const {chunk, isLast} of chunksOf(source, chunkBytes)) {
				const cipher = createCipheriv('chacha20-poly1305', key, chunkNonce(counter++, isLast), {authTagLength: tagBytes});
				yield Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
			}
		},
	};
};

/**
Decrypts with whichever identity fits. Each chunk is proven before it is given out; a file that is cut off, or to which something was added, fails at its end.
*/
export const openAge = async function * (reader: ByteReader, identities: readonly string[]): AsyncGenerator<Uint8Array> {
	const header = await reader.takeMeasured(headerLength, maxHeaderBytes);
	if (header === undefined) {
		throw new DecryptionError('its header is cut off or damaged');
	}

	const fileKey = await openHeader(header, identities);
	const key = payloadKey(fileKey, await reader.take(nonceBytes));
	let counter = 0;
	for await (const {chunk, isLast} of chunksOf(reader.rest(), chunkBytes + tagBytes)) {
		const plain = openChunk(chunk, key, chunkNonce(counter, isLast));
		if (isLast && counter > 0 && plain.length === 0) {
			throw new DecryptionError('it ends in a chunk without content, which no such file does');
		}

		counter++;
		yield plain;
	}
};

const headerLength = (bytes: Uint8Array): number | undefined => {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const end = text.indexOf('\n--- ');
	const line = end === -1 ? -1 : text.indexOf('\n', end + 1);
	return line === -1 ? undefined : line + 1;
};

const openHeader = async (header: Uint8Array, identities: readonly string[]): Promise<Uint8Array> => {
	const decrypter = new Decrypter();
	for (const identity of identities) {
		decrypter.addIdentity(identity);
	}

	try {
		return await decrypter.decryptHeader(header);
	} catch (error) {
		throw new DecryptionError(String(error).includes('no identity matched') ? 'it was encrypted for other recipients than this key\'s' : 'its header is damaged');
	}
};

const openChunk = (chunk: Uint8Array, key: Uint8Array, nonce: Uint8Array): Uint8Array => {
	if (chunk.length < tagBytes) {
		throw new DecryptionError('it is cut off');
	}

	try {
		const decipher = createDecipheriv('chacha20-poly1305', key, nonce, {authTagLength: tagBytes});
		decipher.setAuthTag(chunk.subarray(-tagBytes));
		return Buffer.concat([decipher.update(chunk.subarray(0, -tagBytes)), decipher.final()]);
	} catch {
		throw new DecryptionError('its content was altered or cut off');
	}
};

const payloadKey = (fileKey: Uint8Array, nonce: Uint8Array): Uint8Array => new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));

/** Eleven bytes that count, and one that marks the last chunk. */
const chunkNonce = (counter: number, isLast: boolean): Uint8Array => {
	const nonce = Buffer.alloc(12);
	nonce.writeUIntBE(counter, 5, 6);
	nonce[11] = isLast ? 1 : 0;
	return nonce;
};
