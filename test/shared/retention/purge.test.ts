import test from 'ava';
import {artifact, at, owner} from '../catalogue/history.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type World,
} from './world.ts';
import {
	encryptedRecordKey, endKey, ownerKey, quarantineKey,
} from '#shared/catalogue/keys.ts';
import {purgeDirectory} from '#shared/retention/purge.ts';
import {type DeleteOptions} from '#shared/stores/store.ts';

const purge = {owner, versions: 'Keep' as const, isOver: () => false};

test('a catalogue of which a file cannot be read keeps everything, and the file is named', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	const key = [...world.objects.keys()].find(name => name.includes('/runs/'))!;
	world.objects.set(key, {...world.objects.get(key)!, text: '{'});
	const before = world.objects.size;
	const {deleted, stayed} = await purgeDirectory({...purge, store: world.open()});
	t.is(deleted, 0);
	t.deepEqual(stayed.map(({name}) => name), [key]);
	t.is(world.objects.size, before);
});

test('nothing is begun once the time is over, the catalogue stays, and a later attempt goes on with the rest', async t => {
	const world = await createWorld();
	const many = Array.from({length: 1500}, (_, index) => artifact(1 + (index / 86_400), {database: `db${index}`, databaseID: `id-${index}`}));
	await world.run(1, many);
	let looks = 0;
	const first = await purgeDirectory({...purge, store: world.open(), isOver: () => looks++ > 0});
	t.is(first.deleted, 1000);
	t.regex(first.stayed[0]!.reason, /no time/v);
	t.is(world.files().length, 500);
	t.true([...world.objects.keys()].some(key => key.includes('/runs/')));
	const second = await purgeDirectory({...purge, store: world.open()});
	t.deepEqual(second.stayed, []);
	t.is(world.objects.size, 0);
});

test('the newest backups go first, so that what is left when it is cut off can be restored', async t => {
	const world = await createWorld();
	const chain = Array.from({length: 1200}, (_, number) => artifact(1 + (number * hour), number === 0 ? {} : {full: false, lowestTx: 1 + (number * 10), highestTx: 10 + (number * 10)}));
	for (let start = 0; start < chain.length; start += 400) {
		await world.run(1 + (start * hour), chain.slice(start, start + 400));
	}

	world.today = 60;
	let looks = 0;
	await purgeDirectory({...purge, store: world.open(), isOver: () => looks++ > 0});
	t.deepEqual(world.files(), chain.slice(0, 200).map(({name}) => name));
});

/** All that the catalogue of a swept directory holds. */
const swept = async (): Promise<World> => {
	const world = await createWorld();
	await dailyFulls(world, 4);
	await sweepTwice(world, {maxCount: 2});
	await world.run(5, [artifact(5)]);
	return world;
};

test('whatever of the catalogue stays, its owner and the mark of a whole listing stay with it, and a later attempt removes them', async t => {
	const {objects} = await swept();
	const keys = [...objects.keys()].filter(key => key.startsWith('.') && key !== endKey);
	t.true(keys.length >= 6);
	for (const key of keys) {
		const world = await swept();
		const refuses = (one: string) => one === key ? {key, reason: 'AccessDenied' as const, message: 'injected'} : undefined;
		const {stayed} = await purgeDirectory({...purge, store: world.open({refuses})});
		t.deepEqual(stayed.map(({name}) => name), [key]);
		t.true(world.objects.has(ownerKey(0)), `with ${key}`);
		t.true(world.objects.has(endKey), `with ${key}`);
		const again = await purgeDirectory({...purge, store: world.open()});
		t.deepEqual(again.stayed, []);
		t.is(world.objects.size, 0);
	}
});

test('an empty directory has nothing that could stay', async t => {
	const world = await createWorld();
	world.objects.clear();
	t.deepEqual(await purgeDirectory({...purge, store: world.open()}), {deleted: 0, stayed: []});
});

test('a file that has the name of a missing backup and another size is not the one that the manifest names, and stays', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	const {name} = artifact(2);
	world.objects.set(name, {size: 7, modified: at(2)});
	await sweepTwice(world, {maxCount: 1});
	t.deepEqual(await purgeDirectory({...purge, store: world.open()}), {deleted: 2, stayed: []});
	t.deepEqual([...world.objects.keys()], [name]);
});

test('what lies in quarantine goes from there, and from its old place too where a move was cut off', async t => {
	for (const isLeft of [false, true]) {
		const world = await createWorld();
		await dailyFulls(world, 2);
		const {name} = artifact(1);
		world.objects.set(quarantineKey(name), world.objects.get(name)!);
		if (!isLeft) {
			world.objects.delete(name);
		}

		await purgeDirectory({...purge, store: world.open()});
		t.deepEqual([...world.objects.keys()], []);
	}
});

test('what lies in the archive goes from there, and from its old place too where a move was cut off', async t => {
	for (const isLeft of [false, true]) {
		const world = await createWorld();
		await dailyFulls(world, 2);
		const {name} = artifact(1);
		const original = world.objects.get(name)!;
		await sweepTwice(world, {maxCount: 1, deletePolicy: 'Archive'});
		t.false(world.objects.has(name));
		if (isLeft) {
			world.objects.set(name, original);
		}

		await purgeDirectory({...purge, store: world.open()});
		t.deepEqual([...world.objects.keys()], []);
	}
});

test('the record of an encrypted backup goes with it, and that of a file which no manifest names stays with the file', async t => {
	const world = await createWorld();
	await dailyFulls(world, 2);
	const unknown = artifact(9).name;
	for (const name of [artifact(1).name, unknown]) {
		world.objects.set(encryptedRecordKey(name), {size: 2, modified: at(1), text: '{}'});
	}

	world.objects.set(unknown, {size: 100, modified: at(9)});
	t.deepEqual(await purgeDirectory({...purge, store: world.open()}), {deleted: 2, stayed: []});
	t.deepEqual([...world.objects.keys()].toSorted(), [encryptedRecordKey(unknown), unknown]);
});

test('versions of a bucket go only where retention.versions says Delete, those of the catalogue too', async t => {
	for (const versions of [undefined, 'Keep', 'Delete'] as const) {
		const world = await createWorld();
		await dailyFulls(world, 2);
		const store = world.open();
		const asked: Array<DeleteOptions['versions']> = [];
		await purgeDirectory({
			...purge, versions, store: {
				...store,
				async delete(keys, options) {
					asked.push(options?.versions);
					return store.delete(keys, options);
				},
			},
		});
		t.is(world.objects.size, 0);
		t.deepEqual(new Set(asked), new Set([versions ?? 'Keep']));
	}
});
