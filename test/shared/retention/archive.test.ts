import test from 'ava';
import {artifact} from '../catalogue/history.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type SweepOptions, type World,
} from './world.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {type RetentionSpec} from '#shared/retention/policy.ts';
import {archivingOf} from '#shared/stores/archiving.ts';

const full = (day: number) => artifact(day).name;
const fulls = (...days: readonly number[]) => days.map(day => full(day)).toSorted();
const archive: RetentionSpec = {maxCount: 1, deletePolicy: 'Archive'};
const archived = (world: World) => [...world.objects.keys()].filter(key => key.startsWith('.neo4j-backup/archive/')).map(key => key.slice('.neo4j-backup/archive/'.length)).toSorted();
const states = async (world: World, options?: Parameters<World['open']>[0]) => {
	const {artifacts} = await readCatalogue(world.open(options));
	return artifacts.map(({name, state}) => `${name} ${state}`);
};

const chainOfThree = async (): Promise<World> => {
	const world = await createWorld();
	await world.run(1, [artifact(1)]);
	await world.run(2, [artifact(2, {full: false, lowestTx: 11, highestTx: 20})]);
	await world.run(3, [artifact(3, {full: false, lowestTx: 21, highestTx: 30})]);
	await world.run(10, [artifact(10)]);
	return world;
};

test('Archive moves what has expired after its grace, with the tier of the store, and keeps knowing it', async t => {
	const world = await createWorld();
	await dailyFulls(world, 5);
	t.like(await world.sweep(archive), {reason: 'Marked', expiring: 4, plan: {archive: 4, expire: 0}});
	t.is(world.files().length, 5);
	world.today += hour;
	const outcome = await world.sweep(archive);
	t.like(outcome, {reason: 'Swept', deletedCount: 4, expiring: 0});
	t.true(outcome.deleted.every(({archived: isMoved}) => isMoved));
	t.deepEqual(world.files(), fulls(5));
	t.deepEqual(archived(world), fulls(1, 2, 3, 4));
	t.is(world.objects.get(`.neo4j-backup/archive/${full(1)}`)!.tier, 'GLACIER');
	t.like(await sweepTwice(world, archive), {
		reason: 'UpToDate', kept: 5, storage: {restorePoints: 1, bytes: 500}, plan: {keep: 5},
	});
	t.deepEqual(archived(world), fulls(1, 2, 3, 4));
});

test('what is in the archive is not restorable, and protects and pushes out nothing', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await sweepTwice(world, archive);
	await world.run(20, [artifact(20)]);
	t.like(await sweepTwice(world, {maxCount: 2, deletePolicy: 'Archive'}), {reason: 'UpToDate'});
	t.deepEqual(world.files(), fulls(3, 20));
	t.deepEqual(await states(world), [...[1, 2].map(day => `${full(day)} archived`), ...[3, 20].map(day => `${full(day)} present`)]);
});

test('what is in the archive stays there when the policy deletes later', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await sweepTwice(world, archive);
	await world.run(20, [artifact(20)]);
	t.like(await sweepTwice(world, {maxCount: 1}), {reason: 'Swept', deletedCount: 1});
	t.deepEqual(world.files(), fulls(20));
	t.deepEqual(archived(world), fulls(1, 2));
});

test('a chain is archived from its end, and a FULL never before what builds on it', async t => {
	const world = await chainOfThree();
	const moves: string[] = [];
	await sweepTwice(world, archive, {
		faults: {
			after({method, keys}) {
				moves.push(...method === 'delete' ? keys.filter(key => key.endsWith('.backup')) : []);
			},
		},
	});
	t.deepEqual(moves, [3, 2, 1].map(day => full(day)));
	t.deepEqual(archived(world), fulls(1, 2, 3));
});

test('cut off at any request, an archiving sweep is finished by the next one, and no file is lost or kept twice', async t => {
	for (let request = 0; request < 60; request++) {
		for (const fault of ['crashBefore', 'crashAfter'] as const) {
			const world = await chainOfThree();
			await world.sweep(archive);
			world.today += hour;
			const options: SweepOptions = {faults: {fault: ({number}) => number === request ? fault : undefined}};
			await world.sweep(archive, options).catch(() => undefined);
			for (const day of [1, 2, 3]) {
				t.true(world.files().includes(full(day)) || archived(world).includes(full(day)), `${fault} ${request}: ${full(day)} is lost`);
			}

			world.today += hour;
			await world.sweep(archive);
			world.today += hour;
			t.like(await world.sweep(archive), {reason: 'UpToDate', expiring: 0}, `${fault} ${request}`);
			t.deepEqual(archived(world), fulls(1, 2, 3), `${fault} ${request}`);
			t.deepEqual(world.files(), fulls(10), `${fault} ${request}`);
		}
	}
});

test('a sweep that was cut off after the copy is finished, also when the policy keeps the backup by then', async t => {
	const world = await chainOfThree();
	await world.sweep(archive);
	world.today += hour;
	await world.sweep(archive, {faults: {fault: ({method}) => method === 'copy' ? 'crashAfter' : undefined}}).catch(() => undefined);
	t.deepEqual(archived(world), fulls(3));
	t.deepEqual(world.files(), fulls(1, 2, 3, 10));
	t.like(await world.sweep({maxCount: 9, deletePolicy: 'Archive'}), {expiring: 0});
	t.deepEqual(world.files(), fulls(1, 2, 10));
	t.deepEqual(archived(world), fulls(3));
	t.like(await sweepTwice(world, {maxCount: 9, deletePolicy: 'Archive'}), {reason: 'UpToDate'});
});

test('where the archive class is read at once, what has expired stays in its place, still restorable, and is not archived again', async t => {
	const world = await createWorld();
	const faults: SweepOptions['faults'] = {archiving: archivingOf.gcs};
	await dailyFulls(world, 4);
	t.like(await sweepTwice(world, archive, {faults}), {reason: 'Swept', deletedCount: 3, storage: {restorePoints: 4}});
	t.deepEqual(world.files(), fulls(1, 2, 3, 4));
	t.is(world.objects.get(full(1))!.tier, 'ARCHIVE');
	t.is(world.objects.get(full(4))!.tier, undefined);
	const copied: string[] = [];
	t.like(await sweepTwice(world, archive, {
		faults: {
			...faults,
			after({method, keys}) {
				copied.push(...method === 'copy' ? keys : []);
			},
		},
	}), {reason: 'UpToDate', kept: 4, storage: {restorePoints: 4}});
	t.deepEqual(copied, []);
	t.deepEqual(await states(world, faults), [...[1, 2, 3].map(day => `${full(day)} archivedInPlace`), `${full(4)} present`]);
});

test('on a claim the archive is a folder beside the backups', async t => {
	const world = await createWorld();
	const faults: SweepOptions['faults'] = {archiving: archivingOf.pvc};
	await dailyFulls(world, 3);
	t.like(await sweepTwice(world, archive, {faults}), {reason: 'Swept', deletedCount: 2});
	t.deepEqual(world.files(), [`archive/${full(1)}`, `archive/${full(2)}`, full(3)]);
	t.deepEqual(await states(world, faults), [`${full(1)} archived`, `${full(2)} archived`, `${full(3)} present`]);
	t.like(await sweepTwice(world, archive, {faults}), {reason: 'UpToDate', kept: 3});
});

test('a file at the end of a chain that somebody else removed does not keep the rest out of the archive', async t => {
	const world = await chainOfThree();
	await world.sweep(archive);
	world.today += hour;
	world.objects.delete(full(3));
	t.like(await world.sweep(archive), {reason: 'Swept', deletedCount: 2});
	t.deepEqual(archived(world), fulls(1, 2));
	t.like(await sweepTwice(world, archive), {reason: 'UpToDate', kept: 3});
});

test('what cannot be archived stays with what it builds on, and is told', async t => {
	const world = await chainOfThree();
	const outcome = await sweepTwice(world, archive, {faults: {refuses: key => key === full(2) ? {key, reason: 'AccessDenied', message: 'not allowed'} : undefined}});
	t.like(outcome, {reason: 'PartlyDeleted', deletedCount: 1, failures: [{name: full(2)}]});
	t.deepEqual(world.files(), fulls(1, 2, 10));
	t.like(await world.sweep(archive), {reason: 'Swept', deletedCount: 2});
	t.deepEqual(world.files(), fulls(10));
	t.deepEqual(archived(world), fulls(1, 2, 3));
});
