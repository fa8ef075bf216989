import test from 'ava';
import {
	artifact, at, manifest, owner,
} from '../catalogue/history.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type SweepOptions, type World,
} from './world.ts';
import {openAttempt} from '#shared/catalogue/attempt.ts';
import {foldAt} from '#shared/catalogue/fold.ts';
import {indexKey, quarantineKey} from '#shared/catalogue/keys.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {type SweepResult} from '#shared/events/swept-parts.ts';
import {defaultLimits} from '#shared/retention/sweep-input.ts';

const fulls = (...days: readonly number[]): readonly string[] => days.map(day => artifact(day).name).toSorted();

/** The keys of all that sweeps write but their records, with what is in there. */
const catalogueOf = ({objects}: World): ReadonlyMap<string, unknown> =>
	new Map([...objects].filter(([key]) => key.startsWith('.') && !key.includes('/sweeps/')).map(([key, {text}]) => [key, text]));

/** By the clock of this sweep it is so many days later: API server, store and machine agree on it. */
const ahead = (world: World, days: number, faults: SweepOptions['faults'] = {}): SweepOptions => {
	const now = () => at(world.today + days);
	return {store: {...world.open(faults), now: async () => now()}, now: async () => now(), localNow: now};
};

test('a sweep that only plans writes nothing but the plan, however much of the catalogue there is to look after', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	// Two indexes, so that files may go, and then many manifests, so that a third one is due.
	await sweepTwice(world, {maxCount: 2});
	for (let number = 0; number < foldAt; number++) {
		const days = 4 + (number * hour);
		await world.run(days, [artifact(days)]);
	}

	const before = catalogueOf(world);
	t.like(await world.sweep({maxCount: 2, mode: 'Plan'}), {reason: 'Planned'});
	t.deepEqual(catalogueOf(world), before);
	await world.sweep({maxCount: 2});
	t.notDeepEqual(catalogueOf(world), before, 'one that enforces the policy does');
});

test('a sweep that only plans shows every database, also those that no other sweep would look at, and says of none that it is marked', async t => {
	const world = await createWorld();
	const databases = ['one', 'other'];
	for (const day of [1, 2, 3]) {
		await world.run(day, databases.map(database => artifact(day, {database})));
	}

	await sweepTwice(world, {maxCount: 2});
	await world.sweep({maxCount: 2});
	const told: SweepResult[] = [];
	const outcome = await world.sweep({maxCount: 1, mode: 'Plan'}, {
		async announce(result) {
			told.push(result);
		},
	});
	t.deepEqual(outcome.plan?.artifacts.map(({name}) => name).toSorted(), databases.flatMap(database => [2, 3].map(day => artifact(day, {database}).name)));
	t.deepEqual(told.map(({expired, kept}) => ({expired, kept})), [{expired: 0, kept: 2}]);
});

test('what a sweep marked by a clock that was ahead is judged anew at once: what is young is taken back, and what is old goes after its grace', async t => {
	const world = await createWorld();
	await dailyFulls(world, 12);
	await world.sweep({maxAge: '10d'}, ahead(world, 8));
	const {marks} = await readCatalogue(world.open());
	t.is(marks.expiring.length, 9);
	t.like(await world.sweep({maxAge: '10d'}), {reason: 'Marked', expiring: 1});
	world.today += hour;
	t.like(await world.sweep({maxAge: '10d'}), {reason: 'Swept', deletedCount: 1});
	t.deepEqual(world.files(), fulls(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
});

test('an index of a clock that was ahead is replaced, also where nothing else is to be written, and keeps only one sweep from deleting', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await world.sweep({maxCount: 2});
	world.today += hour;
	const denied = {refuses: (key: string) => ({key, reason: 'AccessDenied' as const, message: 'injected'})};
	t.like(await world.sweep({maxCount: 2}, ahead(world, 40, denied)), {deletedCount: 0, failureCount: 1});
	t.like(await world.sweep({maxCount: 2}), {reason: 'ClockSkewed', deletedCount: 0});
	t.like(await world.sweep({maxCount: 2}), {reason: 'Swept', deletedCount: 1});
	t.deepEqual(world.files(), fulls(2, 3));
});

test('a sweep whose index another one was faster to write says so, and the next one finds what it did not write', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	const outcome = await world.sweep({maxCount: 2}, {
		faults: {
			after({method, keys}) {
				if (method === 'create' && keys[0]!.includes('/parts/')) {
					const text = JSON.stringify({
						version: 2, number: 1, writtenAt: at(3).toISOString(), writer: 'another', runs: [], databases: [], replaced: [], shown: [],
					});
					world.objects.set(indexKey(1), {size: text.length, modified: at(3), text});
				}
			},
		},
	});
	t.like(outcome, {reason: 'Interrupted', deletedCount: 0});
	t.regex(outcome.message, /another sweep was faster/v);
	t.like(await sweepTwice(world, {maxCount: 2}), {reason: 'Swept', deletedCount: 1});
});

test('what was deleted is told although the catalogue could not be written any more, and the next sweep finds it gone', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await world.sweep({maxCount: 2});
	world.today += hour;
	const outcome = await world.sweep({maxCount: 2}, {
		faults: {fault: ({method, keys}) => method === 'create' && keys[0]!.includes('/index-') ? 'busy' : undefined},
	});
	t.like(outcome, {deletedCount: 1, deleted: [{name: artifact(1).name}]});
	t.regex(outcome.message, /Injected: busy/v);
	t.like(await world.sweep({maxCount: 2}), {kept: 2, expiring: 0});
	t.deepEqual(world.files(), fulls(2, 3));
});

test('what was deleted before the store stopped answering is told, and remembered', async t => {
	const world = await createWorld();
	await dailyFulls(world, 4);
	await world.sweep({maxCount: 2});
	world.today += hour;
	let deletions = 0;
	t.like(await world.sweep({maxCount: 2}, {
		limits: {...defaultLimits, batchSize: 1, deletesAtOnce: 1},
		faults: {fault: ({method, keys}) => method === 'delete' && !keys[0]!.startsWith('.') && ++deletions === 2 ? 'busy' : undefined},
	}), {deletedCount: 1});
	const {marks} = await readCatalogue(world.open());
	t.deepEqual(marks.deleted.map(({name}) => name), [artifact(1).name]);
});

test('later indexes remember when something was last deleted', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	const {lastExpiry} = await sweepTwice(world, {maxCount: 2});
	t.like(lastExpiry, {count: 1});
	for (const minutes of [1, 2, 3]) {
		const days = 4 + (minutes / 1440);
		await world.run(days, [artifact(days)]);
		const later = await world.sweep({maxCount: 2});
		t.like(later, {reason: 'Marked', expiring: minutes, lastExpiry});
	}
});

test('while something refuses every deletion no artifacts are listed', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await world.sweep({maxCount: 2});
	world.today += hour;
	const {runID} = manifest(4, []);
	await openAttempt(world.open(), {
		runID, attempt: 1, startedAt: at(3).toISOString(), pod: 'pod', requested: ['neo4j'],
	});
	const listed: string[] = [];
	t.like(await world.sweep({maxCount: 2}, {
		faults: {
			after({method, keys}) {
				listed.push(...method === 'list' ? keys : []);
			},
		},
	}), {reason: 'AttemptOpen'});
	t.deepEqual(listed, ['.neo4j-backup/']);
});

test('nothing of a database is put aside while its runs say different things of one file', async t => {
	const world = await createWorld();
	const failed = artifact(2, {verification: 'failed'});
	await world.run(1, [artifact(1)]);
	await world.run(2, [failed, artifact(1, {size: 7})]);
	t.like(await world.sweep({maxCount: 1}), {reason: 'CatalogueUnreadable'});
	t.true(world.objects.has(failed.name));
});

test('a backup that somebody moves into quarantine counts no more from the next sweep on', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await sweepTwice(world, {maxCount: 2});
	t.like(await world.sweep({maxCount: 2}), {reason: 'UpToDate', storage: {restorePoints: 2}});
	const {name} = artifact(3);
	await world.open().move(name, quarantineKey(name));
	t.like(await world.sweep({maxCount: 2}), {storage: {restorePoints: 1}});
});

test('a file that has the name of a missing backup and another size stays when its chain goes', async t => {
	const world = await createWorld();
	await world.run(1, [artifact(1)]);
	const {name} = artifact(2);
	await world.run(2, [artifact(2, {full: false, lowestTx: 11, highestTx: 20})]);
	await world.run(3, [artifact(3)]);
	await world.run(4, [artifact(4)]);
	world.objects.set(name, {size: 7, modified: at(2)});
	t.like(await sweepTwice(world, {maxCount: 1}), {reason: 'CatalogueContradicted', deletedCount: 0});
	t.like(await world.sweep({maxCount: 1}), {reason: 'Swept', deletedCount: 2});
	t.deepEqual(world.files(), [name, artifact(4).name]);
});

test('runs that wrote nothing are folded too, so that their manifests are not read for ever', async t => {
	const world = await createWorld();
	const store = world.open();
	for (let number = 0; number < foldAt; number++) {
		await writeManifest(store, manifest(1 + (number * hour), []));
	}

	world.today = 10;
	await world.sweep({maxCount: 1});
	const {since, owner: found} = await readCatalogue(store);
	t.deepEqual(since, []);
	t.deepEqual(found, owner);
});
