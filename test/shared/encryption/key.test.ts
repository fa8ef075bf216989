import {Buffer} from 'node:buffer';
import {createHash, randomBytes} from 'node:crypto';
import test from 'ava';
import {type EncryptionAlgorithm} from '#shared/encryption/algorithm.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {parseEncryptionKey} from '#shared/encryption/key.ts';

const source = 'key key of Secret backup-encryption-key';
const identity = 'AGE-SECRET-KEY-1ALD8SER6QH8D0W8NERWL7QLKKKGJ2P6MYNQYP5JJXYN27QH3EL6QA66WYZ';
const bytes = randomBytes(32);

test('for AES256 a key is 32 bytes, raw or as base64, whatever line end an editor left', async t => {
	for (const material of [bytes, bytes.toString('base64'), `${bytes.toString('base64')}\n`, bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')]) {
		const key = await parseEncryptionKey('AES256', Buffer.from(material), source);
		t.true(key.algorithm === 'AES256' && bytes.equals(key.bytes));
		t.deepEqual(key.fingerprints, [`sha256:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`]);
	}
});

test('for ChaCha20 a key is what age-keygen writes, recipients alone, or both, and each recipient counts once', async t => {
	const file = `# created: 2026-11-20T02:00:00Z\n# public key: whatever\n${identity}\n`;
	const ofIdentity = await parseEncryptionKey('ChaCha20', Buffer.from(file), source);
	t.like(ofIdentity, {identities: [identity]});
	const recipient = ofIdentity.algorithm === 'ChaCha20' ? ofIdentity.recipients[0]! : '';
	t.regex(recipient, /^age1/v);
	const ofRecipient = await parseEncryptionKey('ChaCha20', Buffer.from(`\n${recipient}\r\n`), source);
	t.like(ofRecipient, {recipients: [recipient], identities: [], fingerprints: [...ofIdentity.fingerprints]});
	const ofBoth = await parseEncryptionKey('ChaCha20', Buffer.from(`${recipient}\n${identity}`), source);
	t.like(ofBoth, {recipients: [recipient], identities: [identity]});
});

const refusals: ReadonlyArray<readonly [algorithm: EncryptionAlgorithm, material: string | Uint8Array, problem: RegExp]> = [
	['AES256', '', /has 0 bytes/v],
	['AES256', randomBytes(16).toString('base64'), /is base64 of 16 bytes/v],
	['AES256', randomBytes(33), /has 33 bytes that are not base64|is base64 of \d+ bytes/v],
	['AES256', randomBytes(32).toString('hex'), /is base64 of 48 bytes/v],
	['AES256', 'a passphrase that somebody thought of', /has 37 bytes that are not base64/v],
	['AES256', identity, /needs a key of 32 bytes/v],
	['ChaCha20', '', /holds no key/v],
	['ChaCha20', '# only a comment\n\n', /holds no key/v],
	['ChaCha20', randomBytes(32).toString('base64'), /line 1 that is neither an age recipient/v],
	['ChaCha20', 'a passphrase', /no passphrase/v],
	['ChaCha20', 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq', /line 1 that is neither/v],
	['ChaCha20', `# key\n${identity.slice(0, -1)}Q`, /age identity in line 2 that is damaged/v],
	['ChaCha20', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ', /neither an age recipient/v],
];

for (const [index, [algorithm, material, problem]] of refusals.entries()) {
	test(`${algorithm}: key ${index} that cannot be used is refused, with Secret and key named, and nothing of it shown`, async t => {
		const error = await t.throwsAsync(parseEncryptionKey(algorithm, Buffer.from(material), source), {instanceOf: ConfigurationError, message: problem});
		t.is(error.reason, 'EncryptionKeyInvalid');
		t.true(error.message.startsWith(`${source} `));
		t.false(material.length > 0 && error.message.includes(String(material)));
	});
}
