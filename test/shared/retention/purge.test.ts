import test from 'ava';
import {artifact, owner} from '../catalogue/history.ts';
import {createWorld, dailyFulls} from './world.ts';
import {purgeDirectory} from '#shared/retention/purge.ts';

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
