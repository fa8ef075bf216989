import {randomBytes} from 'node:crypto';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {
	failsWith, listKeys, listPages, openDisturbed, openFresh, type Declare, type ServerOf,
} from './fixture.ts';
import {type Store} from '#shared/stores/store.ts';

const inChunks = (bytes: Uint8Array, chunkBytes = 100_000): Readable =>
	Readable.from(Array.from({length: Math.ceil(bytes.length / chunkBytes)}, (_, index) => bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)));

const readText = async (store: Store, key: string): Promise<string> => new TextDecoder().decode(await store.read(key));

/**
What every store promises of writing, reading and copying.
*/
export const testWriting = (test: Declare, serverOf: ServerOf): void => {
	test('an object is created once, and not again', async t => {
		const store = await openFresh(t, serverOf());

		t.true(await store.create('index-1.json', '{"ü": 1}'));
		t.false(await store.create('index-1.json', 'another'));
		t.is(await readText(store, 'index-1.json'), '{"ü": 1}');
		t.true(await store.create('bytes', new Uint8Array([0, 255, 10, 13])));
		t.deepEqual(new Uint8Array((await store.read('bytes'))!), new Uint8Array([0, 255, 10, 13]));
	});

	test('of several who create the same object at once one succeeds', async t => {
		const store = await openFresh(t, serverOf());

		const results = await Promise.all(Array.from({length: 5}, async (_, index) => store.create('owner.json', `by ${index}`)));

		t.is(results.filter(Boolean).length, 1);
		t.is(await readText(store, 'owner.json'), `by ${results.indexOf(true)}`);
	});

	test('an object of no bytes is an object', async t => {
		const store = await openFresh(t, serverOf());
		await store.upload('uploaded', Readable.from([]), 0);
		t.true(await store.create('created', ''));

		for (const key of ['created', 'uploaded']) {
			const found = await store.stat(key);
			t.is(found?.size, 0);
			t.is(await readText(store, key), '');
			const downloaded = await buffer((await store.download(key))!);
			t.is(downloaded.length, 0);
		}

		t.deepEqual(await listKeys(store), ['created', 'uploaded']);
	});

	test('an object larger than one part comes back as it was', async t => {
		const server = serverOf();
		const store = await openFresh(t, server);
		const bytes = randomBytes(server.largeBytes);

		await store.upload('large', inChunks(bytes), bytes.length);

		const found = await store.stat('large');
		t.is(found?.size, bytes.length);
		t.true(bytes.equals(await buffer((await store.download('large'))!)));
	});

	test('an upload takes the place of what was there', async t => {
		const store = await openFresh(t, serverOf());
		await store.create('a', 'old');
		await store.upload('a', Readable.from([new TextEncoder().encode('new')]), 3);

		t.is(await readText(store, 'a'), 'new');
	});

	for (const [wrong, announced] of [['shorter', 1_000_001], ['longer', 999_999]] as const) {
		test(`a body that is ${wrong} than announced leaves nothing behind`, async t => {
			const store = await openFresh(t, serverOf());
			await failsWith(t, 'Unknown', store.upload('a', inChunks(randomBytes(1_000_000)), announced), {names: '1000'});

			t.deepEqual(await listKeys(store), []);
		});
	}

	test('a large body that breaks off leaves nothing behind', async t => {
		const server = serverOf();
		const store = await openFresh(t, server);
		const body = Readable.from((async function * () {
			yield randomBytes(server.largeBytes - 10);
			throw new Error('the disk is gone');
		})());
		await failsWith(t, 'Unknown', store.upload('a', body, server.largeBytes), {names: 'the disk is gone'});

		t.deepEqual(await listKeys(store), []);
	});

	test('an object too large to read whole is refused', async t => {
		const store = await openFresh(t, serverOf());
		await store.create('a', '0123456789');

		await failsWith(t, 'TooLarge', store.read('a', 9));
		const bytes = await store.read('a', 10);
		t.is(bytes?.length, 10);
	});

	test('a copy is made on the server', async t => {
		const store = await openFresh(t, serverOf());
		await store.create('a b+ü%/x', 'content');
		await store.copy('a b+ü%/x', 'archive/a b+ü%');

		t.is(await readText(store, 'archive/a b+ü%'), 'content');
		t.is(await readText(store, 'a b+ü%/x'), 'content');
		await failsWith(t, 'ObjectNotFound', store.copy('nothing', 'b'));
	});

	test('an object is moved on the server, and one that was moved already stays so', async t => {
		const store = await openFresh(t, serverOf());
		await store.create('a b+ü%', 'content');
		await store.move('a b+ü%', 'aside/a b+ü%');
		t.is(await readText(store, 'aside/a b+ü%'), 'content');
		t.is(await store.stat('a b+ü%'), undefined);
		await store.move('a b+ü%', 'aside/a b+ü%');
		t.is(await readText(store, 'aside/a b+ü%'), 'content');
		await failsWith(t, 'ObjectNotFound', store.move('nothing', 'aside/nothing'));
	});

	test('a move that was cut off after the copy is finished by another', async t => {
		const store = await openFresh(t, serverOf());
		await store.create('a', 'content');
		await store.copy('a', 'aside/a');
		await store.move('a', 'aside/a');
		t.deepEqual(await listKeys(store), ['aside/a']);
		t.is(await readText(store, 'aside/a'), 'content');
	});

	test('keys that stand for something else are refused before anything is sent', async t => {
		const store = await openFresh(t, serverOf());
		for (const key of ['', '/', '/a', 'a//b', '.', '..', '../a', 'a/../b', 'a/..', './a', 'a\0b', '\u{D800}']) {
			await failsWith(t, 'InvalidKey', store.stat(key));
			await failsWith(t, 'InvalidKey', store.create(key, ''));
			await failsWith(t, 'InvalidKey', store.upload(key, Readable.from([]), 0));
			await failsWith(t, 'InvalidKey', store.delete(['a', key]));
			await failsWith(t, 'InvalidKey', store.copy('a', key));
			await failsWith(t, 'InvalidKey', store.copy(key, 'a'));
		}
	});

	test('the store tells the time', async t => {
		const store = await openFresh(t, serverOf());
		const now = await store.now();
		t.true(Math.abs(now.getTime() - Date.now()) < 5000);
	});
};

/**
What every store with tiers promises of copies to one.
*/
export const testTiers = (test: Declare, serverOf: ServerOf): void => {
	test('a copy goes to another tier, the original stays where it is', async t => {
		const server = serverOf();
		const store = await openFresh(t, server);
		await store.create('a', 'content');
		const before = await store.stat('a');
		await store.copy('a', 'archive/a', {tier: server.tier!});

		const copy = await store.stat('archive/a');
		t.is(copy?.tier, server.tier);
		t.is(copy?.size, 7);
		t.deepEqual(await store.stat('a'), before);
		t.not(before?.tier, server.tier);
		const pages = await listPages(store, 'archive/');
		t.is(pages[0]?.[0]?.tier, server.tier);
	});

	test('what is archived gets the tier of the archive, where the store archives it', async t => {
		const store = await openFresh(t, serverOf());
		const {folder = '', tier} = store.archiving;
		await store.create('a', 'content');
		for (let again = 0; again < 2; again++) {
			await store.move('a', `${folder}a`, {tier: tier!});
			t.deepEqual(await listKeys(store), [`${folder}a`]);
			const moved = await store.stat(`${folder}a`);
			t.is(moved?.tier, tier);
		}
	});

	test('a tier that the store does not have is refused', async t => {
		const store = await openFresh(t, serverOf());
		await store.create('a', 'content');
		await failsWith(t, 'Unsupported', store.copy('a', 'b', {tier: 'PAPYRUS'}));
		t.deepEqual(await listKeys(store), ['a']);
	});
};

/**
What every store with a server promises of writes whose answers are lost.
*/
export const testDisturbedWriting = (test: Declare, serverOf: ServerOf, isWrite: {readonly method: string; readonly address: RegExp}): void => {
	test('a creation whose answer is lost is known as one\'s own', async t => {
		const {store, calm, proxy} = await openDisturbed(t, serverOf());
		proxy.inject({...isWrite, nth: 1, effect: 'lose'});

		t.true(await store.create('a', 'mine'));
		t.is(await readText(calm, 'a'), 'mine');
	});

	test('a creation that comes after another\'s is not one\'s own, also when it is tried again', async t => {
		const {store, calm, proxy} = await openDisturbed(t, serverOf());
		await calm.create('a', 'theirs');
		proxy.inject({nth: 1, effect: 'reset'});

		t.false(await store.create('a', 'mine'));
		t.is(await readText(calm, 'a'), 'theirs');
	});

	test('a large upload outlives a busy moment', async t => {
		const server = serverOf();
		const {store, calm, proxy} = await openDisturbed(t, server, {timeoutMs: 10_000});
		const bytes = randomBytes(server.largeBytes);
		proxy.inject({method: 'PUT', nth: 2, effect: {status: 503}});
		await store.upload('large', inChunks(bytes), bytes.length);

		t.true(bytes.equals(await buffer((await calm.download('large'))!)));
	});
};
