import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {buildDecrypt} from '@aws-crypto/decrypt-node';
import {buildEncrypt} from '@aws-crypto/encrypt-node';
import {AlgorithmSuiteIdentifier} from '@aws-crypto/material-management-node';
import {RawAesKeyringNode, RawAesWrappingSuiteIdentifier} from '@aws-crypto/raw-aes-keyring-node';
import {Decrypter, Encrypter} from 'age-encryption';
import test from 'ava';
import fc from 'fast-check';
import {decrypt} from '#shared/encryption/decrypt.ts';
import {encrypt} from '#shared/encryption/encrypt.ts';
import {parseEncryptionKey} from '#shared/encryption/key.ts';
import {type EncryptionAlgorithm} from '#shared/encryption/algorithm.ts';

const identity = 'AGE-SECRET-KEY-1ALD8SER6QH8D0W8NERWL7QLKKKGJ2P6MYNQYP5JJXYN27QH3EL6QA66WYZ';
const secrets: Readonly<Record<EncryptionAlgorithm, Uint8Array>> = {
	AES256: Buffer.from('00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef', 'hex'),
	ChaCha20: Buffer.from(`# created: 2026-11-20T02:00:00Z\n${identity}\n`),
};
const algorithms = Object.keys(secrets) as EncryptionAlgorithm[];
const frame = 64 * 1024;
const name = 'neo4j-2026-11-20T02-00-07.backup';

/** A stream that comes in pieces of these lengths, again and again. */
const pieces = (bytes: Uint8Array, lengths: readonly number[]): Readable => Readable.from((function * () {
	for (let start = 0, index = 0; start < bytes.length; index++) {
		const length = lengths[index % lengths.length]!;
		yield bytes.subarray(start, start + length);
		start += length;
	}
})(), {objectMode: false});

const seal = async (algorithm: EncryptionAlgorithm, plain: Uint8Array, lengths: readonly number[] = [frame]): Promise<Uint8Array> => {
	const key = await parseEncryptionKey(algorithm, secrets[algorithm], 'the key');
	const {body, size} = await encrypt(key, {name, size: plain.length, source: pieces(plain, lengths)});
	const sealed = await buffer(body);
	if (sealed.length !== size) {
		throw new Error(`${sealed.length} bytes where ${size} were announced`);
	}

	return sealed;
};

const open = async (algorithm: EncryptionAlgorithm, sealed: Uint8Array, lengths: readonly number[] = [frame]): Promise<Uint8Array> =>
	buffer(Readable.from(decrypt(pieces(sealed, lengths), secrets[algorithm], 'the key')));

/** Sizes about the borders of chunks and frames, and any others. */
const sizes = fc.oneof(
	fc.tuple(fc.nat({max: 3}), fc.integer({min: -33, max: 33})).map(([chunks, off]) => Math.max(0, (chunks * frame) + off)),
	fc.nat({max: 3 * frame}),
);
const lengths = fc.array(fc.integer({min: 7, max: 2 * frame}), {minLength: 1, maxLength: 4});

for (const algorithm of algorithms) {
	test(`${algorithm}: what is encrypted comes back the same, of any size, cut into any pieces, and has the size that was announced`, async t => {
		await t.notThrowsAsync(async () => fc.assert(fc.asyncProperty(sizes, lengths, lengths, async (size, before, after) => {
			const plain = randomBytes(size);
			const sealed = await seal(algorithm, plain, before);
			return plain.equals(await open(algorithm, sealed, after));
		}), {numRuns: 40}));
	});

	test(`${algorithm}: nothing of the content shows, and the same content never looks the same twice`, async t => {
		const plain = Buffer.from('a line that must not show\n'.repeat(1000));
		const [one, other] = [await seal(algorithm, plain), await seal(algorithm, plain)];
		t.false(Buffer.from(one).includes('a line that must not show'));
		t.notDeepEqual(one.subarray(-1000), other.subarray(-1000));
	});

	test(`${algorithm}: a file that was changed anywhere, cut off anywhere, or added to is refused`, async t => {
		const plain = randomBytes((2 * frame) + 100);
		const sealed = await seal(algorithm, plain);
		await fc.assert(fc.asyncProperty(fc.nat({max: sealed.length - 1}), fc.integer({min: 1, max: 255}), async (at, change) => {
			const altered = Buffer.from(sealed);
			altered[at] = (altered[at]! + change) % 256;
			await t.throwsAsync(open(algorithm, altered), undefined, `byte ${at}`);
		}), {numRuns: 60});
		// The header has up to 300 bytes, so that a border of chunks is somewhere behind each multiple.
		const borders = [frame, 2 * frame].flatMap(border => Array.from({length: 10}, (_, index) => border + (index * 33)));
		for (const length of [0, 1, 10, 100, ...borders.filter(border => border < sealed.length), sealed.length - 17, sealed.length - 16, sealed.length - 1]) {
			await t.throwsAsync(open(algorithm, sealed.subarray(0, length)), {message: /^decryption failed: /v}, `the first ${length} bytes`);
		}

		for (const extra of [1, 16, 100, frame + 16]) {
			await t.throwsAsync(open(algorithm, Buffer.concat([sealed, randomBytes(extra)])), {message: /^decryption failed: /v}, `${extra} bytes more`);
		}
	});

	test(`${algorithm}: a source that cannot be read to its end fails the encryption, and so does one that is given up`, async t => {
		const key = await parseEncryptionKey(algorithm, secrets[algorithm], 'the key');
		const failing = Readable.from((function * () {
			yield randomBytes(3 * frame);
			throw new Error('the disk is gone');
		})(), {objectMode: false});
		const {body} = await encrypt(key, {name, size: 10 * frame, source: failing});
		await t.throwsAsync(buffer(body), {message: /the disk is gone/v});
		const endless = Readable.from((function * () {
			for (;;) {
				yield randomBytes(frame);
			}
		})(), {objectMode: false});
		const given = await encrypt(key, {name, size: 10 * frame, source: endless});
		const reading = given.body[Symbol.asyncIterator]();
		await reading.next();
		await reading.return?.();
		await new Promise(resolve => {
			setImmediate(resolve);
		});
		t.true(endless.destroyed);
	});
}

test('another key opens neither format, and the message says so', async t => {
	const other = {AES256: randomBytes(32), ChaCha20: Buffer.from('AGE-SECRET-KEY-18APRM6QCMVKPYA0XM6PLTT2LDUPYGP5KHVE4TM0DWR208893TWKS0TJ49F')};
	for (const algorithm of algorithms) {
		const sealed = await seal(algorithm, randomBytes(1000));
		const opening = buffer(Readable.from(decrypt(pieces(sealed, [100]), other[algorithm], 'the key')));
		const error = await t.throwsAsync(opening, {message: /^decryption failed: it was encrypted (?:with another key|for other recipients)/v});
		t.false(error.message.includes(Buffer.from(other[algorithm]).toString('base64')));
	}
});

test('the library of the AWS Encryption SDK opens ours by the documented names, and finds the artifact in the context', async t => {
	const plain = randomBytes(frame + 1);
	const keyring = new RawAesKeyringNode({
		keyNamespace: 'neo4j-backup', keyName: 'key', unencryptedMasterKey: Uint8Array.from(secrets.AES256), wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
	});
	const {plaintext, messageHeader} = await buildDecrypt().decrypt(keyring, await seal('AES256', plain));
	t.deepEqual(plaintext, plain);
	t.deepEqual(messageHeader.encryptionContext, {'neo4j-artifact': name});
	const {result} = await buildEncrypt().encrypt(keyring, plain, {suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY});
	t.deepEqual(await open('AES256', result), plain);
});

test('a message never ends in a full frame, which the AWS Encryption SDK for Python refuses, but in an empty one after it', async t => {
	const [empty, full] = [await seal('AES256', new Uint8Array()), await seal('AES256', randomBytes(frame))];
	t.is(full.length - empty.length, frame + 32);
});

test('the library of age opens ours, and ours opens what it wrote, of any size', async t => {
	const key = await parseEncryptionKey('ChaCha20', secrets.ChaCha20, 'the key');
	const encrypter = new Encrypter();
	encrypter.addRecipient(key.algorithm === 'ChaCha20' ? key.recipients[0]! : '');
	const decrypter = new Decrypter();
	decrypter.addIdentity(identity);
	for (const size of [0, 1, frame - 1, frame, frame + 1, 2 * frame]) {
		const plain = randomBytes(size);
		t.deepEqual(Buffer.from(await decrypter.decrypt(await seal('ChaCha20', plain))), plain, `${size} bytes of ours`);
		t.deepEqual(await open('ChaCha20', await encrypter.encrypt(plain)), plain, `${size} bytes of theirs`);
	}
});
