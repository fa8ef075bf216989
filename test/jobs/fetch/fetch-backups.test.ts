import {Buffer} from 'node:buffer';
import {
	mkdir, readFile, rm, stat, truncate, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import test, {type ExecutionContext} from 'ava';
import {at} from '../../shared/catalogue/history.ts';
import {aesKey, createShelf, type Shelf} from './shelf.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

const diff = (days: number) => ({full: false, lowestTx: (days * 10) + 1, highestTx: (days + 1) * 10});

/** A FULL of the first day and a differential backup of the second. */
const twoOnTheShelf = async (t: ExecutionContext): Promise<{shelf: Shelf; names: readonly string[]}> => {
	const shelf = await createShelf(t);
	return {shelf, names: [await shelf.put(1, {highestTx: 20}), await shelf.put(2, diff(2))]};
};

const same = async (t: ExecutionContext, {fetched, contents}: Shelf, names: readonly string[]): Promise<void> => {
	const found = await fetched();
	t.deepEqual(Object.keys(found), [...names]);
	t.true(names.every(name => Buffer.compare(found[name]!, contents.get(name)!) === 0), 'byte for byte');
};

const refused = async (t: ExecutionContext, work: Promise<unknown>): Promise<string> => {
	const error = await t.throwsAsync(work, {instanceOf: ConfigurationError});
	return error.message;
};

test('a chain lies in the folder byte for byte, its pin is gone, and nothing else is there', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	const {databases} = await shelf.fetch();
	t.deepEqual(databases[0]?.files.map(({name, isNew}) => [name, isNew]), names.map(name => [name, true]));
	await same(t, shelf, names);
	t.deepEqual(await shelf.pins(), []);
	t.deepEqual(shelf.notes, []);
});

test('what is there already is not fetched again, and what an earlier attempt left half is', async t => {
	const {shelf, names: [full = '', last = '']} = await twoOnTheShelf(t);
	await shelf.fetch({wanted: {kind: 'artifact', name: full}});
	const {mtimeMs} = await stat(path.join(shelf.folder, full));
	await writeFile(path.join(shelf.folder, `${last}.being-fetched`), 'half of it');
	const {databases} = await shelf.fetch();
	t.deepEqual(databases[0]?.files.map(({isNew}) => isNew), [false, true]);
	const after = await stat(path.join(shelf.folder, full));
	t.is(after.mtimeMs, mtimeMs);
	await same(t, shelf, [full, last]);
});

test('encrypted artifacts are decrypted on the way, or stay as they are when that is asked for', async t => {
	const shelf = await createShelf(t);
	const name = await shelf.put(1, {}, await aesKey(7));
	const key = {material: new Uint8Array(32).fill(7), source: 'The key file key.bin'};
	await shelf.fetch({key});
	await same(t, shelf, [name]);
	const again = await shelf.fetch({key});
	t.deepEqual(again.databases[0]?.files.map(({isNew}) => isNew), [false]);
	await rm(shelf.folder, {recursive: true});
	await shelf.fetch({keepsEncrypted: true});
	t.deepEqual(Object.keys(await shelf.fetched()), [`${name}.aws-esdk`]);
});

test('a key that is missing or another one is refused before anything is read, with both fingerprints', async t => {
	const shelf = await createShelf(t);
	const right = await aesKey(7);
	const wrong = await aesKey(8);
	await shelf.put(1, {}, right);
	t.regex(await refused(t, shelf.fetch()), new RegExp(String.raw`\.aws-esdk is encrypted with AES256 for the key ${right.fingerprints[0]}: give the key`, 'v'));
	t.regex(await refused(t, shelf.fetch({key: {material: new Uint8Array(32).fill(8), source: 'The key file key.bin'}})), new RegExp(String.raw`was encrypted for the key ${right.fingerprints[0]}, and The key file key\.bin has the key ${wrong.fingerprints[0]}`, 'v'));
	t.deepEqual(await shelf.fetched(), {});
	t.deepEqual(await shelf.pins(), []);
});

test('an artifact that was altered in the store leaves no plain file', async t => {
	const shelf = await createShelf(t);
	const name = await shelf.put(1, {}, await aesKey(7));
	const file = path.join(shelf.location.root!, 'daily', `${name}.aws-esdk`);
	const content = await readFile(file);
	content.write('altered', content.length - 20);
	await writeFile(file, content);
	t.regex(await refused(t, shelf.fetch({key: {material: new Uint8Array(32).fill(7), source: 'The key'}})), /decryption failed: it was altered.*--keep-encrypted/v);
	t.deepEqual(await shelf.fetched(), {});
});

test('an artifact of another size than the catalogue says is refused, and leaves no file', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	await truncate(path.join(shelf.location.root!, 'daily', names[0]!), 100_000);
	const error = await t.throwsAsync(shelf.fetch(), {instanceOf: StoreError});
	t.regex(error.message, /has 100000 bytes, and the catalogue says that it has 200000/v);
	t.false(Object.keys(await shelf.fetched()).some(name => name.startsWith(names[0]!)));
	t.deepEqual(await shelf.pins(), []);
});

/** The store with another way to download. */
const downloading = (store: Store, download: Store['download']): Store => ({...store, download});

test('a download that breaks off is begun again, and an interrupted fetch is gone on with', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	const {store} = shelf;
	let broken = 0;
	const flaky = (times: number): Store => downloading(store, async key => {
		if (key !== names[1] || broken >= times) {
			return store.download(key);
		}

		broken++;
		return Readable.from((async function * () {
			yield new Uint8Array(1000);
			throw new StoreError('Unreachable', 'the download broke off');
		})());
	});
	await shelf.fetch({store: flaky(2)});
	t.is(broken, 2);
	await same(t, shelf, names);
	await rm(shelf.folder, {recursive: true});
	broken = 0;
	await t.throwsAsync(shelf.fetch({store: flaky(3)}), {instanceOf: StoreError});
	t.false(Object.keys(await shelf.fetched()).some(name => name.startsWith(names[1]!)));
	await shelf.fetch();
	await same(t, shelf, names);
});

test('a disk that is full says what to do, and how to go on', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	const {store} = shelf;
	const message = await refused(t, shelf.fetch({
		store: downloading(store, async key => key === names[1]
			? Readable.from((async function * () {
				yield new Uint8Array(10);
				throw Object.assign(new Error('no space left on device'), {code: 'ENOSPC'});
			})())
			: store.download(key)),
	}));
	t.regex(message, /is full \(ENOSPC\): make room, and fetch again: what is there already is not fetched anew/v);
	t.deepEqual(await shelf.pins(), []);
});

test('when one file fails the others are given up, and nothing is written behind the back of who is told', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	const {store} = shelf;
	const failed = Promise.withResolvers<void>();
	let isOver = false;
	await refused(t, shelf.fetch({
		store: downloading(store, async key => Readable.from((async function * () {
			if (key === names[1]) {
				yield new Uint8Array(10);
				failed.resolve();
				throw Object.assign(new Error('no space left on device'), {code: 'ENOSPC'});
			}

			try {
				await failed.promise;
				for (let piece = 0; piece < 2000; piece++) {
					yield new Uint8Array(10_000);
				}
			} finally {
				isOver = true;
			}
		})())),
	}));
	t.true(isOver);
});

test('a folder with other backups of the database, or with another file of the name, is refused', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	await mkdir(shelf.folder);
	const stranger = path.join(shelf.folder, 'neo4j-2020-01-01T00-00-00.backup');
	await writeFile(stranger, 'x');
	t.regex(await refused(t, shelf.fetch()), /holds neo4j-2020-01-01T00-00-00\.backup, which does not belong to what is fetched/v);
	await rm(stranger);
	await writeFile(path.join(shelf.folder, names[0]!), 'x');
	t.regex(await refused(t, shelf.fetch()), /with 1 bytes, and is not the one that has 200000 in the store/v);
	await rm(path.join(shelf.folder, names[0]!));
	await writeFile(path.join(shelf.folder, 'movies-2020-01-01T00-00-00.backup'), 'x');
	await t.notThrowsAsync(shelf.fetch());
});

test('of databases that are not named those are left out and told of which nothing can be restored, and system', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	await shelf.put(3, {database: 'broken', ...diff(3)});
	await shelf.put(4, {database: 'system'});
	const {leftOut} = await shelf.fetch();
	t.deepEqual(leftOut.map(({database, isProblem}) => [database, isProblem]), [['broken', true], ['system', false]]);
	await same(t, shelf, names);
	t.regex(await refused(t, shelf.fetch({databases: ['neo4j', 'broken']})), /^broken: none of its backups can be restored/v);
	const {databases} = await shelf.fetch({databases: ['system'], folder: `${shelf.folder}-2`});
	t.is(databases[0]?.selection.database, 'system');
});

test('a database, a run, an artifact or a catalogue that is not there is said to be none, with those that are', async t => {
	const {shelf} = await twoOnTheShelf(t);
	t.regex(await refused(t, shelf.fetch({databases: ['movies']})), /^movies: the catalogue in \S+ knows no such database; it knows neo4j$/v);
	t.regex(await refused(t, shelf.fetch({wanted: {kind: 'run', runID: '20200101000000-00000000'}})), /Run 20200101000000-00000000: there is nothing of it; there are backups of neo4j/v);
	t.regex(await refused(t, shelf.fetch({wanted: {kind: 'artifact', name: 'latest.backup'}})), /is no name of an artifact/v);
	const empty = await createShelf(t);
	t.regex(await refused(t, empty.fetch()), /There is no catalogue of backups in/v);
});

test('a dry run says what would be fetched, and writes nothing anywhere', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	const readOnly: Store = {
		...shelf.store,
		async create() {
			return t.fail('nothing is written');
		},
	};
	const {databases} = await shelf.fetch({isDryRun: true, store: readOnly});
	t.deepEqual(databases[0]?.files.map(({name, isNew}) => [name, isNew]), names.map(name => [name, undefined]));
	t.deepEqual(await shelf.fetched(), {});
});

test('an account that may only read fetches all the same, and it is said what that means', async t => {
	const {shelf, names} = await twoOnTheShelf(t);
	await shelf.fetch({
		store: {
			...shelf.store,
			async create() {
				throw new StoreError('AccessDenied', 'this identity may not do it.');
			},
		},
	});
	await same(t, shelf, names);
	t.regex(shelf.notes.join('\n'), /cannot be held, because this identity may not do it\. A sweep at the same time may delete it: with spec\.retention\.mode: Plan it does not/v);
});

test('while it works the pin names what is read, and is renewed in time', async t => {
	const {shelf} = await twoOnTheShelf(t);
	const seen: string[] = [];
	let days = 100;
	const {store} = shelf;
	await shelf.fetch({
		store: {
			...store,
			async create(key, body) {
				const {artifacts} = JSON.parse(String(body)) as {artifacts: readonly string[]};
				seen.push(`${key.slice(-6)} with ${artifacts.length}`);
				return store.create(key, body);
			},
		},
	}, {
		now: () => at(days),
		progress() {
			days += 0.2;
		},
	});
	t.deepEqual(seen.slice(0, 2), ['1.json with 2', '2.json with 2']);
	t.deepEqual(await shelf.pins(), []);
});
