import {Buffer} from 'node:buffer';
import {
	copyFile, mkdtemp, readFile, rename, rm, writeFile, mkdir,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {artifact} from '../../shared/catalogue/history.ts';
import {aesKey, createShelf, type Shelf} from './shelf.ts';
import {runFetchJob} from '#jobs/fetch/fetch-job.ts';
import {silentLog} from '#shared/log.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';

const diff = (days: number) => ({full: false, lowestTx: (days * 10) + 1, highestTx: (days + 1) * 10});

const encryption = {algorithm: 'AES256', secretName: 'backup-key', secretKey: 'key'} as const;

type Change = Partial<RestoreJobSpec> & {readonly key?: Uint8Array; readonly environment?: NodeJS.ProcessEnv};

const start = async (t: ExecutionContext) => {
	const shelf = await createShelf(t);
	const folder = await mkdtemp(path.join(tmpdir(), 'fetch-job-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const log = path.join(folder, 'log');
	const run = async (name: string, {key, environment, ...change}: Change = {}) => {
		const keyFile = path.join(folder, 'key');
		await (key && writeFile(keyFile, key));
		await writeFile(log, '');
		const spec: RestoreJobSpec = {
			restore: 'neo4j/back', uid: 'uid', location: shelf.location, database: 'neo4j', wanted: {kind: 'artifact', name}, ...change,
		};
		const exit = await runFetchJob({
			RESTORE: JSON.stringify(spec), RESTORE_FOLDER: shelf.folder, TERMINATION_LOG: log, ENCRYPTION_KEY_FILE: keyFile, ...environment,
		}, {log: silentLog(), print: () => undefined});
		return {exit, message: await readFile(log, 'utf8')};
	};

	return {shelf, run};
};

const same = async (t: ExecutionContext, {fetched, contents}: Shelf, names: readonly string[]): Promise<void> => {
	const found = await fetched();
	t.deepEqual(Object.keys(found), [...names]);
	t.true(names.every(name => Buffer.compare(found[name]!, contents.get(name)!) === 0), 'byte for byte');
};

test('the chain that ends at the artifact is brought into the folder, whatever is newer, and no pin is written beside that of the restore', async t => {
	const {shelf, run} = await start(t);
	const names = [await shelf.put(1, {highestTx: 20}), await shelf.put(2, diff(2))];
	await shelf.put(3, diff(3));
	await shelf.put(4);
	t.deepEqual(await run(names[1]!), {exit: 0, message: ''});
	await same(t, shelf, names);
	t.deepEqual(await shelf.pins(), []);
});

test('an encrypted artifact comes decrypted, by the name that neo4j-admin gave it', async t => {
	const {shelf, run} = await start(t);
	const name = await shelf.put(1, {}, await aesKey(7));
	t.deepEqual(await run(`${name}.aws-esdk`, {encryption, key: new Uint8Array(32).fill(7)}), {exit: 0, message: ''});
	await same(t, shelf, [name]);
});

test('an artifact that no catalogue knows comes encrypted or not, with those before it that it may build on', async t => {
	const {shelf, run} = await start(t);
	const names = [await shelf.put(1), await shelf.put(2), await shelf.put(3)];
	const sealed = await shelf.put(4, {}, await aesKey(7));
	const directory = path.join(shelf.location.root!, 'daily');
	const foreign = {...shelf.location, path: 'foreign'};
	await mkdir(path.join(shelf.location.root!, 'foreign'));
	for (const name of [...names, `${sealed}.aws-esdk`]) {
		await copyFile(path.join(directory, name), path.join(shelf.location.root!, 'foreign', name));
	}

	t.deepEqual(await run(names[1]!, {location: foreign}), {exit: 0, message: ''});
	await same(t, shelf, names.slice(0, 2));
	await rm(shelf.folder, {recursive: true});
	t.deepEqual(await run(`${sealed}.aws-esdk`, {location: foreign, encryption, key: new Uint8Array(32).fill(7)}), {exit: 0, message: ''});
	await same(t, shelf, [sealed]);
	await rm(shelf.folder, {recursive: true});
	await rename(path.join(shelf.location.root!, 'foreign', names[2]!), path.join(shelf.location.root!, 'foreign/renamed'));
	t.deepEqual(await run('renamed', {location: foreign}), {exit: 0, message: ''});
	const found = await shelf.fetched();
	t.deepEqual(Object.keys(found), ['renamed']);
});

test('an archived chain is fetched from its archive, where the restore named it there', async t => {
	const {shelf, run} = await start(t);
	const names = [await shelf.put(1, {highestTx: 20}), await shelf.put(2, diff(2))];
	for (const name of names) {
		await shelf.store.move(name, `archive/${name}`);
	}

	t.deepEqual(await run(names[1]!, {location: {...shelf.location, path: 'daily/archive'}}), {exit: 0, message: ''});
	await same(t, shelf, names);
	await rm(shelf.folder, {recursive: true});
	const {exit, message} = await run(names[1]!);
	t.is(exit, 41);
	t.regex(message, /is archived\./v);
});

const failures: ReadonlyArray<readonly [string, Change, RegExp]> = [
	['an encrypted artifact without a key', {}, /is encrypted with AES256 for the key sha256:\w+: give the key that decrypts it/v],
	['a key that cannot be read', {encryption}, /^The key key of Secret backup-key cannot be read/v],
	['another key', {encryption, key: new Uint8Array(32).fill(8)}, /was encrypted for the key sha256:/v],
	['an artifact that is not there', {wanted: {kind: 'artifact', name: artifact(9).name}}, /^There is no backup at .*\/daily\/neo4j-2026-01-10T00-00-00\.backup/v],
	['a folder', {wanted: {kind: 'newest'}}, /is a folder: a restore fetches the one artifact that was resolved/v],
	['no folder to fill', {environment: {RESTORE_FOLDER: ''}}, /^RESTORE_FOLDER is not set/v],
	['no task', {environment: {RESTORE: ''}}, /^RESTORE is not set: this command runs inside the Pod of a restore/v],
];

for (const [title, change, expected] of failures) {
	test(`it fails for good, and leaves its reason as termination message: ${title}`, async t => {
		const {shelf, run} = await start(t);
		const name = await shelf.put(1, {}, await aesKey(7));
		const {exit, message} = await run(name, change);
		t.is(exit, 41);
		t.regex(message, expected);
		t.deepEqual(await shelf.fetched(), {});
	});
}
