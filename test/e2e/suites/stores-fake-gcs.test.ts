import {randomBytes} from 'node:crypto';
import {Readable} from 'node:stream';
import test from 'ava';
import pMap from 'p-map';
import {startFakeGcs, type FakeGcs} from '../stores/fake-gcs.ts';
import {gcsServerOf} from '../stores/under-test.ts';
import {openStore} from '#shared/stores/open.ts';
import {testStore} from '#test/shared/stores/contract.ts';
import {
	failsWith, listKeys, listPages, openDisturbed, openFresh, type StoreServer,
} from '#test/shared/stores/contract/fixture.ts';

let gcs: FakeGcs;
let server: StoreServer;

test.before(async () => {
	gcs = await startFakeGcs({buckets: [{name: 'plain'}, {name: 'versioned', versioned: true}]});
	server = gcsServerOf(gcs, {bucket: 'plain'});
});

test.after.always(async () => {
	await gcs.stop();
});

testStore(test.serial, () => server, {
	has: {
		tiers: 'fake-gcs-server copies into the class of the original',
		locks: 'fake-gcs-server stores retention policies and enforces none',
		refusals: 'fake-gcs-server knows no rights',
		network: {listing: /\/o\?/v, write: {method: 'POST', address: /^\/upload/v}},
	},
	cannot: {'a large upload outlives a busy moment': 'fake-gcs-server takes the question what it has for the end of the upload'},
	missing: ({location}) => ({...location('daily'), bucket: 'no-such-bucket'}),
});

test.serial('an upload that the server ends before it is whole fails, and no part of it stays', async t => {
	const {store, calm, proxy} = await openDisturbed(t, server);
	// The last of the three parts, so that nothing but the size of what came to be says that it is not whole.
	proxy.inject({method: 'PUT', nth: 3, effect: {status: 503}});
	const bytes = randomBytes(server.largeBytes);
	await failsWith(t, 'DoubtfulAnswer', store.upload('a', Readable.from([bytes]), bytes.length), {names: `1048576 of ${bytes.length} bytes`});
	t.deepEqual(await listKeys(calm), []);
});

test.serial('in a bucket with versioning a deletion leaves the generation, and the key can be created again', async t => {
	const store = await openFresh(t, gcsServerOf(gcs, {bucket: 'versioned'}));
	await store.create('a', 'first');
	t.deepEqual(await store.delete(['a']), []);
	t.deepEqual(await listKeys(store), []);
	t.true(await store.create('a', 'second'));
	t.false(await store.create('a', 'third'));
	const [generations] = await gcs.client.bucket('versioned').getFiles({prefix: `${store.path}/`, versions: true});
	t.is(generations.length, 2);
});

test.serial('pages of a thousand join without a gap, and another directory\'s keys are in none of them', async t => {
	const [store, neighbour] = await Promise.all(['pages/daily', 'pages/daily-2'].map(async directory => openStore(server.location(directory), {})));
	const keys = Array.from({length: 1001}, (_, index) => `db-${String(index).padStart(5, '0')}`);
	await neighbour!.create('a', '');
	await pMap(keys, async key => store!.upload(key, Readable.from([]), 0), {concurrency: 16});
	const pages = await listPages(store!);
	t.deepEqual(pages.map(page => page.length), [1000, 1]);
	t.deepEqual(pages.flat().map(({key}) => key), keys);
	t.deepEqual(await listKeys(store!, 'db-', 'db-00999'), keys.slice(1000));
	t.deepEqual(await store!.delete(keys), []);
	t.deepEqual(await listKeys(store!), []);
	t.deepEqual(await listKeys(neighbour!), ['a']);
});
