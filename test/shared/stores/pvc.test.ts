import {Buffer} from 'node:buffer';
import {randomUUID} from 'node:crypto';
import {
	mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile,
} from 'node:fs/promises';
import {execFileSync} from 'node:child_process';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import test from 'ava';
import {
	failsWith, listKeys, listPages, openAt, openFresh, type StoreServer,
} from './contract/fixture.ts';
import {testStore} from './contract.ts';

let shared: StoreServer & {readonly root: string};

test.before(async () => {
	const root = await mkdtemp(path.join(await realpath(tmpdir()), 'claim-'));
	shared = {
		root,
		location: directory => ({type: 'pvc', path: directory, root}),
		credentials: {},
		wrongCredentials: {},
		// A page is of 1,000 files.
		listedObjects: 2001,
		deletedKeys: 2500,
		// There is a folder of that name then.
		cannotHold: ['x'],
		largeBytes: (2 * 1024 * 1024) + 1,
		stop: async () => rm(root, {recursive: true, force: true}),
	};
});

test.after.always(async () => {
	await shared.stop();
});

testStore(test.serial, () => shared, {
	has: {},
	missing: server => ({...server.location('daily'), root: '/no/such/claim'}),
});

const openFolder = async (t: Parameters<typeof openAt>[0]) => {
	const store = await openFresh(t, shared);
	await store.create('first', '');
	return {store, folder: path.join(shared.root, store.path)};
};

test.serial('the directory has the address that neo4j-admin takes', async t => {
	const store = await openAt(t, shared, {...shared.location('/backups//manual/'), root: '/backup/'});
	t.is(store.uri, '/backup/backups/manual/');
});

test.serial('objects are files below the folder, as neo4j-admin finds them', async t => {
	const {store, folder} = await openFolder(t);
	await store.create('.neo4j-backup/runs/1.json', '{}');
	t.is(await readFile(path.join(folder, '.neo4j-backup/runs/1.json'), 'utf8'), '{}');
	await writeFile(path.join(folder, 'neo4j.backup'), 'artifact');
	t.like(await store.stat('neo4j.backup'), {size: 8});
	t.deepEqual(await listKeys(store), ['.neo4j-backup/runs/1.json', 'first', 'neo4j.backup']);
});

test.serial('a claim has no tiers: a copy to one is refused', async t => {
	const {store} = await openFolder(t);
	await failsWith(t, 'Unsupported', store.copy('first', 'second', {tier: 'GLACIER'}));
	t.deepEqual(await listKeys(store), ['first']);
	const found = await store.stat('first');
	t.is(found?.tier, undefined);
});

test.serial('a name that ends with a slash, or is one of a folder, cannot be a file', async t => {
	const {store} = await openFolder(t);
	await failsWith(t, 'InvalidKey', store.create('folder/', ''));
	await failsWith(t, 'InvalidKey', store.create('first/second', ''));
	await store.create('folder/file', '');
	await failsWith(t, 'InvalidKey', store.create('folder', ''));
	await failsWith(t, 'InvalidKey', store.upload('folder', Readable.from([]), 0));
	t.is(await store.stat('folder'), undefined);
	t.deepEqual(await store.delete(['folder']), []);
	await failsWith(t, 'InvalidKey', store.create('x'.repeat(300), ''));
});

test.serial('a link is no object, and nothing goes through one', async t => {
	const {store, folder} = await openFolder(t);
	const outside = await mkdtemp(path.join(tmpdir(), 'outside-'));
	t.teardown(async () => rm(outside, {recursive: true}));
	await writeFile(path.join(outside, 'secret'), 'secret');
	await symlink(outside, path.join(folder, 'linked'));
	await symlink(path.join(outside, 'secret'), path.join(folder, 'file'));

	t.deepEqual(await listKeys(store), ['first']);
	await failsWith(t, 'AccessDenied', store.read('linked/secret'), {names: 'symbolic link'});
	await failsWith(t, 'AccessDenied', store.create('linked/new', ''));
	await failsWith(t, 'AccessDenied', store.create('linked/new/folder', ''));
	await failsWith(t, 'AccessDenied', store.read('file'));
	await failsWith(t, 'ObjectNotFound', store.copy('file', 'copied'));
	t.like(await store.delete(['linked/secret']), [{key: 'linked/secret', reason: 'AccessDenied'}]);
	await store.upload('file', Readable.from([]), 0);
	t.deepEqual(await readdir(outside), ['secret']);
	t.is(await readFile(path.join(outside, 'secret'), 'utf8'), 'secret');
	const beyond = await openAt(t, shared, shared.location(`${store.path}/linked`));
	await failsWith(t, 'AccessDenied', listKeys(beyond));
	await failsWith(t, 'AccessDenied', beyond.create('a', ''));
});

test.serial('a mount that is itself a link is a mount', async t => {
	const link = path.join(tmpdir(), `claim-link-${randomUUID()}`);
	await symlink(shared.root, link);
	t.teardown(async () => rm(link));
	const store = await openAt(t, shared, {...shared.location(`through-a-link-${randomUUID()}`), root: link});
	t.true(await store.create('a', 'content'));
	t.deepEqual(await listKeys(store), ['a']);
});

test.serial('a pipe is no object, and nobody waits for its writer', async t => {
	const {store, folder} = await openFolder(t);
	execFileSync('mkfifo', [path.join(folder, 'pipe')]);
	t.is(await store.read('pipe'), undefined);
	t.is(await store.stat('pipe'), undefined);
	t.deepEqual(await listKeys(store), ['first']);
});

test.serial('a file that is being written is not seen', async t => {
	const {store, folder} = await openFolder(t);
	const seen: unknown[] = [];
	const body = Readable.from((async function * () {
		yield new Uint8Array(10);
		const files = await readdir(folder);
		seen.push(files.length, await listKeys(store), await store.stat('new'));
		yield new Uint8Array(10);
	})());
	await store.upload('new', body, 20);

	t.deepEqual(seen, [2, ['first'], undefined]);
	t.deepEqual(await readdir(folder), ['first', 'new']);
});

test.serial('lost+found at the root of a claim is the file system\'s own', async t => {
	const root = await mkdtemp(path.join(await realpath(tmpdir()), 'claim-'));
	t.teardown(async () => rm(root, {recursive: true}));
	await mkdir(path.join(root, 'lost+found'));
	await mkdir(path.join(root, 'sub/lost+found'), {recursive: true});
	await writeFile(path.join(root, 'lost+found/a'), '');
	await writeFile(path.join(root, 'sub/lost+found/b'), '');
	const store = await openAt(t, shared, {...shared.location(''), root});
	t.deepEqual(await listKeys(store), ['sub/lost+found/b']);
});

test.serial('a folder that may not be written to says which rights are needed', async t => {
	// Nobody may make files there, whoever runs this.
	const store = await openAt(t, shared, {...shared.location('fs'), root: '/sys'});
	await failsWith(t, 'AccessDenied', store.create('a', ''), {names: 'fsGroup'});
});

test.serial('a file name that is not UTF-8 makes a listing doubtful', async t => {
	const {store, folder} = await openFolder(t);
	await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x62, 0xFF])]), '');
	await failsWith(t, 'DoubtfulAnswer', listPages(store), {names: 'not UTF-8'});
});

test.serial('a folder and files whose names begin alike are in the order of a bucket', async t => {
	const {store} = await openFolder(t);
	for (const key of ['a.txt', 'a/b', 'a-b', 'a/a/a', 'a0']) {
		await store.create(key, '');
	}

	t.deepEqual(await listKeys(store), ['a-b', 'a.txt', 'a/a/a', 'a/b', 'a0', 'first']);
	t.deepEqual(await listKeys(store, 'a/'), ['a/a/a', 'a/b']);
	t.deepEqual(await listKeys(store, '', 'a/a/a'), ['a/b', 'a0', 'first']);
});
