import anyTest, {type ExecutionContext, type TestFn} from 'ava';
import {
	readManifest, startCrdServer, type CrdServer, type Json, type Manifest,
} from './api-server.ts';
import {accepts, patched, refuses} from './refusal.ts';
import {
	fromStorage, pitr, restore, restoreRefusals,
} from './restore-refusals.ts';

const test = anyTest as TestFn<CrdServer>;

test.before(async t => {
	t.context = await startCrdServer();
	await t.context.create({...restore, metadata: {name: 'stored', namespace: 'neo4j'}});
});

test.after.always(async t => {
	await t.context.close();
});

const create = async (t: ExecutionContext<CrdServer>, spec: Json) => t.context.tryCreate(patched(restore, spec));

for (const [title, specs, field, says] of restoreRefusals) {
	test(title, async t => {
		for (const spec of [specs].flat()) {
			await refuses(t, create(t, spec), field, says);
		}
	});
}

test('a restore with every field of the API is accepted and stored as it is', async t => {
	const cloud = {
		provider: 'gcp', credentialsSecretRef: 'a', endpointURL: 'http://[::1]:9000/x', forcePathStyle: false, storageAccount: 'abc',
		identity: {provider: 'gcp', serviceAccount: 'b', autoCreate: {enabled: true, annotations: {'iam.gke.io/gcp-service-account': 'x@y.iam.gserviceaccount.com'}}},
	};
	const storage = {
		type: 'gcs', bucket: 'my_bucket.example.com', path: 'a/b', cloud,
	};
	const encryption = {
		enabled: true, algorithm: 'ChaCha20Poly1305', keySecret: 'k', keySecretKey: 'identity',
	};
	const hook = {
		cypherStatements: ['CALL db.checkpoint()'],
		job: {
			template: {
				backoffLimit: 0,
				container: {
					image: 'tool:1', command: ['/run.sh'], args: ['-v'], env: [
						{name: 'A', value: ''},
						{name: 'B', valueFrom: {secretKeyRef: {name: 's', key: 'k', optional: true}}},
						{name: 'C', valueFrom: {configMapKeyRef: {name: 'c', key: 'k'}}},
						{name: 'D', valueFrom: {fieldRef: {apiVersion: 'v1', fieldPath: 'metadata.name'}}},
					],
				},
			},
			timeout: '60m',
		},
	};
	const spec = {
		clusterRef: 'c', databaseName: '1st.db-x', force: true, stopCluster: true, timeout: '2h30m', method: 'Job',
		source: {
			type: 'pitr', pointInTime: '2025-01-04T14:30:00.5+02:00',
			pitr: {
				baseBackup: {type: 'storage', storage, backupPath: 'x/y.backup'}, logStorage: {...storage}, logRetention: '168h', recoveryPointObjective: '5m', validateLogIntegrity: false,
				compression: {enabled: false, algorithm: 'zstd', level: 22}, encryption,
			},
		},
		options: {
			replaceExisting: true, verifyBackup: true, additionalArgs: ['--verbose', '--check-consistency'], preRestore: hook, postRestore: hook,
			tempPath: '/scratch', tempStorage: {size: '1Ti', storageClassName: 'fast'}, restoreMetadata: true,
		},
	};
	const object = await accepts(t, t.context.tryCreate({...restore, spec}));
	t.deepEqual(object.spec, spec);
	const plain = patched(restore, {...fromStorage(), source: {...fromStorage()['source'] as Json, backupPath: '/backups/x', encryption}});
	const stored = await accepts(t, t.context.tryCreate(plain));
	t.like(stored.spec, {source: {backupPath: '/backups/x', encryption}});
});

test('[R-016] options are optional: the offline example has none', async t => {
	const offline = await readManifest('examples/neo4jrestore/offline-restore.yaml');
	t.false('options' in offline.spec);
	const {spec} = await accepts(t, t.context.tryCreate(offline));
	t.false('options' in spec);
});

test('[R-048] the snippet "from a Neo4jBackup resource" is accepted as written', async t => {
	await accepts(t, create(t, {source: {type: 'backup', backupRef: 'daily-production-backup'}}));
});

test('the snippets "explicit S3 path" and "shorthand S3" are accepted as written', async t => {
	for (const type of ['storage', 's3']) {
		await accepts(t, create(t, {
			source: {
				type, backupRef: null, storage: {
					type: 's3', bucket: 'neo4j-backups', path: 'production/', cloud: {provider: 'aws', credentialsSecretRef: 'aws-restore-credentials'},
				}, backupPath: '/backups/production/backup-20250120-020000',
			},
		}));
	}
});

test('[R-051] the snippet "point-in-time" is accepted as written', async t => {
	await accepts(t, create(t, {
		source: {
			type: 'pitr', backupRef: null, pointInTime: '2025-01-04T12:30:00Z', pitr: {
				baseBackup: {type: 'backup', backupRef: 'daily-backup'},
				logStorage: {
					type: 's3', bucket: 'neo4j-transaction-logs', path: 'production/logs/', cloud: {provider: 'aws'},
				},
				logRetention: '168h',
				validateLogIntegrity: true,
			},
		},
	}));
});

test('a pvc block of a backup is accepted with its class and size when it names the claim', async t => {
	await accepts(t, create(t, fromStorage({
		type: 'pvc', bucket: null, cloud: null, pvc: {name: 'backup-storage', storageClassName: 'fast', size: '100Gi'},
	})));
});

test('durations of every form are accepted', async t => {
	for (const timeout of ['30m', '1h', '8h', '2h30m', '90s']) {
		await accepts(t, create(t, {timeout}));
	}
});

test('a transaction id for --restore-until is accepted where no point in time is given', async t => {
	await accepts(t, create(t, {options: {additionalArgs: ['--restore-until=1234']}}));
});

test('defaults of the spec are stored', async t => {
	const {spec} = await accepts(t, create(t, {}));
	t.like(spec, {force: false, stopCluster: false, options: {replaceExisting: true, verifyBackup: false, restoreMetadata: false}});
});

test('[X-101] method is Auto by default, and anything but Auto, Job and Seed is refused', async t => {
	const {spec} = await accepts(t, create(t, {}));
	t.is(spec['method'], 'Auto');
	await accepts(t, create(t, {method: 'Job'}));
	await accepts(t, create(t, {method: 'Seed', ...fromStorage()}));
	await refuses(t, create(t, {method: 'Copy'}), 'spec.method', 'supported values: "Auto", "Job", "Seed"');
});

const pitrDefaults: Record<string, readonly [changes: Json, defaults: Json]> = {
	'[R-055] logRetention is 168h by default': [{}, {logRetention: '168h'}],
	'[R-057] recoveryPointObjective is 1m by default': [{}, {recoveryPointObjective: '1m'}],
	'validateLogIntegrity is true by default': [{}, {validateLogIntegrity: true}],
	'[R-071] compression.enabled is true by default': [{compression: {}}, {compression: {enabled: true, algorithm: 'gzip'}}],
	'[R-075] encryption.enabled is false by default': [{encryption: {}}, {encryption: {enabled: false, algorithm: 'AES256', keySecretKey: 'key'}}],
};

for (const [title, [changes, defaults]] of Object.entries(pitrDefaults)) {
	test(title, async t => {
		const {spec} = await accepts(t, create(t, pitr(changes)));
		t.like(spec, {source: {pitr: defaults}});
	});
}

test('[R-115] a provider is aws, gcp or azure, may be left out, and must not contradict the type', async t => {
	for (const [type, provider] of [['s3', 'aws'], ['gcs', 'gcp'], ['azure', 'azure']] as const) {
		await accepts(t, create(t, fromStorage({type, cloud: {provider}})));
		await accepts(t, create(t, fromStorage({type, cloud: {credentialsSecretRef: 'x'}})));
	}

	const field = 'spec.source.storage.cloud.provider';
	await refuses(t, create(t, fromStorage({cloud: {provider: 'ibm'}})), field, 'supported values: "aws", "gcp", "azure"');
	await refuses(t, create(t, fromStorage({cloud: {provider: 'gcp'}})), field, 's3 goes with aws, gcs with gcp, azure with azure');
});

test('[R-119] an identity provider is aws, gcp or azure', async t => {
	for (const [type, provider] of [['s3', 'aws'], ['gcs', 'gcp'], ['azure', 'azure']] as const) {
		await accepts(t, create(t, fromStorage({type, cloud: {identity: {provider}}})));
	}

	await refuses(t, create(t, fromStorage({cloud: {identity: {provider: 'ibm'}}})), 'spec.source.storage.cloud.identity.provider', 'supported values: "aws", "gcp", "azure"');
});

test('[R-122] autoCreate.enabled is true by default', async t => {
	const {spec} = await accepts(t, create(t, fromStorage({cloud: {identity: {provider: 'aws', autoCreate: {}}}})));
	t.like(spec, {source: {storage: {cloud: {identity: {autoCreate: {enabled: true}}}}}});
});

test('a manifest without spec is refused', async t => {
	const {apiVersion, kind, metadata} = restore;
	await refuses(t, t.context.tryCreate({apiVersion, kind, metadata} as Manifest), 'spec', 'Required value');
});

test('a name that is too long for a label is refused', async t => {
	await refuses(t, t.context.tryCreate({...restore, metadata: {name: 'x'.repeat(64), namespace: 'neo4j'}}), 'metadata.name', 'choose a shorter name');
});

test('any field can be edited', async t => {
	await accepts(t, t.context.tryEdit({...restore, metadata: {name: 'stored', namespace: 'neo4j'}}, {...fromStorage(), databaseName: 'other', timeout: null}));
});

test('[R-147] a phase is one of the four', async t => {
	const stored = {...restore, metadata: {name: 'stored', namespace: 'neo4j'}};
	for (const phase of ['Pending', 'Running', 'Completed', 'Failed']) {
		const object = await accepts(t, t.context.tryStatus(stored, {phase}));
		t.deepEqual(object.status, {phase});
	}

	await refuses(t, t.context.tryStatus(stored, {phase: 'Waiting'}), 'status.phase', 'supported values: "Pending", "Running", "Completed", "Failed"');
});
