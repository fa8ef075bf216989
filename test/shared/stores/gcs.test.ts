import {randomBytes} from 'node:crypto';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import test from 'ava';
import {
	failsWith, listKeys, openAt, openDisturbed, openFresh, type Refusable, type StoreServer,
} from './contract/fixture.ts';
import {testStore} from './contract.ts';
import {openGcs} from '#shared/stores/gcs.ts';
import {startGcs, type GcsOptions, type GcsServer} from '#local/stores/gcs.ts';
import {createServiceAccount} from '#local/stores/gcs/token.ts';

type GcsUnderTest = StoreServer & {readonly gcs: GcsServer};

const start = async (options: Partial<GcsOptions> = {}): Promise<GcsUnderTest> => {
	const gcs = await startGcs({buckets: ['backups'], pageSize: 5, ...options});
	const {token_uri: tokenAddress} = JSON.parse(gcs.serviceAccount) as {readonly token_uri: string};
	return {
		gcs,
		endpoint: gcs.endpoint,
		location: path => ({
			type: 'gcs', bucket: 'backups', path, endpointURL: gcs.endpoint,
		}),
		credentials: {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount},
		wrongCredentials: {'another account\'s key': {GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify({...createServiceAccount(), token_uri: tokenAddress})}},
		listedObjects: 13,
		deletedKeys: 100,
		async open(location, credentials, options) {
			const {timeoutMs = 20_000, attempts = 3, signal, secretName} = options ?? {};
			const limits = {timeoutMs, attempts, ...(signal && {signal})};
			return openGcs({
				location, credentials, limits, ...(secretName !== undefined && {secretName}),
			}, {chunkBytes: 512 * 1024, pageSize: 5});
		},
		largeBytes: (1024 * 1024) + 1,
		tier: 'ARCHIVE',
		async refuse(what, key, code) {
			const allow = gcs.refuse({prefix: key, operations: operationsOf[what], code});
			return async () => {
				allow();
			};
		},
		async lock(key, until) {
			gcs.lock('backups', key, until);
		},
		stop: gcs.stop,
	};
};

const operationsOf: Readonly<Record<Refusable, readonly string[]>> = {
	list: ['list'],
	read: ['get'],
	write: ['create'],
	delete: ['delete'],
};

let shared: GcsUnderTest;

test.before(async () => {
	shared = await start();
});

test.after.always(async () => {
	await shared.stop();
});

testStore(test.serial, () => shared, {
	has: {
		tiers: true,
		locks: true,
		refusals: true,
		wrongCredentials: ['another account\'s key'],
		network: {listing: /\/o\?/v, write: {method: 'POST', address: /^\/upload/v}},
	},
	missing: server => ({...server.location('daily'), bucket: 'no-such-bucket'}),
});

const startFor = async (t: Parameters<typeof openFresh>[0], options: Partial<GcsOptions>): Promise<GcsUnderTest> => {
	const server = await start(options);
	t.teardown(server.stop);
	return server;
};

test.serial('the directory has the address that neo4j-admin takes', async t => {
	const store = await openAt(t, shared, shared.location('daily/'));
	t.is(store.uri, 'gs://backups/daily/');
});

test.serial('the stand-in says what it is', async t => {
	const answer = await fetch(`${shared.gcs.endpoint}/storage/v1/b/backups`);
	t.regex(answer.headers.get('server') ?? '', /stand-in/v);
	t.is(answer.status, 401);
});

test.serial('a copy that takes several steps goes to its tier in each of them', async t => {
	const server = await startFor(t, {rewriteStepBytes: 4});
	const store = await openFresh(t, server);
	await store.create('a', '0123456789');
	await store.copy('a', 'b', {tier: 'COLDLINE'});
	t.like(await store.stat('b'), {size: 10, tier: 'COLDLINE'});
});

test.serial('a server that ignores conditions is asked first', async t => {
	const server = await startFor(t, {ignoresConditions: true});
	const store = await openFresh(t, server);
	t.true(await store.create('a', 'first'));
	t.false(await store.create('a', 'second'));
});

test.serial('an emulator is spoken to without a token when there are no credentials', async t => {
	const server = await startFor(t, {isOpen: true});
	const store = await openAt(t, server, server.location('daily'), {credentials: {}});
	t.true(await store.create('a', 'content'));
	t.deepEqual(await listKeys(store), ['a']);
});

test.serial('a server that wants a token says so to who has none', async t => {
	const store = await openAt(t, shared, shared.location('daily'), {credentials: {}});
	await failsWith(t, 'CredentialsInvalid', listKeys(store), {names: 'credentialsSecretRef'});
});

test.serial('a hold without an end is a lock without a date', async t => {
	const {store, calm, proxy} = await openDisturbed(t, shared);
	await calm.create('a', '');
	const message = 'Object \'backups/a\' is under active Temporary hold and cannot be deleted, overwritten or archived until hold is removed.';
	proxy.inject({method: 'DELETE', effect: {status: 403, headers: {'content-type': 'application/json'}, body: JSON.stringify({error: {code: 403, message, errors: [{reason: 'objectUnderActiveHold'}]}})}});
	const [failure] = await store.delete(['a']);
	t.is(failure?.reason, 'Locked');
	t.is(failure?.retryAfter, undefined);
});

const isForgotten = test.macro(async (t, status: number) => {
	const {store, proxy} = await openDisturbed(t, shared);
	proxy.inject({method: 'PUT', nth: 2, effect: {status}});
	const bytes = randomBytes(shared.largeBytes);
	const error = await failsWith(t, 'Unknown', store.upload('a', Readable.from([bytes]), bytes.length), {names: 'upload again'});
	t.true(error?.retryable);
	t.deepEqual(await listKeys(store), []);
});

const isNoListing = test.macro(async (t, body: string) => {
	const {store, proxy} = await openDisturbed(t, shared);
	proxy.inject({effect: {status: 200, headers: {'content-type': 'application/json'}, body}});
	await failsWith(t, 'DoubtfulAnswer', listKeys(store));
});

for (const body of ['{}', 'null', '[]', '{"kind": "storage#bucket"}', '{"kind": "storage#objects", "items": [{"name": "contract/a"}]}']) {
	test.serial(`${body} is no listing`, isNoListing, body);
}

test.serial('an upload in chunks outlives an answer that is lost, the last one too', async t => {
	const server = await startFor(t, {});
	const bytes = randomBytes(server.largeBytes);
	for (const nth of [1, 3]) {
		const {store, calm, proxy} = await openDisturbed(t, server);
		proxy.inject({method: 'PUT', nth, effect: 'lose'});
		await store.upload('a', Readable.from([bytes]), bytes.length);
		t.true(bytes.equals(await buffer((await calm.download('a'))!)));
	}

	t.is(server.gcs.openUploads(), 0);
});

for (const status of [404, 410]) {
	test.serial(`an upload that the server forgets (${status}) can be tried again as a whole`, isForgotten, status);
}

test.serial('an upload that the server ends before it is whole fails, and no part of it stays', async t => {
	const {store, calm, proxy} = await openDisturbed(t, shared);
	proxy.inject({method: 'PUT', nth: 2, effect: {status: 503}});
	proxy.inject({method: 'PUT', nth: 3, effect: {status: 200, headers: {'content-type': 'application/json'}, body: '{"kind": "storage#object", "size": "524288"}'}});
	await calm.create('a', 'a part');
	const bytes = randomBytes(shared.largeBytes);
	await failsWith(t, 'DoubtfulAnswer', store.upload('a', Readable.from([bytes]), bytes.length), {names: '524288 of 1048577 bytes'});
	t.deepEqual(await listKeys(calm), []);
});

test.serial('an upload in chunks that fails is taken back', async t => {
	const server = await startFor(t, {});
	const store = await openFresh(t, server);
	const body = Readable.from((async function * () {
		yield randomBytes(1024 * 1024);
		throw new Error('gone');
	})());
	await t.throwsAsync(store.upload('a', body, 2 * 1024 * 1024), {message: /gone/v});
	t.is(server.gcs.openUploads(), 0);
	t.deepEqual(server.gcs.objects('backups'), []);
});

test.serial('a missing object and a missing bucket are told apart also where the server\'s words are the same', async t => {
	const {store, proxy} = await openDisturbed(t, shared);
	proxy.inject({nth: 1, effect: {status: 404, body: 'Not Found'}});
	t.is(await store.stat('a'), undefined);
	const other = await openDisturbed(t, shared);
	other.proxy.inject({effect: {status: 404, headers: {'content-type': 'application/json'}, body: '{"error": {"code": 404, "message": "The specified bucket does not exist."}}'}});
	await failsWith(t, 'BucketNotFound', other.store.stat('a'));
});
