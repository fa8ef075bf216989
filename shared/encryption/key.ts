import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {Decrypter, Encrypter, identityToRecipient} from 'age-encryption';
import {ConfigurationError} from '../errors.ts';
import {type EncryptionAlgorithm} from './algorithm.ts';

/**
A key that was read and found usable. `fingerprints` tell keys apart without telling anything of them.
*/
export type EncryptionKey
	= | {readonly algorithm: 'AES256'; readonly bytes: Uint8Array; readonly fingerprints: readonly string[]}
		| {
			readonly algorithm: 'ChaCha20';
			readonly recipients: readonly string[];
			/** What decrypts; none where the cluster holds public keys only. */
			readonly identities: readonly string[];
			readonly fingerprints: readonly string[];
		};

/**
Reads key material as a Secret or a file has it: for AES256 32 bytes, raw or as base64; for ChaCha20 age recipients or identities, one a line, as `age-keygen` writes them (decision D23). `source` says where it is from. Throws a ConfigurationError that names it and the way out, and never holds anything of the key.
*/
export const parseEncryptionKey = async (algorithm: EncryptionAlgorithm, material: Uint8Array, source: string): Promise<EncryptionKey> =>
	algorithm === 'AES256' ? aesKey(material, source) : ageKey(material, source);

const refused = (source: string, problem: string): ConfigurationError => new ConfigurationError(`${source} ${problem}`, 'EncryptionKeyInvalid');

const keyBytes = 32;

const aesKey = (material: Uint8Array, source: string): EncryptionKey => {
	const bytes = material.length === keyBytes ? Uint8Array.from(material) : fromBase64(Buffer.from(material).toString('latin1').trim());
	if (bytes?.length !== keyBytes) {
		const found = bytes ? `is base64 of ${bytes.length} bytes` : `has ${material.length} bytes that are not base64`;
		throw refused(source, `${found}: AES256 needs a key of 32 bytes, raw or as base64; make one with \`openssl rand -base64 32\``);
	}

	return {algorithm: 'AES256', bytes, fingerprints: [fingerprint(bytes)]};
};

const fromBase64 = (text: string): Uint8Array | undefined =>
	text !== '' && text.length % 4 === 0 && /^[\w+\/\-]+={0,2}$/v.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;

const ageKey = async (material: Uint8Array, source: string): Promise<EncryptionKey> => {
	const lines = Buffer.from(material).toString('utf8').split('\n').map(line => line.trim());
	const entries = lines.flatMap((line, index) => line === '' || line.startsWith('#') ? [] : [{line, place: `line ${index + 1}`}]);
	if (entries.length === 0) {
		throw refused(source, 'holds no key: ChaCha20 needs one or more age recipients (age1…) or an age identity (AGE-SECRET-KEY-1…), one a line; make one with `age-keygen`');
	}

	const recipients: string[] = [];
	const identities: string[] = [];
	for (const {line, place} of entries) {
		const isIdentity = line.startsWith('AGE-SECRET-KEY-');
		recipients.push(isIdentity ? await recipientOf(line, source, place) : checkedRecipient(line, source, place));
		identities.push(...isIdentity ? [line] : []);
	}

	return {
		algorithm: 'ChaCha20', recipients: [...new Set(recipients)], identities, fingerprints: [...new Set(recipients.map(recipient => fingerprint(Buffer.from(recipient))))],
	};
};

// The message of the library may quote what it was given: it is left out.
const recipientOf = async (identity: string, source: string, place: string): Promise<string> => {
	try {
		new Decrypter().addIdentity(identity);
		return await identityToRecipient(identity);
	} catch {
		throw refused(source, `has an age identity in ${place} that is damaged: copy the line AGE-SECRET-KEY-1… of the file that \`age-keygen\` wrote, whole`);
	}
};

const checkedRecipient = (recipient: string, source: string, place: string): string => {
	try {
		new Encrypter().addRecipient(recipient);
		return recipient;
	} catch {
		throw refused(source, `has something in ${place} that is neither an age recipient (age1…) nor an age identity (AGE-SECRET-KEY-1…); ChaCha20 takes these, one a line, and no passphrase`);
	}
};

/** As `sha256sum` prints it, its first 16 digits. */
const fingerprint = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
