import {randomBytes} from 'node:crypto';
import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import test from 'ava';
import {encryptionTools, type EncryptionTools} from '../encryption-tools.ts';
import {run} from '../stores/run.ts';
import {type EncryptionAlgorithm} from '#shared/encryption/algorithm.ts';
import {encrypt} from '#shared/encryption/encrypt.ts';
import {parseEncryptionKey} from '#shared/encryption/key.ts';

const root = path.join(import.meta.dirname, '../../..');
const frame = 64 * 1024;
const sizes = [1, frame - 1, frame, frame + 1, (3 * frame) + 17];

let tools: EncryptionTools;

test.before(async t => {
	t.timeout(15 * 60_000);
	tools = await encryptionTools();
});

type Files = {readonly folder: string; readonly sealed: string; readonly plain: Uint8Array};

const withFiles = async (algorithm: EncryptionAlgorithm, key: string, check: (files: Files) => Promise<void>): Promise<void> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'tools-'));
	try {
		for (const size of sizes) {
			const plain = randomBytes(size);
			const {body} = await encrypt(await parseEncryptionKey(algorithm, new TextEncoder().encode(key), 'the key'), {name: 'neo4j.backup', size, source: Readable.from([plain], {objectMode: false})});
			const sealed = path.join(folder, `sealed-${size}`);
			await writeFile(sealed, await buffer(body));
			await writeFile(path.join(folder, 'key'), key);
			await check({folder, sealed, plain});
		}
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

test('[B-128] the command age opens what was encrypted for the recipient that age-keygen made', async t => {
	t.timeout(5 * 60_000);
	const identity = await run([tools.ageKeygen]);
	const recipient = /age1\w+/v.exec(identity)![0];
	await withFiles('ChaCha20', recipient, async ({folder, sealed, plain}) => {
		await writeFile(path.join(folder, 'identity'), identity);
		await run([tools.age, '--decrypt', '-i', path.join(folder, 'identity'), '-o', `${sealed}.plain`, sealed]);
		t.deepEqual(await readFile(`${sealed}.plain`), plain);
	});
});

test('[B-128] the AWS Encryption CLI with the plugin of the examples, and the script of the guide, open what was encrypted with a key in a file', async t => {
	t.timeout(5 * 60_000);
	const guide = await readFile(path.join(root, 'docs/encryption.md'), 'utf8');
	const script = /```python\n(?<code>.*?)```/sv.exec(guide)!.groups!['code']!;
	await withFiles('AES256', randomBytes(32).toString('base64'), async ({folder, sealed, plain}) => {
		const key = path.join(folder, 'key');
		await run([...tools.awsEncryptionCli, '--decrypt-unsigned', '--input', sealed, '--output', `${sealed}.cli`, '--wrapping-keys', 'provider=neo4j-backup', 'key=key', `file=${key}`, '--suppress-metadata']);
		t.deepEqual(await readFile(`${sealed}.cli`), plain);
		await writeFile(path.join(folder, 'decrypt.py'), script);
		await run([tools.python, path.join(folder, 'decrypt.py'), key, sealed, `${sealed}.script`]);
		t.deepEqual(await readFile(`${sealed}.script`), plain);
	});
});
