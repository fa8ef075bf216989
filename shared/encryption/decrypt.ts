import {Buffer} from 'node:buffer';
import {ConfigurationError} from '../errors.ts';
import {ageStart, openAge} from './age.ts';
import {type EncryptionAlgorithm} from './algorithm.ts';
import {messageStart, openMessage} from './aws-esdk.ts';
import {byteReader} from './chunks.ts';
import {DecryptionError} from './decryption-error.ts';
import {parseEncryptionKey} from './key.ts';

/**
Decrypts a file of either format, which it tells by its first bytes, in bounded memory. What comes out is proven chunk by chunk; only when the stream has ended well is the file known to be whole. `source` says where the key is from. Throws a DecryptionError for a file that this key does not open, a ConfigurationError for a key that can open none.
*/
export const decrypt = async function * (file: AsyncIterable<Uint8Array>, material: Uint8Array, source: string): AsyncGenerator<Uint8Array> {
	const reader = byteReader(file);
	try {
		const algorithm = formatOf(await reader.peek(ageStart.length));
		const key = await parseEncryptionKey(algorithm, material, source);
		yield * key.algorithm === 'AES256' ? openMessage(reader, key.bytes) : openAge(reader, identitiesOf(key.identities, source));
	} finally {
		await reader.close();
	}
};

const identitiesOf = (identities: readonly string[], source: string): readonly string[] => {
	if (identities.length === 0) {
		throw new ConfigurationError(`${source} holds only age recipients, which encrypt and do not decrypt: name the identity (AGE-SECRET-KEY-1…)`, 'EncryptionKeyInvalid');
	}

	return identities;
};

const formatOf = (start: Uint8Array): EncryptionAlgorithm => {
	if (startsWith(start, ageStart)) {
		return 'ChaCha20';
	}

	if (startsWith(start, messageStart)) {
		return 'AES256';
	}

	throw new DecryptionError('it is neither an age file nor an unsigned message of the AWS Encryption SDK');
};

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean => Buffer.compare(bytes.subarray(0, start.length), start) === 0;
