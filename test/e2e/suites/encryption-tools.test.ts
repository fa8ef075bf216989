import {execFile, type ExecFileOptions} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {
	cp, mkdir, mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {homedir, tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import test from 'ava';
import {type EncryptionAlgorithm} from '#shared/encryption/algorithm.ts';
import {encrypt} from '#shared/encryption/encrypt.ts';
import {parseEncryptionKey} from '#shared/encryption/key.ts';
import {toError} from '#shared/errors.ts';

const root = path.join(import.meta.dirname, '../../..');
const cache = path.join(homedir(), '.cache/neo4j-backup-functions/encryption-tools');
const execute = async (file: string, words: readonly string[], options: ExecFileOptions = {}): Promise<{readonly stdout: string}> => new Promise((resolve, reject) => {
	execFile(file, words, {...options, encoding: 'utf8'}, (error, stdout) => {
		if (error) {
			reject(toError(error));
			return;
		}

		resolve({stdout});
	});
});
const frame = 64 * 1024;
const sizes = [1, frame - 1, frame, frame + 1, (3 * frame) + 17];

const tool = (name: string): string => path.join(cache, 'bin', name);

/** The published tools, by the clients of their registries; what is there already is used. */
test.before(async t => {
	t.timeout(15 * 60_000);
	await mkdir(path.join(cache, 'bin'), {recursive: true});
	await execute('go', ['install', 'filippo.io/age/cmd/...@v1.2.1'], {env: {...process.env, GOBIN: path.join(cache, 'bin'), CGO_ENABLED: '0'}});
	await execute('python3', ['-m', 'venv', cache]);
	await cp(path.join(root, 'examples/aws-encryption-cli'), path.join(cache, 'plugin'), {recursive: true});
	await execute(tool('pip'), ['install', '--quiet', 'aws-encryption-sdk-cli==4.3.0', path.join(cache, 'plugin')]);
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
	const {stdout: identity} = await execute(tool('age-keygen'), []);
	const recipient = /age1\w+/v.exec(identity)![0];
	await withFiles('ChaCha20', recipient, async ({folder, sealed, plain}) => {
		await writeFile(path.join(folder, 'identity'), identity);
		await execute(tool('age'), ['--decrypt', '-i', path.join(folder, 'identity'), '-o', `${sealed}.plain`, sealed]);
		t.deepEqual(await readFile(`${sealed}.plain`), plain);
	});
});

test('[B-128] the AWS Encryption CLI with the plugin of the examples, and the script of the guide, open what was encrypted with a key in a file', async t => {
	t.timeout(5 * 60_000);
	const guide = await readFile(path.join(root, 'docs/encryption.md'), 'utf8');
	const script = /```python\n(?<code>.*?)```/sv.exec(guide)!.groups!['code']!;
	await withFiles('AES256', randomBytes(32).toString('base64'), async ({folder, sealed, plain}) => {
		const key = path.join(folder, 'key');
		await execute(tool('aws-encryption-cli'), ['--decrypt-unsigned', '--input', sealed, '--output', `${sealed}.cli`, '--wrapping-keys', 'provider=neo4j-backup', 'key=key', `file=${key}`, '--suppress-metadata']);
		t.deepEqual(await readFile(`${sealed}.cli`), plain);
		await writeFile(path.join(folder, 'decrypt.py'), script);
		await execute(tool('python'), [path.join(folder, 'decrypt.py'), key, sealed, `${sealed}.script`]);
		t.deepEqual(await readFile(`${sealed}.script`), plain);
	});
});
