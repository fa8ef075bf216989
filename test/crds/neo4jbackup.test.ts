import anyTest, {type ExecutionContext, type TestFn} from 'ava';
import {
	startCrdServer, type CrdServer, type Json, type Manifest,
} from './api-server.ts';
import {backup, backupRefusals} from './backup-refusals.ts';
import {accepts, patched, refuses} from './refusal.ts';

const test = anyTest as TestFn<CrdServer>;

const named = (manifest: Manifest, name: string): Manifest => ({...manifest, metadata: {...manifest.metadata, name}});

test.before(async t => {
	t.context = await startCrdServer();
});

test.after.always(async t => {
	await t.context.close();
});

const create = async (t: ExecutionContext<CrdServer>, spec: Json) => t.context.tryCreate(patched(backup, spec));

for (const [title, specs, field, says] of backupRefusals) {
	test(title, async t => {
		for (const spec of [specs].flat()) {
			await refuses(t, create(t, spec), field, says);
		}
	});
}

test('a backup with every field of the API is accepted and stored as it is', async t => {
	const cloud = {
		provider: 'aws', credentialsSecretRef: 'a', endpointURL: 'https://minio:9000', caBundleSecretRef: 'd', forcePathStyle: true, storageAccount: 'abc',
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
			backupType: 'AUTO', compress: true, preferDiffAsParent: false, timeout: '24h',
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

test('a manifest without spec is refused', async t => {
	const {apiVersion, kind, metadata} = backup;
	await refuses(t, t.context.tryCreate({apiVersion, kind, metadata} as Manifest), 'spec', 'Required value');
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
