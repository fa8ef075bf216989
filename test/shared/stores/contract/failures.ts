import {Buffer} from 'node:buffer';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {
	failsWith, listKeys, openAt, openDisturbed, openFresh, type Declare, type Refusable, type ServerOf,
} from './fixture.ts';
import {type Store} from '#shared/stores/store.ts';

const operations: Readonly<Record<string, {readonly does: Refusable; readonly act: (store: Store) => Promise<unknown>}>> = {
	list: {does: 'list', act: async store => listKeys(store)},
	stat: {does: 'read', act: async store => store.stat('a')},
	read: {does: 'read', act: async store => store.read('a')},
	download: {does: 'read', act: async store => store.download('a')},
	create: {does: 'write', act: async store => store.create('b', 'text')},
	upload: {does: 'write', act: async store => store.upload('b', Readable.from([Buffer.from('text')]), 4)},
	copy: {does: 'write', act: async store => store.copy('a', 'b')},
};

/**
What every store promises when there is no such bucket or folder.
*/
export const testMissingBucket = (test: Declare, serverOf: ServerOf, isMissing: (server: ReturnType<ServerOf>) => Parameters<typeof openAt>[2]): void => {
	for (const [name, {act}] of Object.entries({...operations, delete: {act: async (store: Store) => store.delete(['a'])}})) {
		test(`${name} names the bucket that is missing`, async t => {
			const server = serverOf();
			const location = isMissing(server);
			const store = await openAt(t, server, location);
			await failsWith(t, 'BucketNotFound', act(store), {names: location.bucket ?? location.root!, credentials: server.credentials});
		});
	}
};

/**
What every store with a server promises when it is refused, misled or left alone.
*/
export const testRefusals = (test: Declare, serverOf: ServerOf): void => {
	for (const [name, {does, act}] of Object.entries(operations)) {
		test(`${name} without the right to it says which rights are needed`, async t => {
			const server = serverOf();
			const store = await openFresh(t, server, {secretName: 'backup-credentials'});
			await store.create('a', '');
			await server.refuse!(does, store.path, 'AccessDenied');
			const error = await failsWith(t, 'AccessDenied', act(store), {names: server.location('').bucket!, credentials: server.credentials});
			t.false(error?.retryable);
		});
	}
};

/**
What every store with credentials promises when they are wrong.
*/
export const testCredentials = (test: Declare, serverOf: ServerOf, cases: readonly string[]): void => {
	for (const wrong of cases) {
		for (const [name, {act}] of Object.entries(operations)) {
			test(`${name} with ${wrong} names the Secret`, async t => {
				const server = serverOf();
				const credentials = {...server.credentials, ...server.wrongCredentials[wrong]};
				const store = await openAt(t, server, server.location('contract/credentials'), {credentials, secretName: 'backup-credentials'});
				const error = await failsWith(t, 'CredentialsInvalid', act(store), {names: 'Secret backup-credentials', credentials});
				t.false(error?.retryable);
			});
		}
	}
};

/**
What every store with a server promises when the network or the server fails.
*/
export const testOutages = (test: Declare, serverOf: ServerOf): void => {
	for (const [name, {act}] of Object.entries(operations)) {
		test(`${name} gives up on a server that never answers`, async t => {
			const {store, proxy} = await openDisturbed(t, serverOf(), {timeoutMs: 150});
			proxy.inject({effect: 'hang'});
			const error = await failsWith(t, 'TimedOut', act(store), {names: proxy.url});
			t.true(error?.retryable);
		});

		test(`${name} says so when the server cannot be reached`, async t => {
			const server = serverOf();
			const {store, proxy} = await openDisturbed(t, server, {attempts: 1});
			await proxy.stop();
			const error = await failsWith(t, 'Unreachable', act(store), {names: proxy.url, credentials: server.credentials});
			t.true(error?.retryable);
		});

		test(`${name} gives up on a server that stays busy`, async t => {
			const {store, proxy} = await openDisturbed(t, serverOf(), {attempts: 2});
			proxy.inject({effect: {status: 503}});
			const error = await failsWith(t, 'Busy', act(store));
			t.true(error?.retryable);
		});
	}

	const effects: ReadonlyArray<readonly [string, 'reset' | {readonly status: number}]> = [['a cut connection', 'reset'], ['503', {status: 503}], ['429', {status: 429}], ['500', {status: 500}]];
	for (const [name, effect] of effects) {
		test(`one ${name} is tried again`, async t => {
			const {store, calm, proxy} = await openDisturbed(t, serverOf());
			await calm.create('a', 'content');
			proxy.inject({nth: 1, effect});
			t.is(new TextDecoder().decode(await store.read('a')), 'content');
			t.is(proxy.requests.filter(request => !request.includes('/token')).length, 2);
		});
	}

	test('a request is sent no more often than it was asked for', async t => {
		const {store, proxy} = await openDisturbed(t, serverOf(), {attempts: 2});
		proxy.inject({effect: {status: 503}});
		await failsWith(t, 'Busy', listKeys(store));
		t.is(proxy.requests.length, 2);
	});

	test('a download that stands still half way fails', async t => {
		const {store, calm, proxy} = await openDisturbed(t, serverOf(), {timeoutMs: 1000});
		const bytes = Buffer.alloc(200_000, 'x');
		await calm.upload('a', Readable.from([bytes]), bytes.length);
		proxy.inject({method: 'GET', effect: 'stall'});
		const body = await store.download('a');
		await failsWith(t, 'TimedOut', buffer(body!));
	});

	test('an end by the caller ends what is under way', async t => {
		const caller = new AbortController();
		const {store, proxy} = await openDisturbed(t, serverOf(), {signal: caller.signal, timeoutMs: 20_000});
		proxy.inject({effect: 'hang'});
		const listing = listKeys(store);
		setTimeout(() => {
			caller.abort();
		}, 50);
		const error = await failsWith(t, 'TimedOut', listing);
		t.regex(error?.message ?? '', /caller's own deadline/v);
	});

	test('the time is the store\'s, and a refusal tells it too', async t => {
		const {store, proxy} = await openDisturbed(t, serverOf());
		proxy.inject({effect: {status: 403, headers: {date: 'Wed, 21 Oct 2015 07:28:00 GMT'}}});
		const now = await store.now();
		t.is(now.toISOString().slice(0, 16), '2015-10-21T07:28');
	});
};
