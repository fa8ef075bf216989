import test from 'ava';
import {
	artifact, at, manifest, owner,
} from '../catalogue/history.ts';
import {
	createWorld, dailyFulls, hour, sweepTwice, type SweepOptions,
} from './world.ts';
import {openAttempt} from '#shared/catalogue/attempt.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {type SweepReason} from '#shared/retention/sweep-outcome.ts';
import {type DeleteFailure} from '#shared/stores/store.ts';

const full = (day: number) => artifact(day).name;
const fulls = (...days: readonly number[]) => days.map(day => full(day)).toSorted();

test('what is past policy goes after its grace, and not before', async t => {
	const world = await createWorld();
	await dailyFulls(world, 5);
	t.like(await world.sweep({maxCount: 3}), {
		reason: 'Marked', kept: 3, expiring: 2, deletedCount: 0,
	});
	t.is(world.files().length, 5);
	world.today += 9 / 1440;
	t.like(await world.sweep({maxCount: 3}), {reason: 'Marked', deletedCount: 0});
	world.today += 1 / 1440;
	t.like(await world.sweep({maxCount: 3}), {
		reason: 'Swept', kept: 3, expiring: 0, deletedCount: 2,
	});
	t.deepEqual(world.files(), fulls(3, 4, 5));
	t.like(await world.sweep({maxCount: 3}), {reason: 'UpToDate', kept: 3, deletedCount: 0});
	t.deepEqual(world.files(), fulls(3, 4, 5));
});

test('a sweep that a new run brings before the grace is over deletes nothing, and marks what expires by then', async t => {
	const minute = 1 / 1440;
	const world = await createWorld();
	await dailyFulls(world, 5);
	await world.sweep({maxCount: 3});
	await world.run(5 + (5 * minute), [artifact(5 + (5 * minute))]);
	t.like(await world.sweep({maxCount: 3}), {reason: 'Marked', deletedCount: 0, expiring: 3});
	t.is(world.files().length, 6);
	world.today += 6 * minute;
	t.like(await world.sweep({maxCount: 3}), {reason: 'Swept', deletedCount: 2});
	t.true(world.files().includes(full(3)), 'its own grace is not over');
});

test('without a policy nothing goes, and the catalogue is looked after', async t => {
	for (const retention of [undefined, {}, {minCount: 3}, {deletePolicy: 'Delete'} as const]) {
		const world = await createWorld();
		await dailyFulls(world, 105);
		t.like(await sweepTwice(world, retention), {reason: 'NoPolicy', deletedCount: 0});
		t.is(world.files().length, 105);
		t.true(world.objects.has('.neo4j-backup/index-1.json'));
	}
});

test('a sweep with nothing to delete does not list the artifacts', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	const listed: string[] = [];
	await world.sweep({maxCount: 3}, {
		faults: {
			after({method, keys}) {
				listed.push(...method === 'list' ? keys : []);
			},
		},
	});
	t.deepEqual(listed, ['.neo4j-backup/']);
});

test('mode Plan writes the whole plan and touches nothing', async t => {
	const world = await createWorld();
	await dailyFulls(world, 30);
	const outcome = await sweepTwice(world, {maxCount: 5, mode: 'Plan'});
	t.like(outcome, {reason: 'Planned', deletedCount: 0, plan: {keep: 5, expire: 25, archive: 0}});
	t.is(outcome.plan?.artifacts.length, 20);
	t.is(world.files().length, 30);
	const record = JSON.parse(world.objects.get(`.neo4j-backup/sweeps/${outcome.sweepID}.json`)!.text!) as {artifacts: unknown[]};
	t.is(record.artifacts.length, 30);
});

test('a mark is taken back when the policy keeps the backup after all', async t => {
	const world = await createWorld();
	await dailyFulls(world, 5);
	await world.sweep({maxCount: 2});
	t.like(await world.sweep({maxCount: 5}), {reason: 'UpToDate', expiring: 0});
	world.today += hour;
	// Marked anew: the grace starts again.
	t.like(await world.sweep({maxCount: 2}), {reason: 'Marked', deletedCount: 0});
});

const refuses = test.macro(async (t, reason: SweepReason, prepare: (world: Awaited<ReturnType<typeof createWorld>>) => Promise<Parameters<typeof world.sweep>[1] | void>) => {
	const world = await createWorld();
	await dailyFulls(world, 5);
	await world.sweep({maxCount: 2});
	world.today += hour;
	const options = await prepare(world);
	const before = world.files();
	const outcome = await world.sweep({maxCount: 2}, options ?? {});
	t.is(outcome.reason, reason);
	t.is(outcome.deletedCount, 0);
	t.deepEqual(world.files(), before);
	t.regex(outcome.message, /\w+ \w+ \w+/v);
});

test('[X-083] a manifest that cannot be read stops every deletion', refuses, 'CatalogueUnreadable', async world => {
	world.objects.set(`.neo4j-backup/runs/${manifest(9, []).runID}.json`, {size: 1, modified: at(9), text: '{'});
});
test('an index that cannot be read stops every deletion', refuses, 'CatalogueUnreadable', async world => {
	world.objects.set('.neo4j-backup/index-1.json', {size: 1, modified: at(9), text: '{'});
});
test('a catalogue that was deleted stops every deletion', refuses, 'NoCatalogue', async world => {
	for (const key of world.objects.keys()) {
		if (key.startsWith('.')) {
			world.objects.delete(key);
		}
	}
});
test('a directory of another owner is not touched', refuses, 'StorageConflict', async () => ({owner: {...owner, name: 'another'}}));
test('a local clock 40 days ahead stops every deletion', refuses, 'ClockSkewed', async () => ({localNow: () => at(45)}));
test('an API server\'s clock that disagrees with the store\'s stops every deletion', refuses, 'ClockSkewed', async () => ({localNow: () => at(45), now: async () => at(45)}));
test('[X-083] an index from the future, as after a clock that went back, stops every deletion', refuses, 'ClockSkewed', async world => {
	const key = '.neo4j-backup/index-1.json';
	const index = world.objects.get(key)!;
	world.objects.set(key, {...index, text: index.text!.replace(/"writtenAt":"[^"]+"/v, `"writtenAt":"${at(50).toISOString()}"`)});
});
test('an open attempt stops every deletion', refuses, 'AttemptOpen', async world => openAttempt(world.open(), {
	runID: manifest(6, []).runID, attempt: 1, startedAt: at(6).toISOString(), pod: 'pod', requested: ['neo4j'],
}));
test('an artifact that no manifest names stops every deletion', refuses, 'CatalogueContradicted', async world => {
	world.open().put(full(6), 100);
});
test('an artifact of another size than its manifest says stops every deletion', refuses, 'CatalogueContradicted', async world => {
	world.open().put(full(5), 99);
});
test('a listing that is cut off stops every deletion', refuses, 'CatalogueContradicted', async () => ({
	faults: {fault: ({method, keys}) => method === 'list' && keys[0] === 'neo4j-' ? 'cut' : undefined},
}));
test('a listing that repeats a page stops every deletion', refuses, 'CatalogueContradicted', async () => ({
	faults: {fault: ({method, keys}) => method === 'list' && keys[0] === 'neo4j-' ? 'repeat' : undefined},
}));
test('[X-083] a listing that breaks off stops every deletion', refuses, 'StoreFailed', async () => ({
	faults: {pageSize: 2, fault: ({method, keys, number}) => method === 'list' && keys[0] === 'neo4j-' && number > 6 ? 'busy' : undefined},
}));
test('[X-083] a permission that is gone stops every deletion', refuses, 'StoreFailed', async () => ({
	faults: {fault: ({method}) => method === 'delete' ? 'denied' : undefined},
}));
test('a CR that changed meanwhile stops every deletion', refuses, 'Interrupted', async () => ({changed: async () => 'spec.retention was changed'}));
test('a deadline that is over stops every deletion', refuses, 'Interrupted', async () => ({isOver: () => true}));
test('a pin that a restore writes during the sweep stops every deletion', refuses, 'Interrupted', async world => ({
	async changed() {
		world.objects.set('.neo4j-backup/pins/restore.json', {size: 1, modified: at(5), text: '{}'});
		return undefined;
	},
}));
test('another sweep at the same time stops every deletion', refuses, 'Interrupted', async world => ({
	async changed() {
		world.objects.set('.neo4j-backup/index-2.json', {size: 1, modified: at(5), text: '{}'});
		return undefined;
	},
}));

test('a FULL removed behind our back: nothing is deleted, and from then on the older intact chain stays', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await world.sweep({maxCount: 1});
	world.today += hour;
	world.objects.delete(full(3));
	t.like(await world.sweep({maxCount: 1}), {reason: 'CatalogueContradicted', deletedCount: 0});
	t.deepEqual(world.files(), fulls(1, 2));
	for (let round = 0; round < 3; round++) {
		world.today += hour;
		await world.sweep({maxCount: 1});
	}

	t.deepEqual(world.files(), fulls(2));
});

test('a file that was missing and came back counts again', async t => {
	const world = await createWorld();
	await dailyFulls(world, 4);
	await world.sweep({maxCount: 2});
	world.today += hour;
	const newest = world.objects.get(full(4))!;
	world.objects.delete(full(4));
	await world.sweep({maxCount: 2});
	world.objects.set(full(4), newest);
	for (let round = 0; round < 4; round++) {
		world.today += hour;
		await world.sweep({maxCount: 2});
	}

	t.deepEqual(world.files(), fulls(3, 4));
	t.like(await world.sweep({maxCount: 2}), {reason: 'UpToDate'});
});

test('what a listing that was cut off lacked counts again with the next sweep, also when nothing expires any more', async t => {
	const world = await createWorld();
	await dailyFulls(world, 4);
	await world.sweep({maxCount: 2});
	world.today += hour;
	t.like(await world.sweep({maxCount: 9}, {faults: {fault: ({method, keys}) => method === 'list' && keys[0] === 'neo4j-' ? 'cut' : undefined}}), {reason: 'CatalogueContradicted', expiring: 0});
	world.today += hour;
	await world.sweep({maxCount: 9});
	t.like(await world.sweep({maxCount: 9}), {reason: 'UpToDate', storage: {restorePoints: 4}});
});

test('only files that a manifest names are touched', async t => {
	const world = await createWorld();
	const strangers = ['neo4j-notes.txt', 'neo4j-2026-01-01.backup', 'other-2025-01-01T00-00-00.backup', 'neo4j-copy-2025-01-01T00-00-00.backup', 'folder/neo4j-2025-01-01T00-00-00.backup'];
	for (const name of strangers) {
		world.open().put(name, 5);
	}

	await dailyFulls(world, 5);
	t.like(await sweepTwice(world, {maxCount: 2}), {reason: 'Swept', deletedCount: 3});
	t.deepEqual(world.files(), [...strangers, ...fulls(4, 5)].toSorted());
});

test('a chain goes from its end, and not further than the first file that cannot be deleted', async t => {
	const world = await createWorld();
	await world.run(1, [artifact(1)]);
	await world.run(2, [artifact(2, {full: false, lowestTx: 11, highestTx: 20})]);
	await world.run(3, [artifact(3, {full: false, lowestTx: 21, highestTx: 30})]);
	await world.run(10, [artifact(10)]);
	const locked: DeleteFailure = {key: full(2), reason: 'Locked', message: 'retained until tomorrow'};
	const deleted: string[] = [];
	const faults: SweepOptions['faults'] = {
		refuses: key => key === full(2) ? locked : undefined,
		after({method, keys}) {
			deleted.push(...method === 'delete' ? keys : []);
		},
	};
	const outcome = await sweepTwice(world, {maxCount: 1}, {faults});
	t.like(outcome, {reason: 'Locked', deletedCount: 1, failures: [{name: full(2), reason: 'Locked: retained until tomorrow'}]});
	t.deepEqual(world.files(), fulls(1, 2, 10));
	world.today += hour;
	deleted.length = 0;
	t.like(await world.sweep({maxCount: 1}, {faults: {...faults, refuses: () => undefined}}), {reason: 'Swept', deletedCount: 2});
	t.deepEqual(deleted.slice(0, 2), [full(2), full(1)]);
	t.deepEqual(world.files(), fulls(10));
});

test('some deletions fail: the others go on, the next sweep tries again, and one more deletes nothing', async t => {
	const world = await createWorld();
	await dailyFulls(world, 6);
	const locked: DeleteFailure = {key: full(2), reason: 'AccessDenied', message: 'not allowed'};
	t.like(await sweepTwice(world, {maxCount: 2}, {faults: {refuses: key => key === full(2) ? locked : undefined}}), {
		reason: 'PartlyDeleted', deletedCount: 3, failureCount: 1,
	});
	t.deepEqual(world.files(), fulls(2, 5, 6));
	t.like(await world.sweep({maxCount: 2}), {reason: 'Swept', deletedCount: 1});
	t.like(await world.sweep({maxCount: 2}), {reason: 'UpToDate', deletedCount: 0});
});

test('what was deleted is announced before the catalogue forgets it', async t => {
	const world = await createWorld();
	await dailyFulls(world, 4);
	await world.sweep({maxCount: 2});
	world.today += hour;
	await t.throwsAsync(world.sweep({maxCount: 2}, {
		async announce() {
			throw new Error('the broker is down');
		},
	}), {message: 'the broker is down'});
	t.deepEqual(world.files(), fulls(3, 4));
	const announced: string[] = [];
	await world.sweep({maxCount: 2}, {
		async announce({deleted}) {
			announced.push(...deleted.map(({name}) => name));
		},
	});
	t.deepEqual(announced, fulls(1, 2));
});

test('a sweep over 2,500 artifacts deletes in batches, and looks at the CR before each', async t => {
	const world = await createWorld();
	const many = Array.from({length: 500}, (_, number) => `db${number}`);
	for (let day = 1; day <= 6; day++) {
		await world.run(day, many.map(database => artifact(day, {database})));
	}

	await world.sweep({maxCount: 1});
	world.today += hour;
	let asked = 0;
	const outcome = await world.sweep({maxCount: 1}, {
		async changed() {
			return ++asked === 3 ? 'it was enough' : undefined;
		},
	});
	t.like(outcome, {reason: 'Interrupted', deletedCount: 2000});
	t.like(await world.sweep({maxCount: 1}), {reason: 'Swept', deletedCount: 500});
	t.is(world.files().length, 500);
});

test('a sweep tells the facts of the runs that it is asked for, and what the directory holds', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	const {runs, storage} = await world.sweep({maxCount: 9}, {wantedRuns: [manifest(2, []).runID]});
	t.deepEqual(runs, [{
		runID: manifest(2, []).runID, bytes: 100, artifactCount: 1, artifacts: [{
			name: full(2), database: 'neo4j', size: 100, full: true,
		}],
	}]);
	t.deepEqual(storage, {
		restorePoints: 3, bytes: 300, oldest: '2026-01-02T00:00:00Z', newest: '2026-01-04T00:00:00Z',
	});
});

test('the next sweep is due when the first grace ends, and at the latest when the next backup passes maxAge', async t => {
	const world = await createWorld();
	await dailyFulls(world, 5);
	const marked = await world.sweep({maxCount: 4});
	t.is(marked.nextSweepTime, new Date(at(5).getTime() + 600_000).toISOString());
	world.today = 5.5;
	const aging = await world.sweep({maxAge: '5d'});
	t.is(aging.nextSweepTime, new Date(at(6).getTime() + 1000).toISOString());
});

test('an artifact in quarantine goes from there', async t => {
	const world = await createWorld();
	await world.run(1, [artifact(1, {verification: 'failed'})]);
	await world.run(2, [artifact(2)]);
	await world.run(3, [artifact(3)]);
	world.objects.delete(full(1));
	world.open().put(`.neo4j-backup/quarantine/${full(1)}`, 100);
	t.like(await sweepTwice(world, {maxCount: 1}), {reason: 'Swept', deletedCount: 2});
	t.deepEqual([...world.objects.keys()].filter(key => key.endsWith('.backup')), [full(3)]);
});

test('an artifact that failed its verification is put aside where its run may not, or could not finish it; not in mode Plan, and not under a run that goes on', async t => {
	const world = await createWorld();
	await world.run(1, [artifact(1)]);
	await world.run(2, [artifact(2, {verification: 'failed'})]);
	await world.run(3, [artifact(3, {verification: 'failed'})]);
	world.open().put(`.neo4j-backup/quarantine/${full(3)}`, 100);
	const backups = () => [...world.objects.keys()].filter(key => key.endsWith('.backup')).toSorted();
	const before = backups();
	await world.sweep({maxCount: 9, mode: 'Plan'});
	t.deepEqual(backups(), before);
	const attempt = {
		runID: '20260105000000-0000abcd', attempt: 1, startedAt: at(4).toISOString(), pod: 'pod', requested: ['neo4j'],
	};
	await openAttempt(world.open(), attempt);
	await world.sweep({maxCount: 9});
	t.deepEqual(backups(), before);
	world.objects.delete('.neo4j-backup/runs/20260105000000-0000abcd-1.open');
	for (const retention of [undefined, {maxCount: 9}]) {
		t.like(await world.sweep(retention), {failureCount: 0});
		t.deepEqual(backups(), [`.neo4j-backup/quarantine/${full(2)}`, `.neo4j-backup/quarantine/${full(3)}`, full(1)]);
	}

	const store = world.open();
	await world.sweep({maxCount: 8}, {store});
	t.deepEqual(store.requests.filter(({keys}) => keys.some(key => key.endsWith('.backup'))).map(({method, keys}) => [method, ...keys]), [['stat', full(2)], ['stat', full(3)]], 'then one look at each');
});

test('one that the store does not let go is told, keeps nothing else from going, and is tried again', async t => {
	const world = await createWorld();
	await world.run(1, [artifact(1)]);
	await world.run(2, [artifact(2, {verification: 'failed'})]);
	await world.run(3, [artifact(3)]);
	const refuses = (key: string): DeleteFailure | undefined => key === full(2) ? {key, reason: 'AccessDenied', message: 'not yours'} : undefined;
	const refused = await sweepTwice(world, {maxCount: 1}, {faults: {refuses}});
	t.is(refused.reason, 'PartlyDeleted');
	t.regex(refused.message, /2026-01-03T00-00-00\.backup/v);
	t.false(world.files().includes(full(1)));
	world.today += hour;
	t.like(await world.sweep({maxCount: 1}), {reason: 'Swept', failureCount: 0});
	t.deepEqual([...world.objects.keys()].filter(key => key.endsWith('.backup')), [full(3)]);
});

test('an index that the listing does not show yet stops every deletion', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await world.sweep({maxCount: 1});
	world.today += hour;
	world.objects.set('.neo4j-backup/index-2.json', {size: 1, modified: at(3), text: '{}'});
	const store = world.open();
	const lagging = {
		...store,
		async * list(prefix: string) {
			for await (const page of store.list(prefix)) {
				yield page.filter(({key}) => !key.endsWith('index-2.json'));
			}
		},
	};
	t.like(await world.sweep({maxCount: 1}, {store: lagging}), {reason: 'Interrupted', deletedCount: 0});
	t.is(world.files().length, 3);
});

test('a mark is only taken back once a listing has shown the file: a sweep that was cut off may have deleted it', async t => {
	const world = await createWorld();
	await dailyFulls(world, 3);
	await world.sweep({maxCount: 1});
	world.today += hour;
	// Deleted by a sweep that died before it could say so; then the policy is widened, while a run goes on.
	world.objects.delete(full(1));
	const {runID} = manifest(4, []);
	await openAttempt(world.open(), {
		runID, attempt: 1, startedAt: at(4).toISOString(), pod: 'pod', requested: ['neo4j'],
	});
	await world.sweep({maxCount: 9});
	await world.run(4, [artifact(4)]);
	await world.sweep({maxCount: 9});
	const {artifacts} = await readCatalogue(world.open());
	t.deepEqual(artifacts.filter(({state}) => state === 'missing').map(({name}) => name), [full(1)]);
	t.like(await world.sweep({maxCount: 9}), {reason: 'UpToDate', storage: {restorePoints: 3}});
});
