import test from 'ava';
import {artifact, at, manifest} from '../catalogue/history.ts';
import {type Request} from '../catalogue/memory-store.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type SweepOptions, type World,
} from './world.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {type SweepResult} from '#shared/events/swept-parts.ts';
import {defaultLimits} from '#shared/retention/sweep-input.ts';

const names = (count: number): readonly string[] => Array.from({length: count}, (_, number) => `db${String(number).padStart(3, '0')}`);

/** A FULL of each database on each day. */
const histories = async (databases: readonly string[], days: number): Promise<World> => {
	const world = await createWorld();
	for (let day = 1; day <= days; day++) {
		await world.run(day, databases.map(database => artifact(day, {database})));
	}

	return world;
};

const recording = (): {readonly requests: Request[]; readonly faults: NonNullable<SweepOptions['faults']>} => {
	const requests: Request[] = [];
	return {
		requests, faults: {
			after(request) {
				requests.push(request);
			},
		},
	};
};

const keysOf = (requests: readonly Request[], method: Request['method']): readonly string[] => requests.filter(request => request.method === method).flatMap(({keys}) => keys);

/** As sweeps of before have left it: everything in one file. */
const withSingleIndex = async (world: World): Promise<void> => {
	const {marks, index} = await readCatalogue(world.open());
	for (const key of world.objects.keys()) {
		if (/\/(?:parts|runs)\/|\/index-/v.test(key)) {
			world.objects.delete(key);
		}
	}

	const text = JSON.stringify({
		version: 1, number: index!.number, writtenAt: index!.writtenAt, writer: 'old', runs: world.written.map(one => ({foldedIn: 1, manifest: one})), goneRuns: [], ...marks,
	});
	world.objects.set(`.neo4j-backup/index-${index!.number}.json`, {size: text.length, modified: at(world.today), text});
};

test('a sweep reads the parts of those databases alone in which something may have changed, and lists those alone of which it deletes', async t => {
	const world = await histories(names(30), 4);
	await sweepTwice(world, {maxCount: 2});
	await world.run(4.5, [artifact(4.5, {database: 'db007'})]);
	const marking = recording();
	t.like(await world.sweep({maxCount: 2}, marking), {
		reason: 'Marked', kept: 60, expiring: 1, storage: {restorePoints: 61},
	});
	t.is(keysOf(marking.requests, 'read').filter(key => key.includes('/parts/')).length, 1);
	world.today += hour;
	const deleting = recording();
	t.like(await world.sweep({maxCount: 2}, deleting), {
		reason: 'Swept', kept: 60, deletedCount: 1, storage: {restorePoints: 60},
	});
	t.is(keysOf(deleting.requests, 'read').filter(key => key.includes('/parts/')).length, 1);
	t.deepEqual(keysOf(deleting.requests, 'list').filter(prefix => !prefix.startsWith('.')), ['db007-']);
	const idle = recording();
	t.like(await world.sweep({maxCount: 2}, idle), {
		reason: 'UpToDate', kept: 60, storage: {restorePoints: 60, bytes: 6000}, plan: {keep: 60, expire: 0},
	});
	t.deepEqual(idle.requests.map(({method}) => method), ['list', 'read', 'read', 'delete'], 'the folder, its owner, the index, and what two indexes hold');
});

test('a database in which nothing was written is looked at when its backups pass maxAge, when the policy changes, when a restore reads it, and once a day', async t => {
	const world = await histories(names(3), 2);
	const policy = {maxAge: '10d'};
	// So that an index is there.
	await world.sweep({maxCount: 1});
	await world.sweep(policy);
	const looks = async (retention: {maxAge?: string; maxCount?: number} = policy): Promise<number> => {
		const seen = recording();
		await world.sweep(retention, seen);
		return keysOf(seen.requests, 'read').filter(key => key.includes('/parts/')).length;
	};

	t.is(await looks(), 0);
	world.today += 1 + hour;
	t.is(await looks(), 3, 'a day has gone by');
	t.is(await looks(), 0);
	world.today = 11.01;
	t.is(await looks(), 3, 'the first of the backups are too old');
	t.is(await looks({maxAge: '30d'}), 3, 'another policy');
	t.is(await looks({maxAge: '30d'}), 0);
	const text = JSON.stringify({
		version: 1, restore: 'neo4j/back', artifacts: [artifact(2, {database: 'db001'}).name], createdAt: at(12).toISOString(),
	});
	world.objects.set('.neo4j-backup/pins/restore.json', {size: text.length, modified: at(12), text});
	t.is(await looks({maxAge: '30d'}), 1, 'a restore reads one');
	world.objects.delete('.neo4j-backup/pins/restore.json');
	t.is(await looks({maxAge: '30d'}), 1, 'and does so no more');
	t.is(await looks({maxAge: '30d'}), 0);
});

test('deletions go 1,000 a request, the ends of as many chains, and a request that is not full waits for those under way', async t => {
	const world = await createWorld();
	const databases = names(600);
	for (let day = 1; day <= 6; day++) {
		const full = day === 1 || day === 4;
		await world.run(day, databases.map(database => artifact(day, {
			database, full, lowestTx: full ? 1 : (day * 10) + 1, highestTx: (day * 10) + 10,
		})));
	}

	await world.run(7, databases.map(database => artifact(7, {database})));
	await world.sweep({maxCount: 1});
	world.today += hour;
	const {requests, faults} = recording();
	t.like(await world.sweep({maxCount: 1}, {faults}), {reason: 'Swept', deletedCount: 3600});
	const sizes = requests.filter(({method, keys}) => method === 'delete' && keys[0]!.endsWith('.backup')).map(({keys}) => keys.length);
	t.deepEqual(sizes, [1000, 1000, 1000, 600]);
});

test('a portion that is followed by nothing to delete does not wait until all databases have been looked at', async t => {
	const limits = {...defaultLimits, portionSize: 8};
	const [first, second, ...others] = names(60) as [string, string, ...string[]];
	const world = await histories([first, second], 4);
	await world.run(5, others.map(database => artifact(5, {database})));
	await world.sweep({maxCount: 1}, {limits});
	world.today += hour;
	await world.run(6, others.map(database => artifact(6, {database})));
	const {requests, faults} = recording();
	t.like(await world.sweep({maxCount: 1}, {limits, faults}), {deletedCount: 6});
	const before = requests.slice(0, requests.findIndex(({method, keys}) => method === 'delete' && keys[0]!.endsWith('.backup')));
	t.true(keysOf(before, 'create').length < others.length / 2);
});

test('of more databases than may be in memory at once each portion is compared with a listing before anything of it is deleted', async t => {
	const limits = {...defaultLimits, portionSize: 12};
	const world = await histories(names(6), 4);
	await world.sweep({maxCount: 1}, {limits});
	world.today += hour;
	const {requests, faults} = recording();
	t.like(await world.sweep({maxCount: 1}, {limits, faults}), {reason: 'Swept', deletedCount: 18});
	const work = requests.filter(({method, keys}) => ['list', 'delete'].includes(method) && !keys[0]!.startsWith('.'));
	const isCompared = (database: string, position: number) => work.slice(0, position).some(({method, keys}) => method === 'list' && keys[0] === `${database}-`);
	for (const [position, {method, keys}] of work.entries()) {
		const portions = new Set(method === 'delete' ? keys.map(key => Math.floor(Number(key.slice(2, 5)) / 3)) : []);
		t.true([...portions].every(portion => [0, 1, 2].every(number => isCompared(`db00${(portion * 3) + number}`, position))), `${method} ${position}`);
	}
});

test('of however many databases no more are in memory at a time than three portions, those read ahead, and those being written', async t => {
	const most = async (databases: number): Promise<number> => {
		const limits = {...defaultLimits, portionSize: 8, deletesAtOnce: 1};
		const world = await histories(names(databases), 4);
		await world.sweep({maxCount: 1}, {limits});
		world.today += hour;
		const [read, written] = [new Set<string>(), new Set<string>()];
		const held: number[] = [];
		const outcome = await world.sweep({maxCount: 1}, {
			limits, faults: {
				after({method, keys: [key]}) {
					const database = /\/parts\/.*-(?<database>db\d+)\.json$/v.exec(key!)?.groups?.['database'];
					if (database !== undefined) {
						(method === 'create' ? written : read).add(database);
						held.push(read.size - written.size);
					}
				},
			},
		});
		t.like(outcome, {reason: 'Swept', deletedCount: 3 * databases});
		t.is(written.size, databases);
		return Math.max(...held);
	};

	const [portions, ahead, beingWritten] = [3 * 2, 8, 4];
	const few = await most(30);
	t.true(few > 2 * 2 && few <= portions + ahead + beingWritten, `${few}`);
	t.is(await most(90), few);
});

test('a contradiction in a later portion leaves it as it is, and all after it; what was deleted before is told', async t => {
	const limits = {...defaultLimits, portionSize: 8};
	const world = await histories(names(6), 4);
	await world.sweep({maxCount: 1}, {limits});
	world.today += hour;
	world.open().put(artifact(9, {database: 'db003'}).name, 100);
	const told: SweepResult[] = [];
	const outcome = await world.sweep({maxCount: 1}, {
		limits, async announce(result) {
			told.push(result);
		},
	});
	t.like(outcome, {reason: 'CatalogueContradicted', deletedCount: 6});
	t.regex(outcome.message, /Deleted 6 artifacts .*no manifest names db003-/v);
	t.deepEqual(told.flatMap(({deleted}) => deleted.map(({database}) => database)), ['db000', 'db000', 'db000', 'db001', 'db001', 'db001']);
	t.is(world.files().length, 24 - 6 + 1);
});

test('a part that cannot be read stops every deletion of its portion and after it, and is named', async t => {
	const world = await histories(names(3), 4);
	await world.sweep({maxCount: 1});
	world.today += hour;
	const key = [...world.objects.keys()].find(name => name.endsWith('-db001.json'))!;
	world.objects.set(key, {...world.objects.get(key)!, text: '{'});
	const outcome = await world.sweep({maxCount: 1});
	t.like(outcome, {reason: 'CatalogueUnreadable', deletedCount: 0});
	t.true(outcome.message.includes(key));
	t.is(world.files().length, 12);
});

test('a sweep whose time is over goes on where it was: no database is done twice, and none is forgotten', async t => {
	const databases = names(15);
	const limits = {...defaultLimits, portionSize: 8};
	const world = await histories(databases, 4);
	const marked: string[] = [];
	const inSlices = async (until: string): Promise<number> => {
		for (let slice = 1; slice <= 10; slice++) {
			const deadline = new AbortController();
			let parts = 0;
			const outcome = await world.sweep({maxCount: 1}, {
				limits, isOver: () => deadline.signal.aborted, faults: {
					after({method, keys}) {
						const isPart = method === 'create' && keys[0]!.includes('/parts/');
						marked.push(...isPart ? keys : []);
						parts += Number(isPart);
						if (parts === 2) {
							deadline.abort();
						}
					},
				},
			});
			if (outcome.reason === until) {
				return slice;
			}

			t.is(outcome.reason, 'Interrupted');
		}

		return 0;
	};

	t.true(await inSlices('Marked') > 2);
	t.is(marked.length, databases.length, 'each part was written once');
	world.today += hour;
	t.true(await inSlices('Swept') > 2);
	t.is(marked.length, 2 * databases.length, 'and once more for what was deleted');
	t.deepEqual(world.files(), databases.map(database => artifact(4, {database}).name));
});

test('a long list is told in several results, each with a record of its own', async t => {
	const world = await histories(names(40), 602);
	const told: SweepResult[] = [];
	const outcome = await sweepTwice(world, {maxCount: 1}, {
		async announce(result) {
			told.push(result);
		},
	});
	t.is(outcome.deletedCount, 40 * 601);
	const ofOne = told.filter(({sweepID}) => sweepID.startsWith(outcome.sweepID));
	t.true(ofOne.length > 1);
	t.deepEqual(ofOne.map(({sweepID}) => sweepID), ofOne.map((_, index) => index === 0 ? outcome.sweepID : `${outcome.sweepID}-${index + 1}`));
	t.is(new Set(ofOne.flatMap(({deleted}) => deleted.map(({name}) => name))).size, 40 * 601);
	t.true(ofOne.every(({sweepID}) => world.objects.has(`.neo4j-backup/sweeps/${sweepID}.json`)));
});

test('a directory with an index of the first version is swept as it is, and has one with parts from then on', async t => {
	const world = await histories(names(3), 4);
	await world.sweep({maxCount: 2});
	await withSingleIndex(world);
	world.today += hour;
	t.like(await world.sweep({maxCount: 2}), {reason: 'Swept', kept: 6, deletedCount: 6});
	const {index, artifacts} = await readCatalogue(world.open());
	t.is(index?.number, 2);
	t.is(artifacts.length, 6);
	t.is([...world.objects.keys()].filter(key => key.includes('/parts/')).length, 3);
	t.like(await sweepTwice(world, {maxCount: 2}), {reason: 'UpToDate', kept: 6});
});

test('cut off at any request, a sweep that takes an index of the first version apart loses nothing of it', async t => {
	for (let request = 0; request < 30; request++) {
		for (const fault of ['crashBefore', 'crashAfter', 'busy'] as const) {
			const world = await histories(names(3), 3);
			await world.sweep({maxCount: 2});
			await withSingleIndex(world);
			world.today += hour;
			await world.sweep({maxCount: 2}, {faults: {fault: ({number}) => number === request ? fault : undefined}}).catch(() => undefined);
			for (let round = 0; round < 3; round++) {
				world.today += hour;
				await world.sweep({maxCount: 2});
			}

			const {artifacts, unreadable} = await readCatalogue(world.open());
			t.deepEqual(unreadable, [], `${fault} ${request}`);
			t.deepEqual(artifacts.map(({name}) => name).toSorted(), world.files(), `${fault} ${request}`);
			t.is(world.files().length, 6, `${fault} ${request}`);
		}
	}
});

test('the facts of a run are told as long as the catalogue knows it, also when its manifest is gone', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await world.sweep({maxCount: 2});
	for (const key of world.objects.keys()) {
		if (key.includes('/runs/')) {
			world.objects.delete(key);
		}
	}

	const {runs} = await world.sweep({maxCount: 2}, {wantedRuns: [manifest(2, []).runID, manifest(9, []).runID]});
	t.deepEqual(runs.map(({runID, artifactCount, bytes}) => [runID, artifactCount, bytes]), [[manifest(2, []).runID, 1, 100]]);
});
