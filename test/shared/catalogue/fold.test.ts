import test from 'ava';
import {artifactsOf, fold, foldAll} from './folding.ts';
import {
	artifact, at, manifest, owner,
} from './history.ts';
import {createMemoryStore, type MemoryStore} from './memory-store.ts';
import {openAttempt} from '#shared/catalogue/attempt.ts';
import {openDirectory, readDatabase} from '#shared/catalogue/directory.ts';
import {
	foldedFiles, isFoldDue, nextIndex, nextPart, writeIndex,
} from '#shared/catalogue/fold.ts';
import {
	attemptKey, indexKey, manifestKey, sweepKey,
} from '#shared/catalogue/keys.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {writePart} from '#shared/catalogue/part.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

const {runID} = manifest(1, []);

const attempt = {
	runID, attempt: 1, startedAt: at(1).toISOString(), pod: 'pod-1', requested: ['neo4j'],
};

/** A directory with one run that two indexes hold, so that its files may go. */
const folded = async (...artifacts: ReadonlyArray<ReturnType<typeof artifact>>): Promise<MemoryStore> => {
	const store = createMemoryStore();
	await claimDirectory(store, owner);
	await openAttempt(store, attempt);
	await writeManifest(store, manifest(1, artifacts));
	for (const writer of ['a', 'b']) {
		await fold(store, {writer, now: at(2)});
	}

	return store;
};

const knownRuns = async (store: Store): Promise<readonly string[]> => {
	const {index} = await openDirectory(store);
	return index!.runs.map(({head}) => head.runID);
};

test('an index remembers a run for thirty days, and longer only while a file of it is there', async t => {
	const store = await folded(artifact(1));
	await store.delete(foldedFiles(await openDirectory(store)));
	await fold(store, {writer: 'c', now: at(30.9)});
	t.deepEqual(await knownRuns(store), [runID]);
	await fold(store, {writer: 'd', now: at(31.1)});
	t.deepEqual(await knownRuns(store), []);
	t.deepEqual(await artifactsOf(store), [artifact(1).name], 'what it wrote is known all the same');
});

test('a manifest that cannot be removed is not read again, however old it is', async t => {
	const store = await folded(artifact(1));
	for (const [writer, days] of [['c', 900], ['d', 901]] as const) {
		await fold(store, {writer, now: at(days)});
		const {since} = await openDirectory(store);
		t.deepEqual(since, []);
	}
});

test('an attempt that cannot be removed is not taken for an open one, however old it is', async t => {
	const store = await folded(artifact(1));
	await store.delete(foldedFiles(await openDirectory(store)).filter(key => key !== attemptKey(runID, 1)));
	for (const [writer, days] of [['c', 900], ['d', 901]] as const) {
		await fold(store, {writer, now: at(days)});
		const {openAttempts, listing} = await openDirectory(store);
		t.is(listing.attempts.length, 1);
		t.deepEqual(openAttempts, []);
	}
});

test('an attempt goes before the manifest that closes it', async t => {
	const store = await folded(artifact(1));
	const files = foldedFiles(await openDirectory(store));
	t.deepEqual(files, [attemptKey(runID, 1), manifestKey(runID)]);
});

test('attempt and manifest of a run that no index holds stay', async t => {
	const store = await folded(artifact(1));
	const later = manifest(3, [artifact(3)]);
	await openAttempt(store, {...attempt, runID: later.runID});
	await writeManifest(store, later);
	const files = foldedFiles(await openDirectory(store));
	t.false(files.some(key => key.includes(later.runID)));
});

test('what was deleted is remembered for thirty days, so that a listing which still shows it is not taken for a contradiction', async t => {
	const store = await folded(artifact(1));
	const deleted = [{name: artifact(1).name, runID, deletedAt: at(2).toISOString()}];
	await fold(store, {deleted, writer: 'c', now: at(2)});
	await store.delete(foldedFiles(await openDirectory(store)));
	const tombstones = async () => {
		const {marks} = await readDatabase(store, await openDirectory(store), 'neo4j');
		return marks.deleted;
	};

	await fold(store, {writer: 'd', now: at(31.9)});
	t.deepEqual(await tombstones(), deleted);
	await fold(store, {writer: 'e', now: at(32.1)});
	t.deepEqual(await tombstones(), []);
	t.deepEqual(await artifactsOf(store), [], 'nor is it known any more');
});

test('what was deleted of a run is remembered until the index holds the run, however long another database keeps it from that', async t => {
	const store = createMemoryStore();
	await claimDirectory(store, owner);
	await writeManifest(store, manifest(1, [artifact(1), artifact(1, {database: 'other'})]));
	const directory = await openDirectory(store);
	const content = await readDatabase(store, directory, 'neo4j');
	const deleted = [{name: artifact(1).name, runID, deletedAt: at(2).toISOString()}];
	const part = nextPart(content, {expiring: [], missing: [], deleted}, {directory, now: at(900)});
	t.deepEqual(part.deleted, deleted);
});

test('what is missing, and what was archived where it lies, is remembered by every later part for as long as its backup is known', async t => {
	const store = await folded(artifact(1), artifact(1.5));
	const missing = [{name: artifact(1).name, since: at(2).toISOString()}];
	const archivedInPlace = [artifact(1.5).name];
	const write = async (number: number, changes: Partial<Parameters<typeof nextPart>[1]>) => {
		const directory = await openDirectory(store);
		const content = await readDatabase(store, directory, 'neo4j');
		const part = nextPart(content, {
			expiring: [], missing: content.marks.missing, deleted: [], ...changes,
		}, {directory, now: at(3)});
		const entry = {name: 'neo4j', key: await writePart(store, part, number), runs: []};
		await writeIndex(store, nextIndex(directory, {databases: new Map([['neo4j', entry]]), writer: 'c', now: at(3)}));
		return part;
	};

	await write(3, {missing, archivedInPlace});
	t.like(await write(4, {}), {missing, archivedInPlace});
	t.like(await write(5, {deleted: [{name: artifact(1.5).name, runID, deletedAt: at(3).toISOString()}]}), {missing, archivedInPlace: []});
});

test('a file that was listed and is gone when it is read is reported, and an index of those is passed over', async t => {
	const pinKey = '.neo4j-backup/pins/back.json';
	for (const key of [indexKey(2), manifestKey(manifest(3, []).runID), pinKey]) {
		const {objects} = await folded(artifact(1));
		const whole = createMemoryStore({objects});
		await writeManifest(whole, manifest(3, [artifact(3)]));
		await whole.create(pinKey, JSON.stringify({
			version: 1, restore: 'neo4j/back', artifacts: [artifact(1).name], createdAt: at(3).toISOString(),
		}));
		const {unreadable, index} = await openDirectory({...whole, read: async (name, maxBytes) => name === key ? undefined : whole.read(name, maxBytes)});
		t.deepEqual(unreadable.map(one => one.key), [key]);
		t.regex(unreadable[0]!.message, /it is listed and cannot be read/v);
		t.is(index?.number, key === indexKey(2) ? 1 : 2);
	}
});

test('what a store throws says nothing of the catalogue, and is thrown', async t => {
	const {objects} = await folded(artifact(1));
	const failing = createMemoryStore({objects, fault: ({method}) => method === 'read' ? 'busy' : undefined});
	await t.throwsAsync(openDirectory(failing), {instanceOf: StoreError, message: /busy/v});
});

test('an index entry with the part of another database is reported', async t => {
	const store = await folded(artifact(1), artifact(1, {database: 'other'}));
	const {index} = await openDirectory(store);
	const [one, other] = index!.databases;
	const text = JSON.stringify({version: 2, ...index, databases: [{...one, key: other!.key}, other]});
	store.objects.set(indexKey(2), {size: text.length, modified: at(3), text});
	const {unreadable} = await readDatabase(store, await openDirectory(store), 'neo4j');
	t.deepEqual(unreadable.map(({key}) => key), [other!.key]);
	t.regex(unreadable[0]!.message, /speaks of another database than neo4j/v);
});

test('runs that an index of the first version remembers as gone are not read again', async t => {
	const store = createMemoryStore();
	await claimDirectory(store, owner);
	await writeManifest(store, manifest(1, [artifact(1)]));
	const text = JSON.stringify({
		version: 1, number: 7, writtenAt: at(2).toISOString(), writer: 'old', runs: [], goneRuns: [runID], expiring: [], missing: [], deleted: [], archivedInPlace: [],
	});
	store.objects.set(indexKey(7), {size: text.length, modified: at(2), text});
	t.deepEqual(await artifactsOf(store), []);
});

test('a writer whose first attempt wrote the index, and was not answered, has written it', async t => {
	const store = await folded(artifact(1));
	const unanswered: Store = {
		...store,
		async create(key, content) {
			await store.create(key, content);
			return store.create(key, content);
		},
	};
	const index = await foldAll(store, {writer: 'c', now: at(3)});
	t.true(await writeIndex(unanswered, index));
	t.false(await writeIndex(unanswered, {...index, writer: 'd'}));
});

test('the records of the last hundred sweeps stay', async t => {
	const store = await folded(artifact(1));
	const sweeps = Array.from({length: 103}, (_, number) => sweepKey(`20260101000000-${String(number).padStart(8, '0')}`));
	for (const key of sweeps) {
		await store.create(key, '{}');
	}

	const files = foldedFiles(await openDirectory(store));
	t.deepEqual(files.filter(key => sweeps.includes(key)), sweeps.slice(0, 3));
});

test('manifests are folded once they name very many artifacts, however few they are', t => {
	const run = (count: number) => manifest(1, Array.from({length: count}, (_, number) => artifact(1, {database: `db${number}`})));
	t.false(isFoldDue({since: [run(5000), run(4999)]}));
	t.true(isFoldDue({since: [run(5000), run(5000)]}));
});
