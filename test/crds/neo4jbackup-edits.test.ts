import anyTest, {type TestFn} from 'ava';
import {
	startCrdServer, type CrdServer, type Json, type Manifest,
} from './api-server.ts';
import {backup} from './backup-refusals.ts';
import {accepts, patched, refuses} from './refusal.ts';

const test = anyTest as TestFn<CrdServer>;

const named = (name: string, storage: Json = {}): Manifest => ({...patched(backup, {storage}), metadata: {name, namespace: 'neo4j'}});
const stored = named('stored');

test.before(async t => {
	t.context = await startCrdServer();
	await t.context.create(stored);
});

test.after.always(async t => {
	await t.context.close();
});

const location: Record<string, readonly [before: Json, after: Json, field: string]> = {
	'the type of the storage': [{}, {type: 'gcs', cloud: null}, 'spec.storage.type'],
	'the bucket': [{}, {bucket: 'other-bucket'}, 'spec.storage.bucket'],
	'the path': [{}, {path: 'weekly/'}, 'spec.storage.path'],
	'the path, away': [{}, {path: null}, 'spec.storage.path'],
	'the claim': [{
		type: 'pvc', bucket: null, cloud: null, pvc: {name: 'a', size: '1Gi'},
	}, {pvc: {name: 'b'}}, 'spec.storage.pvc.name'],
	'the claim, away': [{
		type: 'pvc', bucket: null, cloud: null, pvc: {name: 'a', size: '1Gi'},
	}, {pvc: {name: null}}, 'spec.storage.pvc.name'],
	'the storage account': [{type: 'azure', cloud: {provider: 'azure', storageAccount: 'first'}}, {cloud: {storageAccount: 'second'}}, 'spec.storage.cloud.storageAccount'],
	'the storage account, away': [{type: 'azure', cloud: {provider: 'azure', storageAccount: 'first'}}, {cloud: null}, 'spec.storage.cloud.storageAccount'],
};

for (const [index, [what, [before, after, field]]] of Object.entries(location).entries()) {
	test(`${what} cannot be changed, and the message names the way out`, async t => {
		const manifest = named(`location-${index}`, before);
		await accepts(t, t.context.create(manifest));
		await refuses(t, t.context.tryEdit(manifest, {storage: after}), field, 'create another Neo4jBackup for the new location');
		await accepts(t, t.context.tryEdit(manifest, {schedule: '0 5 * * *'}));
	});
}

test('a storage account at the top cannot be changed either, but it can be added', async t => {
	const manifest = patched(named('azure-at-the-top', {type: 'azure', cloud: null}), {cloud: {storageAccount: 'first'}});
	await accepts(t, t.context.create(manifest));
	await refuses(t, t.context.tryEdit(manifest, {cloud: {storageAccount: 'second'}}), 'spec.cloud.storageAccount', 'create another Neo4jBackup');
	await accepts(t, t.context.tryEdit(manifest, {storage: {cloud: {storageAccount: 'first'}}}));
	await accepts(t, t.context.tryEdit(stored, {cloud: {storageAccount: 'late'}}));
});

test('everything but the location can be edited', async t => {
	await accepts(t, t.context.tryEdit(stored, {
		target: {name: 'other'}, schedule: null, suspend: true, retention: {maxCount: 3}, storage: {cloud: {credentialsSecretRef: 'rotated'}}, options: {backupType: 'AUTO'},
	}));
});

test('[B-134] a phase is one of the eight', async t => {
	for (const phase of ['Pending', 'Waiting', 'Scheduled', 'Suspended', 'Running', 'Completed', 'Failed', 'Invalid']) {
		const object = await accepts(t, t.context.tryStatus(stored, {phase}));
		t.deepEqual(object.status, {phase});
	}

	await refuses(t, t.context.tryStatus(stored, {phase: 'Ready'}), 'status.phase', 'supported values: "Pending", "Waiting"');
});

test('a status with every field is stored as it is', async t => {
	const time = '2025-01-20T02:00:00Z';
	const stats = {
		size: '2.5GB', duration: '5m30s', throughput: '8.3MB/s', fileCount: 2,
	};
	const status = {
		conditions: [{
			type: 'Ready', status: 'True', reason: 'BackupSucceeded', message: '', lastTransitionTime: time, observedGeneration: 1,
		}],
		phase: 'Scheduled', message: 'm', observedGeneration: 1, lastRunTime: time, lastSuccessTime: time, nextRunTime: time, lastScheduleTime: time,
		observedSchedule: {expression: '0 2 * * *', since: time}, nextBackupType: 'FULL', lastRunNow: 'token', lastRunGeneration: 1, stats,
		history: [{
			startTime: time, completionTime: time, status: 'PartiallySucceeded', error: 'e', reason: 'R', stats, runID: '20250120020000-1a2b3c4d', scheduledTime: time, trigger: 'schedule',
			backupType: 'FULL', jobName: 'j', jobUID: 'u', location: 's3://neo4j-backups/daily/', generation: 1, requested: ['neo4j'], requestedCount: 1,
			artifacts: [{
				name: 'neo4j-2025-01-20T02-00-07.backup', database: 'neo4j', size: 3_000_000_000, full: true,
			}], artifactCount: 1, target: {
				uid: 'u', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'c', version: '2025.04.0',
			},
		}],
		storage: {
			restorePoints: 3, bytes: 9_000_000_000, oldest: time, newest: time,
		},
		retention: {
			lastSweepTime: time, nextSweepTime: time, kept: 3, expired: 1, lastExpiredTime: time, expiring: 0, message: 'm', plan: {
				keep: 3, expire: 1, archive: 0, artifacts: [{name: 'a.backup', verdict: 'expire', reason: 'maxAge 30d'}],
			},
		},
	};
	const object = await accepts(t, t.context.tryStatus(stored, status));
	t.deepEqual(object.status, status);
});
