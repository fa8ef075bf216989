import anyTest, {type ExecutionContext, type TestFn} from 'ava';
import {
	startCrdServer, type CrdServer, type Json, type Manifest,
} from './api-server.ts';
import {backup, backupRefusals} from './backup-refusals.ts';
import {accepts, patched, refuses} from './refusal.ts';

const test = anyTest as TestFn<CrdServer>;

const named = (manifest: Manifest, name: string): Manifest => ({...manifest, metadata: {...manifest.metadata, name}});
const stored = named(backup, 'stored');

test.before(async t => {
	t.context = await startCrdServer();
	await t.context.create(stored);
});

test.after.always(async t => {
	await t.context.close();
});

const create = async (t: ExecutionContext<CrdServer>, spec: Json) => t.context.tryCreate(patched(backup, spec));
const edit = async (t: ExecutionContext<CrdServer>, spec: Json) => t.context.tryEdit(stored, spec);

for (const [title, specs, field, says] of backupRefusals) {
	test(title, async t => {
		for (const spec of [specs].flat()) {
			await refuses(t, create(t, spec), field, says);
		}
	});
}

test('a backup with every field of the API is accepted and stored as it is', async t => {
	const cloud = {
		provider: 'aws', credentialsSecretRef: 'a', endpointURL: 'https://minio:9000', forcePathStyle: true, storageAccount: 'abc',
		identity: {provider: 'aws', serviceAccount: 'b', autoCreate: {enabled: false, annotations: {'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/neo4j-backup-role'}}},
	};
	const spec = {
		target: {
			kind: 'Database', name: 'my.db-1', clusterRef: 'c', namespace: 'other',
		},
		storage: {
			type: 's3', bucket: 'neo4j-backups', path: '/daily', cloud,
		},
		timeZone: 'America/Argentina/Buenos_Aires',
		schedules: [
			{
				name: 'weekly', schedule: '0 3 * * SUN', timeZone: 'Europe/Berlin', backupType: 'FULL',
			},
			{name: 'often', schedule: '*/15 8-18,20 1,15 JAN-JUN mon-fri', backupType: 'DIFF'},
		],
		startingDeadline: '1h30m',
		catchUp: 'Skip',
		jitter: '10m',
		suspend: true,
		execution: 'Job',
		deletionPolicy: 'Delete',
		cloud,
		retention: {
			maxAge: '4w', maxCount: 12, minCount: 2, keep: {
				hourly: 24, daily: 7, weekly: 4, monthly: 12, yearly: 7,
			}, pinned: ['20250120020000-1a2b3c4d'], deletePolicy: 'Archive', mode: 'Plan', versions: 'Delete', cloud,
		},
		options: {
			compress: false, backupType: 'AUTO', preferDiffAsParent: true, tempPath: '/scratch', tempStorage: {size: '200Gi', storageClassName: 'fast'}, pageCache: '1024',
			encryption: {
				enabled: false, keySecret: 'k', keySecretKey: 'key.txt', algorithm: 'ChaCha20',
			},
			verify: true, parallelDownload: true, remoteAddressResolution: true, skipRecovery: true, additionalArgs: ['--verbose', '; rm -rf /', '$(id)', '"'],
			includeMetadata: 'roles', parallelRecovery: true, keepFailed: true, maxChainLength: 50, timeout: '12h',
			resources: {limits: {cpu: 2, memory: '4Gi'}, requests: {cpu: '500m'}},
		},
	};
	const object = await accepts(t, t.context.tryCreate({...backup, spec}));
	t.deepEqual(object.spec, spec);
});

test('[B-048] the snippet "entire cluster" is accepted as written', async t => {
	await accepts(t, create(t, {target: {kind: 'Cluster', name: 'production-cluster'}}));
});

test('[B-049] the snippet "single database" is accepted as written', async t => {
	await accepts(t, create(t, {
		target: {
			kind: 'Database', name: 'mydb', clusterRef: 'production-cluster', namespace: 'neo4j',
		},
	}));
});

test('the system database can be backed up alone, and an empty clusterRef is nothing to kind Cluster', async t => {
	await accepts(t, create(t, {target: {kind: 'Database', name: 'system', clusterRef: 'c'}}));
	await accepts(t, create(t, {target: {clusterRef: ''}}));
});

test('a claim by name, by size, or by both is accepted', async t => {
	for (const pvc of [{name: 'a'}, {size: '100Gi'}, {name: 'a', size: '1.5Ti', storageClassName: 'fast'}]) {
		await accepts(t, create(t, {
			storage: {
				type: 'pvc', bucket: null, cloud: null, pvc,
			},
		}));
	}
});

test('a sidecar takes storage of type pvc without pvc', async t => {
	await accepts(t, create(t, {execution: 'Sidecar', storage: {type: 'pvc', bucket: null, cloud: null}}));
});

test('an encrypted AUTO is accepted, also of one of several schedules', async t => {
	const options = {backupType: 'AUTO', encryption: {enabled: true, keySecret: 'k'}};
	await accepts(t, create(t, {options}));
	await accepts(t, create(t, {options, schedule: null, schedules: [{name: 'a', schedule: '0 3 * * 0', backupType: 'AUTO'}, {name: 'b', schedule: '0 4 * * 0'}]}));
});

test('page caches of every form are accepted', async t => {
	for (const pageCache of ['8G', '512M', '7K', '1024']) {
		await accepts(t, create(t, {options: {pageCache}}));
	}
});

test('defaults of the spec are stored, those of a block only where the block is', async t => {
	const {spec} = await accepts(t, create(t, {retention: null, options: null}));
	t.like(spec, {catchUp: 'RunOnce', execution: 'Job', deletionPolicy: 'Retain'});
	t.false('options' in spec || 'retention' in spec);
});

test('[X-049] execution is Job by default, and anything but Job and Sidecar is refused', async t => {
	const {spec} = await accepts(t, create(t, {}));
	t.is(spec['execution'], 'Job');
	await refuses(t, create(t, {execution: 'Pod'}), 'spec.execution', 'supported values: "Job", "Sidecar"');
});

test('[B-084] autoCreate.enabled is true by default', async t => {
	const {spec} = await accepts(t, create(t, {cloud: {identity: {provider: 'aws', autoCreate: {}}}}));
	t.like(spec, {cloud: {identity: {autoCreate: {enabled: true}}}});
});

test('[B-098] deletePolicy is Delete by default, and anything but Delete and Archive is refused', async t => {
	const {spec} = await accepts(t, create(t, {}));
	t.like(spec, {
		retention: {
			deletePolicy: 'Delete', minCount: 1, mode: 'Enforce', versions: 'Keep',
		},
	});
	await accepts(t, create(t, {retention: {deletePolicy: 'Archive'}}));
	await refuses(t, create(t, {retention: {deletePolicy: 'Move'}}), 'spec.retention.deletePolicy', 'supported values: "Delete", "Archive"');
});

test('[B-105] backupType is AUTO by default, and anything but FULL, DIFF and AUTO is refused', async t => {
	const {spec} = await accepts(t, create(t, {options: {backupType: null}}));
	t.like(spec, {
		options: {
			backupType: 'AUTO', compress: true, preferDiffAsParent: false, maxChainLength: 100, timeout: '24h',
		},
	});
	for (const backupType of ['FULL', 'DIFF', 'AUTO']) {
		await accepts(t, create(t, {options: {backupType}}));
	}

	await refuses(t, create(t, {options: {backupType: 'full'}}), 'spec.options.backupType', 'supported values: "FULL", "DIFF", "AUTO"');
});

test('[B-131] the algorithm is AES256 by default, and anything but AES256 and ChaCha20 is refused', async t => {
	const encryption = {enabled: true, keySecret: 'k'};
	const {spec} = await accepts(t, create(t, {options: {encryption}}));
	t.like(spec, {options: {encryption: {algorithm: 'AES256', keySecretKey: 'key'}}});
	await accepts(t, create(t, {options: {encryption: {...encryption, algorithm: 'ChaCha20'}}}));
	await refuses(t, create(t, {options: {encryption: {...encryption, algorithm: 'AES128'}}}), 'spec.options.encryption.algorithm', 'supported values: "AES256", "ChaCha20"');
});

test('a name that is too long for a label is refused', async t => {
	await accepts(t, t.context.tryCreate(named(backup, 'x'.repeat(63))));
	await refuses(t, t.context.tryCreate(named(backup, 'x'.repeat(64))), 'metadata.name', 'choose a shorter name');
});

test('a misspelled field is named', async t => {
	const {code, message} = await create(t, {retention: {maxCounts: 3}});
	t.is(code, 400);
	t.regex(message, /unknown field "spec.retention.maxCounts"/v);
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
		const manifest = named(patched(backup, {storage: before}), `location-${index}`);
		await accepts(t, t.context.create(manifest));
		await refuses(t, t.context.tryEdit(manifest, {storage: after}), field, 'create another Neo4jBackup for the new location');
		await accepts(t, t.context.tryEdit(manifest, {schedule: '0 5 * * *'}));
	});
}

test('a storage account at the top cannot be changed either, but it can be added', async t => {
	const manifest = named(patched(backup, {storage: {type: 'azure', cloud: null}, cloud: {storageAccount: 'first'}}), 'azure-at-the-top');
	await accepts(t, t.context.create(manifest));
	await refuses(t, t.context.tryEdit(manifest, {cloud: {storageAccount: 'second'}}), 'spec.cloud.storageAccount', 'create another Neo4jBackup');
	await accepts(t, t.context.tryEdit(manifest, {storage: {cloud: {storageAccount: 'first'}}}));
	await accepts(t, edit(t, {cloud: {storageAccount: 'late'}}));
});

test('everything but the location can be edited', async t => {
	await accepts(t, edit(t, {
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
			lastSweepTime: time, nextSweepTime: time, kept: 3, expired: 1, expiring: 0, message: 'm', plan: {
				keep: 3, expire: 1, archive: 0, artifacts: [{name: 'a.backup', verdict: 'expire', reason: 'maxAge 30d'}],
			},
		},
	};
	const object = await accepts(t, t.context.tryStatus(stored, status));
	t.deepEqual(object.status, status);
});
