import test from 'ava';
import {artifact, at, owner} from '../catalogue/history.ts';
import {createMemoryStore} from '../catalogue/memory-store.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type World,
} from './world.ts';
import {openRebuild} from '#shared/catalogue/attempt.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {endKey} from '#shared/catalogue/keys.ts';
import {refuseCatalogue, refuseClocks} from '#shared/retention/refusal.ts';
import {defaultLimits} from '#shared/retention/sweep-input.ts';
import {type Store, type StoredObject} from '#shared/stores/store.ts';

const full = (day: number): string => artifact(day).name;

/** A FULL with two differential backups, and a newer FULL that lets them expire. */
const oldChain = async (): Promise<{readonly world: World; readonly names: readonly string[]}> => {
	const world = await createWorld();
	const chain = [artifact(1), artifact(2, {full: false, lowestTx: 11, highestTx: 20}), artifact(3, {full: false, lowestTx: 21, highestTx: 30})];
	for (const [index, one] of chain.entries()) {
		await world.run(index + 1, [one]);
	}

	await world.run(4, [artifact(4)]);
	return {world, names: chain.map(({name}) => name)};
};

/** Marked, and past the grace. */
const ripe = async (days = 5): Promise<World> => {
	const world = await createWorld();
	await dailyFulls(world, days);
	await world.sweep({maxCount: 2});
	world.today += hour;
	return world;
};

/** The store as it is, but for what a listing of artifacts shows. */
const listingAs = (world: World, change: (page: readonly StoredObject[]) => readonly StoredObject[]): Store => {
	const store = world.open();
	return {
		...store,
		async * list(prefix: string) {
			for await (const page of store.list(prefix)) {
				yield prefix.startsWith('.') ? page : change(page);
			}
		},
	};
};

test('a chain of which one member is locked is not cut: nothing of it goes until the lock ends, and then all of it does', async t => {
	for (const member of [0, 1, 2]) {
		const {world, names} = await oldChain();
		const name = names[member]!;
		world.objects.set(name, {...world.objects.get(name)!, lock: {kind: 'retention', until: at(20)}});
		t.like(await sweepTwice(world, {maxCount: 1}), {reason: 'Locked', deletedCount: 0, failureCount: 1});
		t.is(world.files().length, 4);
		world.today = 21;
		t.like(await world.sweep({maxCount: 1}), {reason: 'Swept', deletedCount: 3});
	}
});

test('a chain of which one member has a hold is not cut either, until somebody lifts it', async t => {
	for (const member of [0, 1, 2]) {
		const {world, names} = await oldChain();
		const name = names[member]!;
		const {lock: _, ...free} = world.objects.get(name)!;
		world.objects.set(name, {...free, lock: {kind: 'hold'}});
		t.like(await sweepTwice(world, {maxCount: 1}), {reason: 'Locked', deletedCount: 0, failureCount: 1});
		t.is(world.files().length, 4);
		world.objects.set(name, free);
		world.today += 1;
		t.like(await world.sweep({maxCount: 1}), {reason: 'Swept', deletedCount: 3});
	}
});

test('a catalogue that names no owner is refused, also where nothing else is wrong with it', async t => {
	const store = createMemoryStore();
	await store.create(endKey, '{"version":1}');
	t.regex(refuseCatalogue(await readCatalogue(store), owner)?.message ?? '', /names no owner/v);
});

test('once the deadline is over nothing more is asked or begun', async t => {
	const world = await ripe();
	const outcome = await world.sweep({maxCount: 2}, {
		isOver: () => true,
		async changed() {
			t.fail('the CR was read for nothing');
			return undefined;
		},
	});
	t.is(outcome.reason, 'Interrupted');
});

test('a deadline that ends between two members of a chain leaves the rest to the next sweep', async t => {
	const {world, names} = await oldChain();
	await world.sweep({maxCount: 1});
	world.today += hour;
	const deadline = new AbortController();
	const first = await world.sweep({maxCount: 1}, {
		isOver: () => deadline.signal.aborted,
		faults: {
			after({method, keys}) {
				if (method === 'delete' && keys.includes(names[2]!)) {
					deadline.abort();
				}
			},
		},
	});
	t.like(first, {reason: 'Interrupted', deletedCount: 1});
	t.deepEqual(world.files(), [names[0]!, names[1]!, full(4)]);
	t.like(await world.sweep({maxCount: 1}), {reason: 'Swept', deletedCount: 2});
});

test('a listing that has grown old is made anew before the next batch, and what it shows by then stops the sweep', async t => {
	const world = await ripe();
	let milliseconds = 0;
	let looks = 0;
	const outcome = await world.sweep({maxCount: 2}, {
		limits: {...defaultLimits, batchSize: 1, deletesAtOnce: 1},
		localNow: () => new Date(at(world.today).getTime() + milliseconds),
		async changed() {
			if (++looks === 2) {
				milliseconds = 90_000;
				world.open().put(full(9), 100);
			}

			return undefined;
		},
	});
	t.like(outcome, {reason: 'Interrupted', deletedCount: 1});
	t.regex(outcome.message, /no manifest names/v);
});

test('a listing that is made anew and agrees lets the sweep go on, whatever it has deleted by then', async t => {
	const world = await ripe();
	let milliseconds = 0;
	const outcome = await world.sweep({maxCount: 2}, {
		limits: {...defaultLimits, batchSize: 1, deletesAtOnce: 1},
		localNow: () => new Date(at(world.today).getTime() + milliseconds),
		async changed() {
			milliseconds += 90_000;
			return undefined;
		},
	});
	t.like(outcome, {reason: 'Swept', deletedCount: 3});
});

test('a listing that is made anew and still shows the end of a chain, which has just gone, lets the rest of it go too', async t => {
	const {world, names} = await oldChain();
	await world.sweep({maxCount: 1});
	world.today += hour;
	let milliseconds = 0;
	const end = {key: names[2]!, size: 100, modified: at(3)};
	t.like(await world.sweep({maxCount: 1}, {
		store: listingAs(world, page => [...page.filter(({key}) => key !== end.key), end].toSorted((one, other) => one.key < other.key ? -1 : 1)),
		limits: {...defaultLimits, batchSize: 1, deletesAtOnce: 1},
		localNow: () => new Date(at(world.today).getTime() + milliseconds),
		async changed() {
			milliseconds += 90_000;
			return undefined;
		},
	}), {reason: 'Swept', deletedCount: 3});
});

test('a file that was missing and is there again stops every deletion once, and counts from then on', async t => {
	const world = await ripe();
	world.objects.delete(full(5));
	t.like(await world.sweep({maxCount: 2}), {reason: 'CatalogueContradicted', deletedCount: 0});
	world.open().put(full(5), 100);
	const outcome = await world.sweep({maxCount: 2});
	t.like(outcome, {reason: 'CatalogueContradicted', deletedCount: 0});
	t.regex(outcome.message, /was missing and is there again/v);
	t.like(await world.sweep({maxCount: 2}), {reason: 'Swept', deletedCount: 2, expiring: 1});
	t.deepEqual(world.files(), [full(3), full(4), full(5)]);
});

test('versions of a bucket go only where retention.versions says Delete', async t => {
	for (const versions of [undefined, 'Keep', 'Delete'] as const) {
		const world = await ripe();
		const store = world.open();
		const asked: unknown[] = [];
		const outcome = await world.sweep({maxCount: 2, ...versions && {versions}}, {
			store: {
				...store,
				async delete(keys, options) {
					asked.push(...keys.some(key => !key.startsWith('.')) ? [options?.versions] : []);
					return store.delete(keys, options);
				},
			},
		});
		t.is(outcome.deletedCount, 3);
		t.deepEqual(asked, [versions ?? 'Keep']);
	}
});

test('what was marked while the policy was enforced is not deleted any more once it is only planned', async t => {
	const world = await ripe();
	const before = world.files();
	const outcome = await world.sweep({maxCount: 2, mode: 'Plan'});
	t.like(outcome, {deletedCount: 0});
	t.deepEqual(world.files(), before);
});

test('while a lost catalogue is being rebuilt nothing is deleted', async t => {
	const world = await ripe();
	await openRebuild(world.open(), {runID: '20260109000000-0000abcd', startedAt: at(9).toISOString(), pod: 'pod'});
	const outcome = await world.sweep({maxCount: 2});
	t.like(outcome, {reason: 'AttemptOpen', deletedCount: 0});
	t.regex(outcome.message, /being rebuilt/v);
	t.is(world.files().length, 5);
});

test('clocks may be five minutes apart, and no more', t => {
	const now = at(1);
	for (const sign of [1, -1]) {
		const clock = (milliseconds: number) => new Date(now.getTime() + (sign * milliseconds));
		t.is(refuseClocks(now, clock(300_000), 'They'), undefined);
		t.is(refuseClocks(now, clock(300_001), 'They')?.reason, 'ClockSkewed');
	}
});

test('what a listing out of order lacks is not taken for missing', async t => {
	const world = await ripe();
	const outcome = await world.sweep({maxCount: 2}, {store: listingAs(world, page => page.filter(({key}) => key !== full(5)).toReversed())});
	t.is(outcome.reason, 'CatalogueContradicted');
	const {artifacts} = await readCatalogue(world.open());
	t.deepEqual(artifacts.map(({state}) => state), ['present', 'present', 'present', 'present', 'present']);
});

test('a file of the catalogue that goes while the sweep is at work stops every deletion', async t => {
	const world = await ripe();
	const outcome = await world.sweep({maxCount: 2}, {
		async changed() {
			world.objects.delete([...world.objects.keys()].find(key => key.includes('/runs/'))!);
			return undefined;
		},
	});
	t.like(outcome, {reason: 'Interrupted', deletedCount: 0});
});

test('what an earlier sweep deleted and a listing still shows keeps no later sweep from its work', async t => {
	const world = await ripe(3);
	t.like(await world.sweep({maxCount: 2}), {reason: 'Swept', deletedCount: 1});
	await world.run(4, [artifact(4)]);
	world.open().put(full(1), 100);
	t.like(await sweepTwice(world, {maxCount: 2}), {reason: 'Swept', deletedCount: 1});
	t.deepEqual(world.files(), [full(1), full(3), full(4)]);
});
