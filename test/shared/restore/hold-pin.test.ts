import test from 'ava';
import {artifact, at, owner} from '../catalogue/history.ts';
import {createMemoryStore, type MemoryOptions} from '../catalogue/memory-store.ts';
import {openDirectory} from '#shared/catalogue/directory.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {holdPin} from '#shared/restore/hold-pin.ts';
import {StoreError} from '#shared/stores/store.ts';

const day = 24 * 60 * 60_000;

const start = async (options: MemoryOptions = {}) => {
	const clock = {days: 1};
	const store = createMemoryStore({...options, now: () => at(clock.days)});
	await claimDirectory(store, owner);
	const hold = async () => holdPin(store, {id: '0123456789abcdef', holder: 'laptop:/tmp/restore', artifacts: [artifact(1).name]}, {now: () => at(clock.days), lifetimeMs: day});
	const pins = async () => {
		const {pins: found} = await openDirectory(store);
		return found;
	};

	return {
		clock, store, hold, pins,
	};
};

test('a pin says what it holds, for whom and until when, and is gone once it is released', async t => {
	const {hold, pins} = await start();
	const {release, problem} = await hold();
	t.is(problem, undefined);
	t.deepEqual(await pins(), [{
		key: '.neo4j-backup/pins/fetch-0123456789abcdef-1.json', purpose: 'fetch', restore: 'laptop:/tmp/restore', artifacts: [artifact(1).name], createdAt: at(1).toISOString(), expiresAt: at(2).toISOString(),
	}]);
	await release();
	t.deepEqual(await pins(), []);
});

test('it is renewed when half of its time is over, by another file beside it, so that there is always one', async t => {
	const seen: string[] = [];
	const {clock, hold, pins} = await start({
		after({method, keys}) {
			if (keys[0]?.includes('/pins/fetch')) {
				seen.push(`${method} ${keys[0].at(-6)}`);
			}
		},
	});
	const {renew, release} = await hold();
	clock.days = 1.4;
	await renew();
	t.deepEqual(seen, ['create 1']);
	clock.days = 1.5;
	await Promise.all([renew(), renew()]);
	t.deepEqual(seen, ['create 1', 'create 2', 'delete 1']);
	const found = await pins();
	t.deepEqual(found.map(({expiresAt}) => expiresAt), [at(2.5).toISOString()]);
	await release();
	t.deepEqual(await pins(), []);
});

test('an account that may not write is told so, and what it does goes on', async t => {
	const {hold, pins, clock} = await start({fault: ({method, keys}) => method === 'create' && keys[0]?.includes('/pins/') ? 'denied' : undefined});
	const {problem, renew, release} = await hold();
	t.is(problem?.code, 'AccessDenied');
	clock.days = 3;
	await renew();
	await release();
	t.deepEqual(await pins(), []);
});

test('a store that does not answer is no account without rights', async t => {
	const {hold} = await start({fault: ({method, keys}) => method === 'create' && keys[0]?.includes('/pins/') ? 'busy' : undefined});
	await t.throwsAsync(hold(), {instanceOf: StoreError});
});

test('a pin that may not be removed is left to expire', async t => {
	const {hold, pins} = await start({fault: ({method}) => method === 'delete' ? 'denied' : undefined});
	const {release} = await hold();
	await release();
	const found = await pins();
	t.is(found.length, 1);
});

test('a renewal that fails is tried again, and what is read goes on', async t => {
	let fails = false;
	const {hold, pins, clock} = await start({fault: ({method}) => method === 'create' && fails ? 'busy' : undefined});
	const {renew} = await hold();
	clock.days = 1.5;
	fails = true;
	await renew();
	fails = false;
	await renew();
	clock.days = 1.6;
	await renew();
	const found = await pins();
	t.deepEqual(found.map(({expiresAt}) => expiresAt), [at(2.6).toISOString()]);
});
