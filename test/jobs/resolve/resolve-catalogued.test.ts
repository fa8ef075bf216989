import {rm, truncate} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {
	artifact, at, manifest, owner,
} from '../../shared/catalogue/history.ts';
import {aesKey, createShelf, type Shelf} from '../fetch/shelf.ts';
import {resolverOf, uid, type Resolver} from './resolve-in.ts';
import {runSweepJob} from '#jobs/sweep/sweep-job.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {silentLog} from '#shared/log.ts';
import {sourceStatus} from '#shared/restore/resolve-outcome.ts';
import {sweepSpecVariable, type SweepSpec} from '#shared/retention/sweep-spec.ts';
import {StoreError} from '#shared/stores/store.ts';
import {openStore} from '#shared/stores/open.ts';

const diff = (days: number) => ({full: false, lowestTx: (days * 10) + 1, highestTx: (days + 1) * 10});

const start = async (t: ExecutionContext): Promise<{shelf: Shelf; resolver: Resolver}> => {
	const shelf = await createShelf(t);
	return {shelf, resolver: await resolverOf(t, shelf.location)};
};

/** A FULL of the first day and differential backups of the two after it, and a FULL of the fifth. */
const chains = async (t: ExecutionContext) => {
	const {shelf, resolver} = await start(t);
	const names = [await shelf.put(1, {highestTx: 20}), await shelf.put(2, diff(2)), await shelf.put(3, diff(3)), await shelf.put(5, {highestTx: 60})];
	return {shelf, resolver, names};
};

const encryption = {algorithm: 'AES256', secretName: 'backup-key', secretKey: 'key'} as const;

test('the newest backup of the directory is found, with all that the status says of it', async t => {
	const {shelf, resolver, names} = await chains(t);
	const found = await resolver.found();
	t.like(found, {
		path: 'daily', runID: manifest(5, []).runID, artifactCount: 1, bytes: 200_000, isEncrypted: false, notes: [],
	});
	t.deepEqual(sourceStatus(found, shelf.location), {
		resolvedSource: {
			location: `${shelf.location.root!}/daily/`, runID: found.runID!, artifactCount: 1, bytes: 200_000, artifacts: [{
				name: names[3]!, size: 200_000, full: true, highestTx: 60,
			}],
		},
		backupInfo: {
			backupPath: `${shelf.location.root!}/daily/${names[3]!}`, backupSize: '200KB', originalDatabase: 'neo4j', backupCreatedAt: '2026-01-06T00:00:00Z', neo4jVersion: '2026.02.0',
		},
	});
});

test('a file in backupPath is that artifact, and a differential one brings its chain, the FULL first', async t => {
	const {resolver, names} = await chains(t);
	for (const wanted of [{kind: 'path', path: `/${names[2]!}`}, {kind: 'artifact', name: names[2]!}] as const) {
		const found = await resolver.found({wanted});
		t.deepEqual(found.artifacts.map(({name, full, highestTx}) => [name, full, highestTx]), [[names[0], true, 20], [names[1], false, 30], [names[2], false, 40]]);
		t.like(found, {artifactCount: 3, bytes: 600_000});
	}
});

test('what is read is pinned once for all attempts, for a week, and a newer choice is pinned beside it', async t => {
	const {shelf, resolver, names} = await chains(t);
	const wanted = {kind: 'path', path: names[1]!} as const;
	await resolver.found({wanted});
	await resolver.found({wanted});
	const [pin, ...others] = await resolver.pins();
	t.deepEqual(others, []);
	t.like(pin, {name: `restore-${uid}.json`, restore: 'neo4j/back', artifacts: names.slice(0, 2)});
	t.false('purpose' in pin!);
	t.is(Date.parse(pin!['expiresAt'] as string) - Date.parse(pin!['createdAt'] as string), 7 * 24 * 60 * 60_000);
	const newest = await shelf.put(6);
	await resolver.found();
	const pins = await resolver.pins();
	t.deepEqual(pins.map(one => one['artifacts']), [[newest], names.slice(0, 2)]);
});

test('a folder below the storage is taken with the newest of its own catalogue, however its slashes are written', async t => {
	const shelf = await createShelf(t);
	const name = await shelf.put(1);
	const resolver = await resolverOf(t, {...shelf.location, path: ''});
	for (const given of ['daily', '/daily/', '//daily//']) {
		const found = await resolver.found({wanted: {kind: 'path', path: given}});
		t.like(found, {path: 'daily', artifacts: [{name}]});
		t.is(sourceStatus(found, shelf.location).backupInfo.backupPath, `${shelf.location.root!}/daily/${name}`);
	}

	const pins = await resolver.pins('daily');
	t.is(pins.length, 1, 'where the sweep of that folder sees it');
});

test('a newer backup that cannot be restored is passed over and told', async t => {
	const {shelf, resolver} = await start(t);
	const good = await shelf.put(1);
	const bad = await shelf.put(2, {verification: 'failed'});
	const found = await resolver.found();
	t.is(found.artifacts[0]?.name, good);
	t.deepEqual(found.notes, [`${bad} is newer and was passed over: its verification failed`]);
});

test('a database that is not there is refused with those that are', async t => {
	const {shelf, resolver} = await start(t);
	await shelf.put(1);
	await shelf.put(2, {database: 'movies', name: artifact(2, {database: 'movies'}).name});
	t.regex(await resolver.refused({database: 'orders'}), /^DatabaseUnknown: .* holds no backup of orders; it holds backups of movies, neo4j\./v);
	t.deepEqual(await resolver.pins(), []);
});

test('a source of one database is restored under any name, and so is a file, but never system', async t => {
	const {shelf, resolver} = await start(t);
	const name = await shelf.put(1);
	const found = await resolver.found({database: 'Copy'});
	t.like(found, {originalDatabase: 'neo4j', artifacts: [{name}]});
	t.regex(found.notes[0]!, /holds backups of neo4j alone: that is restored as copy/v);
	const system = await shelf.put(2, {database: 'system', name: artifact(2, {database: 'system'}).name});
	t.like(await resolver.found({database: 'copy'}), {originalDatabase: 'neo4j'}, 'system does not count');
	await shelf.put(3, {database: 'movies', name: artifact(3, {database: 'movies'}).name});
	t.like(await resolver.found({database: 'copy', wanted: {kind: 'path', path: name}}), {originalDatabase: 'neo4j'});
	t.regex(await resolver.refused({database: 'copy', wanted: {kind: 'path', path: system}}), /^SystemDatabase: /v);
});

test('a Neo4jBackup without a backup yet is waited for, any other folder is refused', async t => {
	const {shelf, resolver} = await start(t);
	const {outcome} = await resolver.run({backupRef: 'daily'});
	t.like(outcome, {outcome: 'nothingYet'});
	await writeManifest(shelf.store, manifest(1, [], {requested: ['neo4j'], missing: ['neo4j']}));
	t.like(await resolver.run({backupRef: 'daily'}), {exit: 0, outcome: {outcome: 'nothingYet'}}, 'a run that failed is none');
	t.regex(await resolver.refused(), /^BackupNotFound: /v);
	await shelf.put(2);
	await resolver.found({backupRef: 'daily'});
	t.regex(await resolver.refused({backupRef: 'daily', database: 'a', wanted: {kind: 'path', path: 'elsewhere'}}), /^BackupNotFound: /v);
});

test('a path that is neither file nor folder is refused with its whole URI', async t => {
	const {shelf, resolver} = await chains(t);
	for (const given of ['/no/such.backup', 'neo4j-2020-01-01T00-00-00.backup', `${artifact(1).name}/below`]) {
		const message = await resolver.refused({wanted: {kind: 'path', path: given}});
		t.is(message, `BackupNotFound: There is no backup at ${shelf.location.root!}/daily/${given.replace(/^\//v, '')}, neither a file nor a folder: check backupPath, which is a path below storage.path`);
	}

	t.regex(await resolver.refused({wanted: {kind: 'path', path: '../other'}}), /must not hold "\." or "\.\."/v);
});

test('latest.backup is an object of that name, and where there is none the newest of its folder', async t => {
	const {resolver, names} = await chains(t);
	const wanted = {kind: 'path', path: 'latest.backup'} as const;
	t.like(await resolver.found({wanted}), {artifacts: [{name: names[3]!}]});
	await resolver.file('daily/latest.backup', 'an object of that name');
	t.like(await resolver.found({wanted}), {artifacts: [{name: 'latest.backup', size: 22}], path: 'daily'});
});

test('a point in time is found in the first backup taken then or later, with its chain', async t => {
	const {resolver, names} = await chains(t);
	const found = await resolver.found({pointInTime: at(2.5).toISOString()});
	t.deepEqual(found.artifacts.map(({name}) => name), names.slice(0, 3));
	t.like(await resolver.found({pointInTime: '2026-01-03T02:00:00+02:00'}), {artifacts: [{name: names[0]!}, {name: names[1]!}]}, 'exactly when it was taken');
	t.like(await resolver.found({pointInTime: at(2.5).toISOString(), wanted: {kind: 'path', path: names[2]!}}), {artifactCount: 3});
});

test('a point in time that no chain contains is refused with what is covered', async t => {
	const {resolver, names} = await chains(t);
	t.regex(await resolver.refused({pointInTime: at(0.5).toISOString()}), /^PointInTimeNotCovered: .*the backups cover 2026-01-02T00:00:00\.000Z to 2026-01-06T00:00:00\.000Z/v);
	t.regex(await resolver.refused({pointInTime: at(9).toISOString()}), /^PointInTimeNotCovered: .*the backups cover 2026-01-02T00:00:00\.000Z to 2026-01-06T00:00:00\.000Z/v);
	const gap = await resolver.refused({pointInTime: at(4).toISOString()});
	t.true(gap.endsWith(`but nothing between 2026-01-04T00:00:00.000Z and 2026-01-06T00:00:00.000Z, because a full backup began a new chain there: choose another point, or leave pointInTime out and name ${names[2]!} or ${names[3]!} in backupPath`));
	t.regex(await resolver.refused({pointInTime: at(2.5).toISOString(), wanted: {kind: 'path', path: names[1]!}}), new RegExp(String.raw`^PointInTimeNotCovered: neo4j: no backup in ${names[1]!} contains the point in time .*the backups cover 2026-01-02T00:00:00\.000Z to 2026-01-03T00:00:00\.000Z`, 'v'));
	t.deepEqual(await resolver.pins(), []);
});

test('an encrypted backup is found by its name in the clear, and its key is proven', async t => {
	const {shelf, resolver} = await start(t);
	const name = await shelf.put(1, {}, await aesKey(7));
	const found = await resolver.found({encryption, wanted: {kind: 'path', path: name}}, {key: new Uint8Array(32).fill(7)});
	t.like(found, {isEncrypted: true, artifacts: [{name: `${name}.aws-esdk`}]});
});

test('a key that is missing or another one is refused, and so is an artifact that it does not open', async t => {
	const {shelf, resolver} = await start(t);
	const name = await shelf.put(1, {}, await aesKey(7));
	t.regex(await resolver.refused(), /^EncryptionKeyMissing: .* is encrypted with AES256: name the Secret with its key in source\.encryption/v);
	t.regex(await resolver.refused({encryption}), /^EncryptionKeyMissing: The key key of Secret backup-key cannot be read/v);
	const wrong = new Uint8Array(32).fill(8);
	t.regex(await resolver.refused({encryption}, {key: wrong}), /^EncryptionKeyInvalid: .* was encrypted for the key sha256:\w+, and The key key of Secret backup-key has the key sha256:/v);
	const stored = await shelf.store.stat(`${name}.aws-esdk`);
	// Of the key that the catalogue names, but cut off and filled up.
	const file = path.join(shelf.location.root!, 'daily', `${name}.aws-esdk`);
	await truncate(file, 10);
	await truncate(file, stored!.size);
	const message = await resolver.refused({encryption}, {key: new Uint8Array(32).fill(7)});
	t.regex(message, /^DecryptionFailed: .*decryption failed: .*with the key key of Secret backup-key/v);
});

test('a file that is gone or of another size than the catalogue says is found out', async t => {
	const {shelf, resolver, names} = await chains(t);
	const file = path.join(shelf.location.root!, 'daily', names[3]!);
	await truncate(file, 100_000);
	t.regex(await resolver.refused(), /^BackupDamaged: .* has 100000 bytes, and should have 200000/v);
	await rm(file);
	const {exit, text, outcome} = await resolver.run();
	t.is(exit, 1, 'another attempt reads the catalogue anew');
	t.is(outcome, undefined);
	t.regex(text, /is not there any more/v);
});

test('what a sweep has marked to expire is refused, held, and restored once the next sweep has taken the mark back', async t => {
	const {shelf, resolver, names} = await chains(t);
	const sweep = async (number: number) => runSweepJob({
		TERMINATION_LOG: path.join(shelf.folder, '..', 'log'),
		[sweepSpecVariable]: JSON.stringify({
			sweepID: `2026111000000${number}-00000001`, location: shelf.location, owner, retention: {maxCount: 1}, timeZone: 'UTC', graceMs: 3_600_000, plannedAt: new Date().toISOString(), wantedRuns: [],
		} satisfies SweepSpec),
	}, {log: silentLog(), localNow: () => new Date(), print: () => undefined});
	await sweep(1);
	const wanted = {kind: 'path', path: names[2]!} as const;
	const message = await resolver.refused({wanted});
	t.regex(message, /^BackupExpiring: .* is marked to expire since .*It is held from now on, and the next sweep takes the mark back: create the Neo4jRestore again after it\. Where no sweep comes any more, bring it out with kubectl neo4j-backup fetch --even-expiring/v);
	const pins = await resolver.pins();
	t.deepEqual(pins.map(({artifacts}) => artifacts), [names.slice(0, 3)]);
	await sweep(2);
	t.like(await resolver.found({wanted, uid: 'another'}), {artifactCount: 3});
});

test('an account that may not write is told that nothing is held, and the restore goes on', async t => {
	const {shelf, resolver, names} = await chains(t);
	const found = await resolver.found({}, {
		open: async () => ({
			...shelf.store,
			async create() {
				throw new StoreError('AccessDenied', 'Writing failed: no right.');
			},
		}),
	});
	t.is(found.artifacts[0]?.name, names[3]);
	t.regex(found.notes[0]!, /^What is read cannot be held, because Writing failed: no right\./v);
});

test('a store that does not answer is tried again, one that refuses is not', async t => {
	const {resolver} = await start(t);
	const failing = (code: 'Busy' | 'AccessDenied' | 'BucketNotFound') => ({
		async open(location: Parameters<typeof openStore>[0]) {
			return {
				...await openStore(location, {}),
				// eslint-disable-next-line require-yield
				async * list() {
					throw new StoreError(code, `Listing failed: ${code}`);
				},
			};
		},
	});
	const busy = await resolver.run({}, failing('Busy'));
	t.deepEqual([busy.exit, busy.text, busy.outcome], [1, 'Listing failed: Busy', undefined]);
	t.is(await resolver.refused({}, failing('AccessDenied')), 'AccessDenied: Listing failed: AccessDenied');
	t.is(await resolver.refused({}, failing('BucketNotFound')), 'BucketNotFound: Listing failed: BucketNotFound');
});
