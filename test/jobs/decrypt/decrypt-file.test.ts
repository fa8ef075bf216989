import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {
	mkdtemp, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {buffer, text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {type EncryptionAlgorithm} from '#shared/encryption/algorithm.ts';
import {encrypt} from '#shared/encryption/encrypt.ts';
import {parseEncryptionKey} from '#shared/encryption/key.ts';

const identity = 'AGE-SECRET-KEY-1ALD8SER6QH8D0W8NERWL7QLKKKGJ2P6MYNQYP5JJXYN27QH3EL6QA66WYZ';
const secrets = {AES256: randomBytes(32).toString('base64'), ChaCha20: identity} as const;
const program = path.join(import.meta.dirname, '../../../jobs/decrypt/main.ts');

type Answer = {readonly code: number; readonly output: Uint8Array; readonly errors: string};

const run = async (argv: readonly string[], {environment = {}, input}: {environment?: Record<string, string>; input?: string} = {}): Promise<Answer> => {
	const child = spawn(process.execPath, [program, ...argv], {env: {PATH: process.env['PATH'], ...environment}, stdio: 'pipe'});
	const [output, errors] = [buffer(child.stdout), text(child.stderr)];
	// A program that refuses its input early closes it.
	await pipeline(input === undefined ? Readable.from([]) : createReadStream(input), child.stdin).catch(() => undefined);
	const [code] = child.exitCode === null ? await once(child, 'close') as [number] : [child.exitCode];
	return {code, output: await output, errors: await errors};
};

const start = async (t: ExecutionContext, algorithm: EncryptionAlgorithm) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'decrypt-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const at = (name: string) => path.join(folder, name);
	const plain = randomBytes(300_000);
	const {body} = await encrypt(await parseEncryptionKey(algorithm, Buffer.from(secrets[algorithm]), 'the key'), {name: 'x', size: plain.length, source: Readable.from([plain], {objectMode: false})});
	const sealed = await buffer(body);
	await writeFile(at('sealed'), sealed);
	await writeFile(at('key'), secrets[algorithm]);
	return {
		folder, at, plain, sealed,
	};
};

for (const algorithm of ['AES256', 'ChaCha20'] as const) {
	test(`${algorithm}: from a file to a file, from a pipe to a pipe, and from a store`, async t => {
		const {folder, at, plain} = await start(t, algorithm);
		t.like(await run(['--key-file', at('key'), '--input', at('sealed'), '--output', at('plain')]), {code: 0, errors: ''});
		t.deepEqual(await readFile(at('plain')), plain);
		const piped = await run([], {environment: {ENCRYPTION_KEY_FILE: at('key')}, input: at('sealed')});
		t.is(piped.code, 0);
		t.deepEqual(piped.output, plain);
		const stored = await run(['--artifact', 'sealed'], {environment: {ENCRYPTION_KEY_FILE: at('key'), STORE_LOCATION: JSON.stringify({type: 'pvc', path: path.basename(folder), root: path.dirname(folder)})}});
		t.is(stored.errors, '');
		t.deepEqual(stored.output, plain);
	});

	test(`${algorithm}: a file that was cut off or altered is refused and leaves no plain file`, async t => {
		const {folder, at, sealed} = await start(t, algorithm);
		const altered = Uint8Array.from(sealed);
		altered.set([(altered.at(-1)! + 1) % 256], altered.length - 1);
		for (const bad of [sealed.subarray(0, -1), sealed.subarray(0, 200_000), altered]) {
			await writeFile(at('bad'), bad);
			const {code, errors} = await run(['--key-file', at('key'), '--input', at('bad'), '--output', at('plain')]);
			t.is(code, 41);
			t.regex(errors, /^decryption failed: /v);
			const files = await readdir(folder);
			t.deepEqual(files.toSorted(), ['bad', 'key', 'sealed']);
		}
	});
}

test('what cannot be is refused with the way out: no key, a key for reading that only encrypts, an output that is there, two inputs, no store', async t => {
	const {at} = await start(t, 'ChaCha20');
	const key = await parseEncryptionKey('ChaCha20', Buffer.from(identity), 'the key');
	await writeFile(at('public'), key.algorithm === 'ChaCha20' ? key.recipients.join('\n') : '');
	const refusals: ReadonlyArray<readonly [argv: readonly string[], message: RegExp]> = [
		[[], /give --key-file/v],
		[['--key-file', at('public'), '--input', at('sealed')], /only age recipients.*name the identity/v],
		[['--key-file', at('key'), '--input', at('sealed'), '--output', at('key')], /is there already/v],
		[['--key-file', at('key'), '--input', at('sealed'), '--artifact', 'x'], /two sources/v],
		[['--key-file', at('key'), '--artifact', 'x'], /STORE_LOCATION is not set/v],
		[['--key-file', at('key'), '--input', at('key')], /neither an age file nor/v],
		[['--key-file', at('key'), '--input', at('nothing')], /ENOENT/v],
	];
	for (const [argv, message] of refusals) {
		const {code, errors, output} = await run(argv);
		t.is(code, 41);
		t.regex(errors, message);
		t.false(errors.includes(identity));
		t.is(output.length, 0);
	}

	t.is(await readFile(at('key'), 'utf8'), identity);
});
