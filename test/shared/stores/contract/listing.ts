import pMap from 'p-map';
import {
	failsWith, listKeys, listPages, openAt, openDisturbed, openFresh, type Declare, type ServerOf,
} from './fixture.ts';
import {compareKeys} from '#shared/stores/keys.ts';

/**
Names that some client or server has mistaken for another one.
*/
export const oddKeys: readonly string[] = [
	'a b',
	'a+b',
	'a%b',
	'a%20b',
	'a&b=c',
	'a?b#c',
	'a;b,c',
	'a"b',
	'a\'b',
	'a<b>c',
	'a:b@c',
	'a[b]{c}',
	'a~b!c$d(e)*',
	'\u{FC}',
	'u\u{308}',
	'\u{1F600}',
	'数据',
	'\u{FF5E}',
	'with.dot',
	'trailing.',
	'..two',
	'.hidden',
	'x/y/z',
	'x-y',
	'x.y',
	'x',
	' leading',
	'inner  blanks',
	'UPPER',
	'upper',
];

/**
What every store promises of its listings.
*/
export const testListing = (test: Declare, serverOf: ServerOf): void => {
	test('a listing streams page by page, in the order of the keys, each object once', async t => {
		const server = serverOf();
		const store = await openFresh(t, server);
		const keys = Array.from({length: server.listedObjects}, (_, index) => `db-${String(index).padStart(5, '0')}`);
		await pMap(keys.toReversed(), async key => store.create(key, key), {concurrency: 16});

		const pages = await listPages(store);

		t.deepEqual(pages.flat().map(({key}) => key), keys);
		t.true(pages.length > 2);
		t.true(pages.every(page => page.length > 0));
		t.true(pages.flat().every(({key, size, modified}) => size === key.length && Math.abs(Date.now() - modified.getTime()) < 60_000));
		t.deepEqual(await listKeys(store, '', keys[server.listedObjects - 3]), keys.slice(-2));
		t.deepEqual(await listKeys(store, 'db-0000', 'db-00007'), ['db-00008', 'db-00009']);
	});

	test('odd names are listed, read and deleted as what they are', async t => {
		const server = serverOf();
		const store = await openFresh(t, server);
		const odd = oddKeys.filter(key => !server.cannotHold?.includes(key));
		await pMap(odd, async key => {
			t.true(await store.create(key, `of ${key}`), key);
		}, {concurrency: 8});

		const keys = await listKeys(store);

		t.deepEqual(keys, odd.toSorted(server.compare ?? compareKeys));
		await pMap(keys, async key => {
			const bytes = await store.read(key);
			t.is(new TextDecoder().decode(bytes), `of ${key}`);
			const found = await store.stat(key);
			t.is(found?.key, key);
		}, {concurrency: 8});
		t.deepEqual(await store.delete(keys), []);
		t.deepEqual(await listKeys(store), []);
	});

	test('a directory whose name begins with another\'s stays out of its listing', async t => {
		const server = serverOf();
		const {path} = await openFresh(t, server);
		const [daily, other, file] = await Promise.all([`${path}/daily`, `${path}/daily-2`, path].map(async directory => openAt(t, server, server.location(directory))));
		await daily!.create('a', 'of daily');
		await other!.create('a', 'of daily-2');
		await file!.create('daily.txt', 'beside them');

		t.deepEqual(await listKeys(daily!), ['a']);
		t.deepEqual(await listKeys(other!), ['a']);
		t.deepEqual(await listKeys(file!, 'daily-'), ['daily-2/a']);
		t.deepEqual(await daily!.delete(['a']), []);
		t.deepEqual(await listKeys(file!), ['daily-2/a', 'daily.txt']);
	});

	test('a prefix is text, not a folder', async t => {
		const store = await openFresh(t, serverOf());
		await pMap(['foo-1', 'foo-bar-1', 'foo/1', 'fo', 'sub/foo-1'], async key => store.create(key, ''), {concurrency: 5});

		t.deepEqual(await listKeys(store, 'foo'), ['foo-1', 'foo-bar-1', 'foo/1']);
		t.deepEqual(await listKeys(store, 'foo-'), ['foo-1', 'foo-bar-1']);
		t.deepEqual(await listKeys(store, 'foo/'), ['foo/1']);
		t.deepEqual(await listKeys(store, 'sub/fo'), ['sub/foo-1']);
		t.deepEqual(await listKeys(store, 'nothing'), []);
	});

	test('a directory that nobody has written to is empty', async t => {
		const store = await openFresh(t, serverOf());

		t.deepEqual(await listPages(store), []);
		t.is(await store.stat('a'), undefined);
		t.is(await store.read('a'), undefined);
		t.is(await store.download('a'), undefined);
		t.deepEqual(await store.delete(['a', 'b/c']), []);
	});

	test('the root of the bucket is a directory too', async t => {
		const server = serverOf();
		const {path} = await openFresh(t, server);
		const root = await openAt(t, server, server.location(''));
		await root.create(`${path}/a`, 'below the root');

		t.deepEqual(await listKeys(root, path), [`${path}/a`]);
		t.regex(root.uri, /[^\/]\/$/v);
	});
};

/**
What every store with a server promises of listings that are disturbed: an error, never part of the truth.
*/
export const testDisturbedListing = (test: Declare, serverOf: ServerOf, isListing: RegExp): void => {
	const openFilled = async (t: Parameters<typeof openDisturbed>[0]) => {
		const server = serverOf();
		const disturbed = await openDisturbed(t, server, {attempts: 1});
		await pMap(Array.from({length: server.listedObjects}), async (_, index) => disturbed.calm.create(`db-${String(index).padStart(5, '0')}`, ''), {concurrency: 16});
		return disturbed;
	};

	for (const nth of [1, 2]) {
		test(`a listing whose page ${nth} is cut short fails`, async t => {
			const {store, proxy} = await openFilled(t);
			proxy.inject({address: isListing, nth, effect: 'cut'});
			await failsWith(t, 'DoubtfulAnswer', listKeys(store));
		});
	}

	test('a listing that gets its first page twice fails', async t => {
		const {store, proxy} = await openFilled(t);
		proxy.inject({address: isListing, nth: 2, effect: 'repeat'});
		await failsWith(t, 'DoubtfulAnswer', listKeys(store));
	});

	test('a listing whose second page fails has shown its first page, and fails', async t => {
		const {store, proxy} = await openFilled(t);
		proxy.inject({address: isListing, nth: 2, effect: {status: 503}});
		const shown: string[] = [];
		await failsWith(t, 'Busy', (async () => {
			for await (const page of store.list('')) {
				shown.push(...page.map(({key}) => key));
			}
		})());
		t.is(shown[0], 'db-00000');
	});

	test('an answer that is not the store\'s is no empty listing', async t => {
		const {store, proxy} = await openDisturbed(t, serverOf(), {attempts: 1});
		proxy.inject({effect: {status: 200, headers: {'content-type': 'text/html'}, body: '<html><body>Sign in</body></html>'}});
		await failsWith(t, 'DoubtfulAnswer', listKeys(store));
	});

	test('an empty answer is no empty listing', async t => {
		const {store, proxy} = await openDisturbed(t, serverOf(), {attempts: 1});
		proxy.inject({effect: {status: 200}});
		await failsWith(t, 'DoubtfulAnswer', listKeys(store));
	});
};
