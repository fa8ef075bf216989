import test from 'ava';
import {artifactsOf, fold, foldAll} from './folding.ts';
import {
	artifact, at, manifest, owner,
} from './history.ts';
import {createMemoryStore, type MemoryStore} from './memory-store.ts';
import {openAttempt} from '#shared/catalogue/attempt.ts';
import {CatalogueError} from '#shared/catalogue/catalogue-error.ts';
import {openDirectory, readDatabase} from '#shared/catalogue/directory.ts';
import {
	foldAt, foldedFiles, isFoldDue, nextIndex, nextPart, writeIndex,
} from '#shared/catalogue/fold.ts';
import {writePart} from '#shared/catalogue/part.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {writeManifest} from '#shared/catalogue/write.ts';

const putText = (store: MemoryStore, key: string, text: string): void => {
	store.objects.set(key, {size: text.length, modified: at(0), text});
};

/** Messages, and keys, of what the catalogue complains about. */
const complaints = async (store: MemoryStore): Promise<readonly string[]> => {
	const {unreadable} = await readCatalogue(store);
	return unreadable.map(({message}) => message);
};

const complainedKeys = async (store: MemoryStore): Promise<readonly string[]> => {
	const {unreadable} = await readCatalogue(store);
	return unreadable.map(({key}) => key);
};

const openRuns = async (store: MemoryStore): Promise<readonly string[]> => {
	const {openAttempts} = await readCatalogue(store);
	return openAttempts.map(({runID}) => runID);
};

const claimed = async (options = {}): Promise<MemoryStore> => {
	const store = createMemoryStore(options);
	await claimDirectory(store, owner);
	return store;
};

test('a directory of nobody is taken', async t => {
	const store = createMemoryStore();
	t.deepEqual(await claimDirectory(store, owner), {claimed: true});
	const catalogue = await readCatalogue(store);
	t.deepEqual(catalogue.owner, owner);
	t.deepEqual(catalogue.unreadable, []);
});

test('the same owner takes its directory again', async t => {
	const store = await claimed();
	t.deepEqual(await claimDirectory(store, owner), {claimed: true});
	t.is([...store.objects.keys()].filter(key => key.includes('owner')).length, 1);
});

test('another owner is told whose the directory is, and nothing is written', async t => {
	const store = await claimed();
	const before = new Map(store.objects);
	for (const other of [{...owner, cluster: 'cluster-2'}, {...owner, namespace: 'other'}, {...owner, name: 'other'}]) {
		t.deepEqual(await claimDirectory(store, other), {conflict: owner});
		t.deepEqual(store.objects, before);
	}
});

test('an owner that adopts a directory finds what was in it, and the first owner is refused from then on', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	const heir = {...owner, cluster: 'cluster-2'};
	t.deepEqual(await claimDirectory(store, heir, {adopt: true}), {claimed: true});
	const catalogue = await readCatalogue(store);
	t.deepEqual(catalogue.owner, heir);
	t.deepEqual(catalogue.unreadable, []);
	t.is(catalogue.artifacts.length, 1);
	t.deepEqual(await claimDirectory(store, owner), {conflict: heir});
});

test('of two owners that claim at once one gets the directory, also where conditions are ignored', async t => {
	for (const ignoresConditions of [false, true]) {
		const store = createMemoryStore({ignoresConditions});
		const other = {...owner, name: 'other'};
		const claims = await Promise.all([claimDirectory(store, owner), claimDirectory(store, other)]);
		t.is(claims.filter(claim => 'claimed' in claim).length, 1);
	}
});

test('an owner file that cannot be understood stops the claim', async t => {
	const store = await claimed();
	putText(store, '.neo4j-backup/owner.json', '{"version":1,"clus');
	await t.throwsAsync(claimDirectory(store, owner), {instanceOf: CatalogueError});
	t.deepEqual(await complainedKeys(store), ['.neo4j-backup/owner.json']);
});

test('a manifest written again is fine, another one under its run id is refused', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	await writeManifest(store, manifest(1, [artifact(1)]));
	await t.throwsAsync(writeManifest(store, manifest(1, [])), {instanceOf: CatalogueError, message: /already with another content/v});
	t.deepEqual(await artifactsOf(store), [artifact(1).name]);
});

test('an attempt is open until its run has a manifest', async t => {
	const store = await claimed();
	const run = manifest(1, [artifact(1)]);
	await openAttempt(store, {
		runID: run.runID, attempt: 0, startedAt: run.startedAt, pod: 'pod-1', requested: ['neo4j'],
	});
	t.deepEqual(await openRuns(store), [run.runID]);
	await writeManifest(store, run);
	t.deepEqual(await openRuns(store), []);
});

test('a broken file is reported and does not hide the others', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	const broken = `.neo4j-backup/runs/${manifest(2, []).runID}.json`;
	putText(store, broken, '{');
	const catalogue = await readCatalogue(store);
	t.deepEqual(catalogue.unreadable.map(({key}) => key), [broken]);
	t.is(catalogue.artifacts.length, 1);
});

test('a manifest of someone who never owned the directory is reported', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)], {owner: {...owner, name: 'stranger'}}));
	t.regex(String(await complaints(store)), /never owned this directory/v);
});

test('two runs that disagree about a file are reported', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	await writeManifest(store, manifest(2, [artifact(1, {size: 7})]));
	t.regex(String(await complaints(store)), /says something else of neo4j-/v);
});

test('a directory without a catalogue is reported', async t => {
	const store = createMemoryStore();
	store.put(artifact(1).name, 100);
	t.regex(String(await complaints(store)), /no catalogue/v);
});

test('a listing of the catalogue that is cut off or repeated is reported', async t => {
	for (const fault of ['cut', 'repeat'] as const) {
		const store = await claimed();
		const failing = createMemoryStore({objects: store.objects, fault: ({method}) => method === 'list' ? fault : undefined});
		t.notDeepEqual(await complaints(failing), [], `a listing with ${fault}`);
	}
});

test('an index holds what was read, so that its manifests are not read again', async t => {
	const store = await claimed();
	for (let days = 1; days <= foldAt; days++) {
		await writeManifest(store, manifest(days, [artifact(days)]));
	}

	t.true(isFoldDue(await openDirectory(store)));
	t.true(await fold(store, {writer: 'a', now: at(200)}));
	const counting = createMemoryStore({objects: store.objects});
	const after = await readCatalogue(counting);
	t.is(after.artifacts.length, foldAt);
	t.false(isFoldDue(after));
	t.deepEqual(counting.requests.map(({method}) => method), ['list', 'read', 'read', 'read']);
});

test('[X-062] reading a catalogue of 10,000 runs costs one listing, the owner, the index, the part of the database and the manifests since', async t => {
	const store = await claimed();
	const since = Array.from({length: 10_000}, (_, hour) => manifest(hour / 24, [artifact(hour / 24)]));
	const directory = {...await openDirectory(store), since, fresh: new Map([['neo4j', since.map(one => ({manifest: one}))]])};
	t.true(await fold(store, {directory, writer: 'a', now: at(420)}));
	await writeManifest(store, manifest(419, [artifact(419)]));
	const counting = createMemoryStore({objects: store.objects});
	const read = await artifactsOf(counting);
	t.is(read.length, 10_001);
	t.is(counting.requests.length, 5);
});

test('of a directory of 50 databases only the part of the one that is asked for is read', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, Array.from({length: 50}, (_, number) => artifact(1, {database: `db${number}`}))));
	await fold(store, {writer: 'a', now: at(2)});
	const counting = createMemoryStore({objects: store.objects});
	const directory = await openDirectory(counting);
	const opened = counting.requests.length;
	const {artifacts} = await readDatabase(counting, directory, 'db7');
	t.deepEqual(artifacts.map(({name}) => name), [artifact(1, {database: 'db7'}).name]);
	t.is(opened, 3);
	t.is(counting.requests.length, 4);
});

test('a part that is gone, was changed, or speaks of another database is reported, and keeps no other from being read', async t => {
	const spoil: ReadonlyArray<(store: MemoryStore, key: string) => void> = [
		(store, key) => {
			store.objects.delete(key);
		},
		(store, key) => {
			putText(store, key, store.objects.get(key)!.text!.replace('"size":100', '"size":101'));
		},
		(store, key) => {
			putText(store, key, '{"version":2,');
		},
	];
	for (const change of spoil) {
		const store = await claimed();
		await writeManifest(store, manifest(1, [artifact(1), artifact(1, {database: 'other'})]));
		await fold(store, {writer: 'a', now: at(2)});
		const key = [...store.objects.keys()].find(name => name.endsWith('-neo4j.json'))!;
		change(store, key);
		t.deepEqual(await complainedKeys(store), [key]);
		t.deepEqual(await artifactsOf(store), [artifact(1, {database: 'other'}).name]);
	}
});

test('an index of the first version, all in one file, is read as it is, and the next one has its parts in files of their own', async t => {
	const store = await claimed();
	const runs = [manifest(1, [artifact(1), artifact(1, {database: 'other'})]), manifest(2, [artifact(2)])];
	const gone = {name: artifact(0.5).name, runID: manifest(0.5, []).runID, deletedAt: at(1).toISOString()};
	const mark = {name: artifact(1).name, since: at(2).toISOString(), reason: 'expires: older than 1d'};
	putText(store, '.neo4j-backup/index-7.json', JSON.stringify({
		version: 1, number: 7, writtenAt: at(2).toISOString(), writer: 'old', runs: runs.map(one => ({foldedIn: 7, manifest: one})), goneRuns: [], expiring: [mark], missing: [], deleted: [gone], archivedInPlace: [],
	}));
	const before = await readCatalogue(store);
	t.true(await fold(store, {writer: 'new', now: at(3)}));
	const after = await readCatalogue(store);
	t.deepEqual(before.artifacts.map(({name}) => name).toSorted(), [...runs.flatMap(({artifacts}) => artifacts)].map(({name}) => name).toSorted());
	t.deepEqual(before.marks.expiring, [mark]);
	t.deepEqual(before.marks.deleted, [gone]);
	t.deepEqual(after.artifacts, before.artifacts);
	t.deepEqual(after.marks.deleted, [gone]);
	t.is(after.index?.number, 8);
	t.deepEqual(after.index?.databases.map(({name}) => name), ['neo4j', 'other']);
	t.is([...store.objects.keys()].filter(key => key.includes('/parts/')).length, 2);
});

test('a part goes once neither of the two newest indexes names it, and one that was written for an index to come stays', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	await fold(store, {writer: 'a', now: at(1)});
	const first = [...store.objects.keys()].find(key => key.includes('/parts/'))!;
	await writeManifest(store, manifest(2, [artifact(2)]));
	await fold(store, {writer: 'b', now: at(2)});
	// Of a sweep that died before it wrote index 2, and of one that is about to write index 3.
	putText(store, '.neo4j-backup/parts/2-0123456789abcdef-neo4j.json', '{}');
	putText(store, '.neo4j-backup/parts/3-0123456789abcdef-neo4j.json', '{}');
	const parts = async () => foldedFiles(await openDirectory(store)).filter(key => key.includes('/parts/'));
	t.deepEqual(await parts(), [], 'the index before names the first one');
	await fold(store, {writer: 'c', now: at(3)});
	t.deepEqual(await parts(), [first, '.neo4j-backup/parts/2-0123456789abcdef-neo4j.json']);
});

test('a run of which the parts of some databases are not written yet is read again, and none of its artifacts twice', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1), artifact(1, {database: 'other'})]));
	const directory = await openDirectory(store);
	const part = nextPart(await readDatabase(store, directory, 'neo4j'), {expiring: [], missing: [], deleted: []}, {directory, now: at(2)});
	const entry = {name: 'neo4j', key: await writePart(store, part, 1), runs: [manifest(1, []).runID]};
	await writeIndex(store, nextIndex(directory, {databases: new Map([['neo4j', entry]]), writer: 'a', now: at(2)}));
	const {since} = await openDirectory(store);
	t.deepEqual(since.map(({runID}) => runID), [manifest(1, []).runID]);
	t.deepEqual(await artifactsOf(store), [artifact(1).name, artifact(1, {database: 'other'}).name]);
	await fold(store, {writer: 'b', now: at(2)});
	const {since: left, index} = await openDirectory(store);
	t.deepEqual(left, []);
	t.deepEqual(index?.databases.map(({runs}) => runs), [[], []]);
});

test('files are removed only when two indexes hold what they say', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	t.deepEqual(foldedFiles(await readCatalogue(store)), []);
	await fold(store, {writer: 'a', now: at(2)});
	t.deepEqual(foldedFiles(await readCatalogue(store)), []);
	await fold(store, {writer: 'b', now: at(2)});
	t.deepEqual(foldedFiles(await readCatalogue(store)), [`.neo4j-backup/runs/${manifest(1, []).runID}.json`]);
});

test('nothing is removed on the strength of one index, while the one before it is gone or the newest cannot be read', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	for (const writer of ['a', 'b', 'c']) {
		await fold(store, {writer, now: at(2)});
	}

	t.true(foldedFiles(await readCatalogue(store)).length > 0);
	const second = store.objects.get('.neo4j-backup/index-2.json')!;
	store.objects.delete('.neo4j-backup/index-2.json');
	t.deepEqual(foldedFiles(await readCatalogue(store)), []);
	store.objects.set('.neo4j-backup/index-2.json', second);
	putText(store, '.neo4j-backup/index-3.json', '{');
	t.deepEqual(foldedFiles(await readCatalogue(store)), []);
});

test('a run that only the newest index holds keeps its file, and a writer that was too late is told', async t => {
	const store = await claimed();
	await fold(store, {writer: 'a', now: at(1)});
	await writeManifest(store, manifest(1, [artifact(1)]));
	const index = await foldAll(store, {writer: 'b', now: at(2)});
	t.true(await writeIndex(store, index));
	t.deepEqual(foldedFiles(await readCatalogue(store)), []);
	t.false(await writeIndex(store, {...index, writer: 'c'}));
});

test('an unreadable index is reported, and the one before it with the manifests since still shows everything', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	for (const writer of ['a', 'b']) {
		await fold(store, {writer, now: at(2)});
	}

	await store.delete(foldedFiles(await readCatalogue(store)));
	putText(store, '.neo4j-backup/index-2.json', '{"version":1,');
	const catalogue = await readCatalogue(store);
	t.deepEqual(catalogue.unreadable.map(({key}) => key), ['.neo4j-backup/index-2.json']);
	t.is(catalogue.artifacts.length, 1);
	t.deepEqual(foldedFiles(catalogue), []);
});

test('what a sweep deleted stays deleted while an old manifest still names it', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	const {runID} = manifest(1, []);
	await fold(store, {deleted: [{name: artifact(1).name, runID, deletedAt: at(2).toISOString()}], writer: 'a', now: at(2)});
	t.deepEqual(await artifactsOf(store), []);
	// Years later the file still lies about, because the account may not delete it.
	await fold(store, {writer: 'b', now: at(900)});
	t.deepEqual(await artifactsOf(store), []);
});

test('what was deleted of a run stays deleted for years while something else of it is left', async t => {
	const store = await claimed();
	const [gone, left] = [artifact(1), artifact(1, {database: 'other'})];
	await writeManifest(store, manifest(1, [gone, left]));
	const {runID} = manifest(1, []);
	await fold(store, {deleted: [{name: gone.name, runID, deletedAt: at(2).toISOString()}], writer: 'a', now: at(2)});
	for (const [writer, days] of [['b', 900], ['c', 901]] as const) {
		await fold(store, {writer, now: at(days)});
		await store.delete(foldedFiles(await readCatalogue(store)));
	}

	t.deepEqual(await artifactsOf(store), [left.name]);
});

test('a run of which nothing is left is not read again while its file still lies about', async t => {
	const store = await claimed();
	await writeManifest(store, manifest(1, [artifact(1)]));
	const {runID} = manifest(1, []);
	const deleted = [{name: artifact(1).name, runID, deletedAt: at(2).toISOString()}];
	await fold(store, {deleted, writer: 'a', now: at(2)});
	for (const [writer, days] of [['b', 900], ['c', 901]] as const) {
		await fold(store, {writer, now: at(days)});
	}

	const {since, artifacts} = await readCatalogue(store);
	t.deepEqual(since, []);
	t.deepEqual(artifacts, []);
});

test('an index of a newer installation is reported and asks for an update', async t => {
	const store = await claimed();
	putText(store, '.neo4j-backup/index-1.json', JSON.stringify({version: 3, number: 1}));
	t.regex(String(await complaints(store)), /Update the installation/v);
});

test('a pin is read, and one that cannot be read is reported', async t => {
	const store = await claimed();
	putText(store, '.neo4j-backup/pins/uid-1.json', JSON.stringify({
		version: 1, restore: 'neo4j/back', artifacts: [artifact(1).name], createdAt: at(1).toISOString(),
	}));
	putText(store, '.neo4j-backup/pins/uid-2.json', '');
	const catalogue = await readCatalogue(store);
	t.deepEqual(catalogue.pins.map(({restore}) => restore), ['neo4j/back']);
	t.deepEqual(catalogue.unreadable.map(({key}) => key), ['.neo4j-backup/pins/uid-2.json']);
});
