import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {getDecryptionHelper, getEncryptHelper, type GetDecipher} from '@aws-crypto/material-management-node';
import {
	ContentType, SequenceIdentifier, serializeMessageHeaderAuth, type HeaderInfo,
} from '@aws-crypto/serialize';
import {
	buildMessageHeader, commitmentPolicy, finalFrameHeader, frameContext, frameHeader, frameIv, headerAuthIv, materialsManager, parseHeader, serializeMessageHeader, suite, type Frame,
} from './aws-esdk-parts.ts';
import {chunksOf, type ByteReader} from './chunks.ts';
import {DecryptionError} from './decryption-error.ts';
import {type Sealing} from './sealing.ts';

/*
The message format of the AWS Encryption SDK, version 2, in frames: https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/message-format.html. The SDK's own parts wrap the key, derive from it, and write and read headers. Its streams are left out: one that is given up before its end throws where nobody can catch it, and bytes behind the end of a file pass unnoticed.
*/

/** Version, and the number of the suite: so begins every file that we write. */
export const messageStart = Buffer.from([0x02, 0x04, 0x78]);

const frameLength = 64 * 1024;
const idBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** Sequence number, nonce and tag; the last frame also has a mark and its length. */
const frameOverhead = 4 + ivBytes + tagBytes;
const lastFrameOverhead = frameOverhead + 8;
const maxHeaderBytes = 1024 ** 2;

/**
Encrypts one file under a key of 32 bytes. `artifact` is the name of what is encrypted: it stands in the header, readable for everybody and proven to whoever has the key.
*/
export const messageSealing = async (key: Uint8Array, artifact: string): Promise<Sealing> => {
	const material = await materialsManager(key).getEncryptionMaterials({suite, encryptionContext: {'neo4j-artifact': artifact}, commitmentPolicy});
	const messageId = Uint8Array.from(randomBytes(idBytes));
	const {getCipher, keyCommitment} = getEncryptHelper(material).getCipherInfo(messageId);
	const {encryptedDataKeys, encryptionContext} = material;
	const messageHeader = buildMessageHeader({
		suite, encryptedDataKeys, encryptionContext, messageId, frameLength, suiteData: keyCommitment!,
	});
	const encrypt = (iv: Uint8Array, context: Uint8Array, content: Uint8Array): readonly [content: Uint8Array, tag: Uint8Array] => {
		const cipher = getCipher(iv);
		cipher.setAAD(Buffer.from(context));
		const encrypted = Buffer.concat([cipher.update(Buffer.from(content)), cipher.final()]);
		return [encrypted, cipher.getAuthTag()];
	};

	const rawHeader = Buffer.from(serializeMessageHeader(messageHeader));
	const headerIv = headerAuthIv(ivBytes);
	const [, headerAuthTag] = encrypt(headerIv, rawHeader, new Uint8Array());
	const header = Buffer.concat([rawHeader, serializeMessageHeaderAuth({headerIv, headerAuthTag, messageHeader})]);
	return {
		size: plainBytes => header.length + plainBytes + (frameOverhead * Math.floor(plainBytes / frameLength)) + lastFrameOverhead,
		async * seal(source) {
			yield header;
			let sequence = 0;
			const frame = (chunk: Uint8Array, isLast: boolean): Uint8Array => {
				const iv = frameIv(ivBytes, ++sequence);
				const head = isLast ? finalFrameHeader(sequence, iv, chunk.length) : frameHeader(sequence, iv);
				return Buffer.concat([head, ...encrypt(iv, frameContext(messageHeader, {sequence, isLast, length: chunk.length}), chunk)]);
			};

			for await (const {chunk, isLast} of chunksOf(source, frameLength)) {
				const isFull = chunk.length === frameLength;
				yield frame(chunk, isLast && !isFull);
				if (isLast && isFull) {
					// The SDK for Python refuses a last frame that is full, although the format allows it.
					yield frame(new Uint8Array(), true);
				}
			}
		},
	};
};

/**
Decrypts such a file. Each frame is proven before it is given out; a file that is cut off, or to which something was added, fails at its end.
*/
export const openMessage = async function * (reader: ByteReader, key: Uint8Array): AsyncGenerator<Uint8Array> {
	const header = await readHeader(reader);
	const {messageHeader} = header;
	const getDecipher = await unlock(header, key);
	for (let sequence = 1, isLast = false; !isLast; sequence++) {
		const frame = await readFrameHead(reader, messageHeader.frameLength);
		if (frame.sequence !== sequence) {
			throw new DecryptionError(changed);
		}

		const content = await reader.take(frame.length);
		const tag = await reader.take(tagBytes);
		yield prove(getDecipher(frame.iv), {context: frameContext(messageHeader, frame), content, tag});
		({isLast} = frame);
	}

	const behind = await reader.peek(1);
	if (behind.length > 0) {
		throw new DecryptionError('something stands behind its end');
	}
};

const lastFrameMark: number = SequenceIdentifier.SEQUENCE_NUMBER_END;
const changed = 'it was altered';

const readHeader = async (reader: ByteReader): Promise<HeaderInfo> => {
	let header: HeaderInfo | undefined;
	const measure = (start: Uint8Array): number | undefined => {
		header = parseHeader(start);
		return header && header.headerLength + header.headerAuth.headerAuthLength;
	};

	try {
		await reader.takeMeasured(measure, maxHeaderBytes);
	} catch (error) {
		throw new DecryptionError('its header is damaged', {cause: error});
	}

	if (header?.algorithmSuite.id !== suite.id || header.messageHeader.contentType !== ContentType.FRAMED_DATA) {
		throw new DecryptionError('its header is cut off, or of a kind that no backup has');
	}

	return header;
};

const unlock = async ({messageHeader, headerAuth, rawHeader}: HeaderInfo, key: Uint8Array): Promise<GetDecipher> => {
	const {encryptedDataKeys, encryptionContext, messageId} = messageHeader;
	const material = await materialsManager(key).decryptMaterials({suite, encryptedDataKeys: [...encryptedDataKeys], encryptionContext}).catch((error: unknown) => {
		throw new DecryptionError('it was encrypted with another key, or its header was altered', {cause: error});
	});
	const {suiteData} = messageHeader as {suiteData?: Uint8Array};
	try {
		const getDecipher = getDecryptionHelper(material).getDecipherInfo(Uint8Array.from(messageId), suiteData);
		prove(getDecipher(headerAuth.headerIv), {context: rawHeader, content: new Uint8Array(), tag: headerAuth.headerAuthTag});
		return getDecipher;
	} catch (error) {
		throw new DecryptionError('its header was altered', {cause: error});
	}
};

const readFrameHead = async (reader: ByteReader, fullLength: number): Promise<Frame & {readonly iv: Uint8Array}> => {
	const first = await readNumber(reader);
	const isLast = first === lastFrameMark;
	const sequence = isLast ? await readNumber(reader) : first;
	const iv = await reader.take(ivBytes);
	const length = isLast ? await readNumber(reader) : fullLength;
	if (length > fullLength) {
		throw new DecryptionError(changed);
	}

	return {
		sequence, isLast, iv, length,
	};
};

const readNumber = async (reader: ByteReader): Promise<number> => Buffer.from(await reader.take(4)).readUInt32BE();

const prove = (decipher: ReturnType<GetDecipher>, {context, content, tag}: {readonly context: Uint8Array; readonly content: Uint8Array; readonly tag: Uint8Array}): Uint8Array => {
	try {
		decipher.setAAD(Buffer.from(context));
		decipher.setAuthTag(Buffer.from(tag));
		return Buffer.concat([decipher.update(Buffer.from(content)), decipher.final()]);
	} catch {
		throw new DecryptionError(changed);
	}
};
