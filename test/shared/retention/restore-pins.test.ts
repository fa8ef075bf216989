import test from 'ava';
import {artifact, at, owner} from '../catalogue/history.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type World,
} from './world.ts';
import {openDirectory} from '#shared/catalogue/directory.ts';
import {pinKey} from '#shared/catalogue/keys.ts';
import {purgeDirectory} from '#shared/retention/purge.ts';
import {removeRestorePins, restorePinLifetimeMs, writeRestorePin} from '#shared/restore/restore-pin.ts';

const uid = '7d1f6c3e-0000-4000-8000-000000000001';

const diff = (days: number) => artifact(days, {full: false, lowestTx: (days * 10) + 1, highestTx: (days + 1) * 10});

const pin = async (world: World, names: readonly string[]) => writeRestorePin(world.open(), {restore: 'neo4j/back', uid, artifacts: names}, at(world.today));

const policy = {maxCount: 1};

/** A chain of the first two days, and a FULL of each of the two after them: of these the last stays. */
const start = async (): Promise<{world: World; chain: readonly string[]}> => {
	const world = await createWorld();
	const chain = [artifact(1, {highestTx: 20}), diff(2)];
	for (const [index, one] of chain.entries()) {
		await world.run(index + 1, [one]);
	}

	await world.run(3, [artifact(3)]);
	await world.run(4, [artifact(4)]);
	return {world, chain: chain.map(({name}) => name)};
};

test('[X-090] sweeps during a restore delete nothing that it reads, also when the sweep that deletes had begun before the pin; afterwards it goes', async t => {
	const {world, chain} = await start();
	await world.sweep(policy);
	world.today += hour;
	// Marked, and past its grace: this sweep would delete it, and the restore pins it while the sweep is at work.
	let isPinned = false;
	await world.sweep(policy, {
		async changed() {
			if (!isPinned) {
				isPinned = true;
				await pin(world, chain);
			}

			return undefined;
		},
	});
	t.true(isPinned);
	t.true(chain.every(name => world.files().includes(name)));
	for (let days = 0; days < 6; days++) {
		world.today += 1;
		await world.sweep(policy);
		t.deepEqual(world.files(), [...chain, artifact(4).name], `after ${days} days`);
	}

	await removeRestorePins(world.open(), uid);
	await sweepTwice(world, policy);
	t.deepEqual(world.files(), [artifact(4).name]);
});

test('what is archived instead of deleted stays where it is too', async t => {
	const {world, chain} = await start();
	await pin(world, chain);
	await sweepTwice(world, {...policy, deletePolicy: 'Archive'});
	t.deepEqual(world.files(), [...chain, artifact(4).name]);
});

test('backups are not deleted with their Neo4jBackup while a restore reads them', async t => {
	const {world, chain} = await start();
	await pin(world, chain);
	const {stayed} = await purgeDirectory({
		store: world.open(), owner, versions: 'Keep', isOver: () => false,
	});
	t.deepEqual(stayed, [{name: pinKey(`restore-${uid}`), reason: 'restore neo4j/back reads the backups'}]);
});

test('the pin of a restore that vanished holds for a week and no longer', async t => {
	const {world, chain} = await start();
	await pin(world, chain);
	world.today += (restorePinLifetimeMs / (24 * 60 * 60_000)) - hour;
	await sweepTwice(world, policy);
	t.true(chain.every(name => world.files().includes(name)));
	world.today += hour;
	await sweepTwice(world, policy);
	t.deepEqual(world.files(), [artifact(4).name]);
	t.false(world.objects.has(pinKey(`restore-${uid}`)));
});

test('a pin is written once however often it is asked for, anew for another choice, and anew when it is about to run out', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	const [first, second] = [artifact(1).name, artifact(2).name];
	const pins = async () => {
		const {pins: found} = await openDirectory(world.open());
		return found.map(({key, artifacts}) => [key.split('/').at(-1), artifacts]);
	};

	t.deepEqual([await pin(world, [first]), await pin(world, [first])], [{}, {}]);
	t.deepEqual(await pins(), [[`restore-${uid}.json`, [first]]]);
	await pin(world, [second]);
	await pin(world, [first]);
	t.deepEqual(await pins(), [[`restore-${uid}-1.json`, [second]], [`restore-${uid}.json`, [first]]]);
	world.today += 4;
	await pin(world, [second]);
	t.deepEqual(await pins(), [[`restore-${uid}-1.json`, [second]], [`restore-${uid}-2.json`, [second]], [`restore-${uid}.json`, [first]]]);
});

test('an account that may not write is told why, a store that does not answer is tried again', async t => {
	const world = await createWorld();
	const write = async (fault: 'denied' | 'busy') => writeRestorePin(world.open({fault: ({method}) => method === 'create' ? fault : undefined}), {restore: 'neo4j/back', uid, artifacts: []}, at(1));
	const {problem} = await write('denied');
	t.is(problem?.code, 'AccessDenied');
	await t.throwsAsync(write('busy'), {message: /busy/v});
});
