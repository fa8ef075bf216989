import {Buffer} from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import {
	decodeResolveOutcome, encodeResolveOutcome, sourceStatus, type ResolvedBackup,
} from '#shared/restore/resolve-outcome.ts';

const backup = (count: number, change: Partial<ResolvedBackup> = {}): ResolvedBackup => ({
	outcome: 'resolved',
	path: 'daily',
	artifactCount: count,
	bytes: count * 1000,
	artifacts: Array.from({length: count}, (_, index) => ({
		name: `neo4j-2026-01-${String(index + 1).padStart(2, '0')}T02-00-00.backup`, size: 1000, full: index === 0, highestTx: (index + 1) * 10,
	})),
	isEncrypted: false,
	originalDatabase: 'neo4j',
	notes: [],
	...change,
});

test('what fits comes back as it was', t => {
	for (const outcome of [backup(3), {outcome: 'refused', reason: 'NotRestorable', message: 'neo4j: nothing'}, {outcome: 'nothingYet', message: 'wait'}] as const) {
		t.deepEqual(decodeResolveOutcome(encodeResolveOutcome(outcome)), outcome);
	}
});

test('of more than 20 artifacts the FULL and the newest 19 are left, and the counts stay true', t => {
	const decoded = decodeResolveOutcome(encodeResolveOutcome(backup(100))) as ResolvedBackup;
	t.like(decoded, {artifactCount: 100, bytes: 100_000});
	t.is(decoded.artifacts.length, 20);
	t.true(decoded.artifacts[0]?.full);
	t.is(decoded.artifacts.at(-1)?.name, backup(100).artifacts.at(-1)?.name);
	t.is(decoded.artifacts[1]?.name, backup(100).artifacts[81]?.name);
});

test('whatever is said fits into a termination message, and what is restored is in it', t => {
	t.notThrows(() => {
		fc.assert(fc.property(fc.record({
			count: fc.integer({min: 1, max: 120}), path: fc.integer({min: 0, max: 1400}), database: fc.integer({min: 1, max: 63}), notes: fc.array(fc.integer({min: 0, max: 2000}), {maxLength: 9}),
		}), ({count, path, database, notes}) => {
			const plain = backup(count, {path: 'p'.repeat(path), notes: notes.map(length => 'ü'.repeat(length))});
			const outcome = {...plain, artifacts: plain.artifacts.map(artifact => ({...artifact, name: `${'d'.repeat(database)}${artifact.name}.aws-esdk`}))};
			const text = encodeResolveOutcome(outcome);
			const decoded = decodeResolveOutcome(text) as ResolvedBackup;
			return Buffer.byteLength(text) <= 4096 && decoded.artifactCount === count && decoded.path === outcome.path
				&& [0, -1].every(position => decoded.artifacts.at(position)!.name === outcome.artifacts.at(position)!.name);
		}));
		fc.assert(fc.property(fc.string({maxLength: 9000, unit: 'binary', minLength: 1}), message => {
			const text = encodeResolveOutcome({outcome: 'refused', reason: 'Refused', message});
			return Buffer.byteLength(text) <= 4096 && decodeResolveOutcome(text) !== undefined;
		}));
		fc.assert(fc.property(fc.constantFrom('ü', '\n', '"', '漢', '\u0000'), fc.integer({min: 1, max: 9000}), (character, length) =>
			Buffer.byteLength(encodeResolveOutcome({outcome: 'nothingYet', message: character.repeat(length)})) <= 4096));
	});
});

test('what is not of resolve is no outcome', t => {
	for (const text of [undefined, '', 'Listing failed: Busy', '{"outcome":"resolved"}', '{"outcome":"resolved","path":"","artifacts":[]}', '{"outcome":"else","message":"x"}', '{"outcome":"refused"}', 'null', encodeResolveOutcome(backup(3)).slice(0, -1)]) {
		t.is(decodeResolveOutcome(text), undefined, `${text}`);
	}
});

test('location and path of the artifact are those that neo4j-admin is given', t => {
	const uris = [
		[{type: 's3', bucket: 'backups', path: ''}, 's3://backups/daily/'],
		[{type: 'gcs', bucket: 'backups', path: 'elsewhere'}, 'gs://backups/daily/'],
		[{
			type: 'azure', bucket: 'backups', account: 'account1', path: '',
		}, 'azb://account1/backups/daily/'],
		[{type: 'pvc', root: '/backup-storage', path: ''}, '/backup-storage/daily/'],
	] as const;
	for (const [location, uri] of uris) {
		t.like(sourceStatus(backup(1), location), {resolvedSource: {location: uri}, backupInfo: {backupPath: `${uri}${backup(1).artifacts[0]!.name}`}});
	}
});
