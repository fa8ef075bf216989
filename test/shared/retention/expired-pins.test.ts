import test from 'ava';
import {artifact, at, owner} from '../catalogue/history.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type World,
} from './world.ts';
import {pinKey} from '#shared/catalogue/keys.ts';
import {purgeDirectory} from '#shared/retention/purge.ts';

const key = pinKey('fetch-0123456789abcdef-1');

/** The first of three backups, which a fetch reads until the instant `days`. */
const pinFirst = (world: World, days: number): void => {
	const text = JSON.stringify({
		version: 1, purpose: 'fetch', restore: 'laptop:/tmp/restore', artifacts: [artifact(1).name], createdAt: at(3).toISOString(), expiresAt: at(days).toISOString(),
	});
	world.objects.set(key, {size: text.length, modified: at(3), text});
};

const policy = {maxCount: 1};

test('what a fetch reads stays until its pin expires, by more than clocks may be apart; then the pin and the backup go', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	pinFirst(world, 4);
	await sweepTwice(world, policy);
	t.deepEqual(world.files(), [artifact(1).name, artifact(3).name]);
	world.today = 4 + (4 / 1440);
	await world.sweep(policy);
	t.true(world.objects.has(key), 'four minutes late is not late');
	world.today = 4 + (6 / 1440);
	await world.sweep(policy);
	t.false(world.objects.has(key));
	t.true(world.files().includes(artifact(1).name), 'its grace begins anew');
	world.today += hour;
	await world.sweep(policy);
	t.deepEqual(world.files(), [artifact(3).name]);
});

test('a pin that may not be removed holds nothing all the same', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	pinFirst(world, 4);
	world.today = 5;
	const faults = {refuses: (name: string) => name === key ? {key, reason: 'AccessDenied' as const, message: 'no right'} : undefined};
	await sweepTwice(world, policy, {faults});
	t.deepEqual(world.files(), [artifact(3).name]);
	t.true(world.objects.has(key));
});

test('a sweep that only plans leaves the pin where it is', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	pinFirst(world, 4);
	world.today = 5;
	await world.sweep({...policy, mode: 'Plan'});
	t.true(world.objects.has(key));
});

test('backups are not deleted with their Neo4jBackup while a fetch reads them, and the pin goes with them once it has expired', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	pinFirst(world, 4);
	const purge = async () => purgeDirectory({
		store: world.open(), owner, versions: 'Keep', isOver: () => false,
	});
	const first = await purge();
	t.deepEqual(first.stayed, [{name: key, reason: 'a fetch to laptop:/tmp/restore reads the backups'}]);
	world.today = 5;
	const second = await purge();
	t.deepEqual(second.stayed, []);
	t.is(world.objects.size, 0);
});
