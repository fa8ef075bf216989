import {Buffer} from 'node:buffer';
import {copyFile, mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {aesKey, createShelf} from '../fetch/shelf.ts';
import {resolverOf} from './resolve-in.ts';
import {runResolveJob} from '#jobs/resolve/resolve-job.ts';
import {silentLog} from '#shared/log.ts';
import {sourceStatus} from '#shared/restore/resolve-outcome.ts';

const start = async (t: ExecutionContext) => {
	const shelf = await createShelf(t);
	return {shelf, resolver: await resolverOf(t, shelf.location)};
};

const encryption = {algorithm: 'AES256', secretName: 'backup-key', secretKey: 'key'} as const;

const key = new Uint8Array(32).fill(7);

/** Backups of somebody else, of two databases, without a catalogue. */
const foreign = async (t: ExecutionContext) => {
	const {shelf, resolver} = await start(t);
	for (const name of ['neo4j-2026-01-01T02-00-00', 'neo4j-2026-01-02T02-00-00', 'movies-2026-01-03T02-00-00', 'neo4j-old-2026-01-04T02-00-00']) {
		await resolver.file(`daily/${name}.backup`);
	}

	await resolver.file('daily/README', 'no backup');
	await resolver.file('daily/older/neo4j-2026-01-09T02-00-00.backup', 'in a folder of its own');
	return {shelf, resolver};
};

test('without a catalogue the newest file of the database is found by the names, and what nothing tells is said', async t => {
	const {shelf, resolver} = await foreign(t);
	const found = await resolver.found();
	t.deepEqual(found, {
		outcome: 'resolved',
		path: 'daily',
		bytes: 8,
		artifacts: [{name: 'neo4j-2026-01-02T02-00-00.backup', size: 8}],
		isEncrypted: false,
		originalDatabase: 'neo4j',
		notes: [`No catalogue in ${shelf.location.root!}/daily/ tells of neo4j-2026-01-02T02-00-00.backup: whether it is a full or a differential backup shows when neo4j-admin reads it, with those it builds on beside it`],
	});
	t.like(sourceStatus(found, shelf.location), {
		backupInfo: {backupPath: `${shelf.location.root!}/daily/neo4j-2026-01-02T02-00-00.backup`, backupSize: '8B', originalDatabase: 'neo4j'},
	});
	t.deepEqual(await resolver.pins(), [], 'nothing is written where no sweep looks');
});

test('with a point in time it is the first file that was taken then or later', async t => {
	const {resolver} = await foreign(t);
	const found = await resolver.found({pointInTime: '2026-01-01T03:00:00Z'});
	t.like(found, {artifacts: [{name: 'neo4j-2026-01-02T02-00-00.backup'}]});
	t.regex(found.notes[0]!, /, and whether it contains the point in time, shows when/v);
	t.regex(await resolver.refused({pointInTime: '2026-01-02T02:00:01Z'}), /^PointInTimeNotCovered: .* no backup of neo4j was taken at 2026-01-02T02:00:01\.000Z or later.* from neo4j-2026-01-01T02-00-00\.backup to neo4j-2026-01-02T02-00-00\.backup/v);
});

test('a file is taken as it is, whatever it is called and wherever it lies', async t => {
	const {resolver} = await foreign(t);
	await resolver.file('daily/production/backup-20250120-020000', 'renamed');
	t.like(await resolver.found({wanted: {kind: 'path', path: '/production//backup-20250120-020000'}}), {path: 'daily/production', artifacts: [{name: 'backup-20250120-020000', size: 7}]});
	t.like(await resolver.found({database: 'copy', wanted: {kind: 'path', path: 'older/neo4j-2026-01-09T02-00-00.backup'}}), {path: 'daily/older', originalDatabase: 'neo4j'});
	t.like(await resolver.found({wanted: {kind: 'path', path: 'older'}}), {path: 'daily/older', artifacts: [{name: 'neo4j-2026-01-09T02-00-00.backup'}]});
	t.like(await resolver.found({wanted: {kind: 'path', path: 'older/latest.backup'}}), {path: 'daily/older'});
});

test('what no manifest names in a directory with a catalogue is restored all the same, and is held', async t => {
	const {shelf, resolver} = await start(t);
	await shelf.put(1);
	const name = 'neo4j-2026-01-09T02-00-00.backup';
	await resolver.file(`daily/${name}`);
	t.like(await resolver.found({wanted: {kind: 'path', path: name}}), {artifacts: [{name}]});
	const pins = await resolver.pins();
	t.deepEqual(pins.map(({artifacts}) => artifacts), [[name]]);
});

test('a directory whose catalogue was lost is read by the names of its files', async t => {
	const {resolver} = await foreign(t);
	t.like(await resolver.found({backupRef: 'daily'}), {artifacts: [{name: 'neo4j-2026-01-02T02-00-00.backup'}]});
});

test('an encrypted file without a catalogue is found by its name in the clear, and its key is proven', async t => {
	const {shelf, resolver} = await start(t);
	const plain = await shelf.put(1, {}, await aesKey(7));
	const root = shelf.location.root!;
	await mkdir(path.join(root, 'daily/copied'));
	await copyFile(path.join(root, 'daily', `${plain}.aws-esdk`), path.join(root, 'daily/copied', `${plain}.aws-esdk`));
	for (const given of ['copied', `copied/${plain}`, `copied/${plain}.aws-esdk`]) {
		const wanted = {kind: 'path', path: given} as const;
		t.like(await resolver.found({wanted, encryption}, {key}), {
			isEncrypted: true, artifactCount: 1, artifacts: [{name: `${plain}.aws-esdk`, full: true}], notes: [],
		});
		t.regex(await resolver.refused({wanted}), /^EncryptionKeyMissing: .* is encrypted with AES256: name the Secret with its key in source\.encryption/v);
		const message = await resolver.refused({wanted, encryption}, {key: new Uint8Array(32).fill(8)});
		t.regex(message, /^DecryptionFailed: .*decryption failed: .*, with the key key of Secret backup-key\./v);
		t.false(message.includes(Buffer.from(new Uint8Array(32).fill(8)).toString('base64')));
	}
});

const refusals: ReadonlyArray<readonly [string, readonly string[], Parameters<Awaited<ReturnType<typeof start>>['resolver']['refused']>[0], RegExp]> = [
	['a folder with a path that the status cannot hold', [`${'a'.repeat(200)}/${'b'.repeat(200)}/${'c'.repeat(150)}/x`], {wanted: {kind: 'path', path: `${'a'.repeat(200)}/${'b'.repeat(200)}/${'c'.repeat(150)}/x`}}, /^PathTooLong: The folder of the backup has a path of 558 characters, and 512 is the most/v],
	['nothing there', [], {}, /^BackupNotFound: .*\/daily\/ holds no backup: check bucket, path and backupPath/v],
	['no backup among the files', ['README'], {}, /^BackupNotFound: .* Backups have names like neo4j-2026-01-31T02-00-07\.backup/v],
	['other databases', ['a-2026-01-01T02-00-00.backup', 'b-2026-01-01T02-00-00.backup'], {}, /^DatabaseUnknown: .* holds backups of a, b\./v],
	['system alone', ['system-2026-01-01T02-00-00.backup'], {}, /^DatabaseUnknown: .* holds no backup of neo4j, only of system/v],
	['a file of system', ['system-2026-01-01T02-00-00.backup'], {wanted: {kind: 'path', path: 'system-2026-01-01T02-00-00.backup'}}, /^SystemDatabase: /v],
	['the catalogue itself as a folder', ['.neo4j-backup/pins/x.json'], {wanted: {kind: 'path', path: '.neo4j-backup'}}, /^BackupNotFound: /v],
];

for (const [title, files, change, expected] of refusals) {
	test(`refused: ${title}`, async t => {
		const {resolver} = await start(t);
		for (const name of files) {
			await resolver.file(`daily/${name}`);
		}

		t.regex(await resolver.refused(change), expected);
	});
}

test('empty files are passed over, and refused where there are no others', async t => {
	const {resolver} = await start(t);
	await resolver.file('daily/neo4j-2026-01-02T02-00-00.backup', '');
	t.regex(await resolver.refused(), /^NotRestorable: .* neo4j has only empty files/v);
	t.regex(await resolver.refused({wanted: {kind: 'path', path: 'neo4j-2026-01-02T02-00-00.backup'}}), /^NotRestorable: .* is empty/v);
	await resolver.file('daily/neo4j-2026-01-01T02-00-00.backup');
	const found = await resolver.found();
	t.like(found, {artifacts: [{name: 'neo4j-2026-01-01T02-00-00.backup'}]});
	t.is(found.notes[0], 'neo4j-2026-01-02T02-00-00.backup is newer and was passed over: it is empty');
});

test('a task that is missing fails for good, and says so', async t => {
	const {shelf} = await start(t);
	const log = path.join(shelf.location.root!, 'log');
	t.is(await runResolveJob({TERMINATION_LOG: log}, {log: silentLog(), print: () => undefined}), 41);
	t.regex(await readFile(log, 'utf8'), /^RESTORE is not set: this command runs inside the Pod of a restore/v);
});
