import {generateKeyPairSync} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {awsSecret, credentials} from '../scenario.ts';
import {
	containerOf, oneShot, shareDesk, startDesk, variablesOf, type JobObject,
} from './desk.ts';
import {type Manifest} from '#shared/kube/object.ts';

const shared = shareDesk(test);

const secret = (name: string, stringData: Readonly<Record<string, string>>): Manifest => ({
	apiVersion: 'v1', kind: 'Secret', metadata: {name}, stringData,
});

const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048, privateKeyEncoding: {type: 'pkcs8', format: 'pem'}, publicKeyEncoding: {type: 'spki', format: 'pem'}});
const keyFile = JSON.stringify({type: 'service_account', client_email: 'a@b.example', private_key: privateKey});

const s3 = (directory: string, cloud: Readonly<Record<string, unknown>> = {}) => ({
	storage: {
		type: 's3', bucket: 'neo4j-backups', path: directory, cloud,
	},
});

/** The variables of a container that come from a Secret. */
const referred = (job: JobObject, container: string) => Object.fromEntries(Object.entries(variablesOf(job, container)).filter(([, value]) => /^[a-z\-]+\/[A-Z_]+$/v.test(value)));
const credentialLike = (job: JobObject) => ['prepare', 'backup', 'inspect', 'report'].flatMap(container => Object.keys(variablesOf(job, container)).filter(name => /^(?:AWS|GOOGLE|AZURE)_/v.test(name)));

test('[B-057] [B-065] all keys of the Secret of an S3 store reach every container by reference, whether the CR names the provider or not', async t => {
	const {apply, jobOf} = shared();
	await apply(oneShot('named', s3('named', {provider: 'aws', credentialsSecretRef: 'aws-backup-credentials'})));
	await apply(oneShot('unnamed', s3('unnamed', {credentialsSecretRef: 'aws-backup-credentials'})));
	for (const name of ['named', 'unnamed']) {
		const job = await jobOf(name);
		for (const container of ['prepare', 'backup', 'inspect', 'report']) {
			t.deepEqual(referred(job, container), {
				AWS_ACCESS_KEY_ID: 'aws-backup-credentials/AWS_ACCESS_KEY_ID',
				AWS_SECRET_ACCESS_KEY: 'aws-backup-credentials/AWS_SECRET_ACCESS_KEY',
				AWS_REGION: 'aws-backup-credentials/AWS_DEFAULT_REGION',
				AWS_DEFAULT_REGION: 'aws-backup-credentials/AWS_DEFAULT_REGION',
			}, `${container} of ${name}`);
		}
	}
});

test('no value of a Secret stands in any object, the region and the session token included', async t => {
	const {apply, list, backup} = shared();
	const values = {
		AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_SESSION_TOKEN: 'a-session-token', AWS_REGION: 'xy-somewhere-7',
	};
	await apply(secret('session', values), oneShot('hidden', s3('hidden', {credentialsSecretRef: 'session'})));
	const everything = JSON.stringify([await list('batch/v1', 'Job'), await list('v1', 'Event'), await backup('hidden')]);
	t.true(everything.includes('session'));
	t.deepEqual(Object.values(values).filter(value => everything.includes(value)), []);
});

for (const region of ['AWS_REGION', 'AWS_DEFAULT_REGION'] as const) {
	test(`a Secret with ${region} alone gives both variables to the Pod`, async t => {
		const {apply, jobOf} = shared();
		const name = region.toLowerCase().replaceAll('_', '-');
		await apply(secret(name, {AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', [region]: 'eu-central-1'}), oneShot(name, s3(name, {credentialsSecretRef: name})));
		t.like(referred(await jobOf(name), 'backup'), {AWS_REGION: `${name}/${region}`, AWS_DEFAULT_REGION: `${name}/${region}`});
	});
}

test('[B-068] without a Secret there are no credential variables, for any store', async t => {
	const {apply, jobOf} = shared();
	const stores = {
		s3: {}, gcs: {}, azure: {cloud: {storageAccount: 'myaccount'}},
	};
	for (const [type, fields] of Object.entries(stores)) {
		await apply(oneShot(type, {
			storage: {
				type, bucket: 'neo4j-backups', path: type, ...fields,
			},
		}));
		const job = await jobOf(type);
		t.deepEqual(credentialLike(job), [], `variables for ${type}`);
		t.false(job.spec.template.spec.volumes.some(volume => 'secret' in volume), `volumes for ${type}`);
	}
});

test('the key file of Google Cloud Storage is a file for neo4j-admin and a variable for our own containers', async t => {
	const {apply, jobOf} = shared();
	await apply(secret('gcs-backup-credentials', {GOOGLE_APPLICATION_CREDENTIALS_JSON: keyFile}), oneShot('weekly', {
		storage: {
			type: 'gcs', bucket: 'neo4j-backups', path: 'weekly', cloud: {credentialsSecretRef: 'gcs-backup-credentials'},
		},
	}));
	const job = await jobOf('weekly');
	t.is(variablesOf(job, 'backup')['GOOGLE_APPLICATION_CREDENTIALS'], '/backup-credentials/gcp.json');
	t.deepEqual(referred(job, 'report'), {GOOGLE_APPLICATION_CREDENTIALS_JSON: 'gcs-backup-credentials/GOOGLE_APPLICATION_CREDENTIALS_JSON'});
	t.like(job.spec.template.spec.volumes.find(({name}) => name === 'credentials'), {secret: {secretName: 'gcs-backup-credentials', items: [{key: 'GOOGLE_APPLICATION_CREDENTIALS_JSON', path: 'gcp.json'}]}});
	t.like(containerOf(job, 'backup').volumeMounts.find(({name}) => name === 'credentials'), {mountPath: '/backup-credentials', readOnly: true});
});

test('an Azure application signs in natively, and neo4j-admin gets no account key', async t => {
	const {apply, jobOf} = shared();
	const keys = {
		AZURE_STORAGE_ACCOUNT: 'myaccount', AZURE_STORAGE_KEY: 'a2V5', AZURE_CLIENT_ID: 'id', AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_SECRET: 'hidden',
	};
	await apply(secret('app', keys), oneShot('daily', {
		storage: {
			type: 'azure', bucket: 'container', path: 'daily', cloud: {credentialsSecretRef: 'app'},
		}, options: {backupType: 'DIFF'},
	}));
	const job = await jobOf('daily');
	t.deepEqual(Object.keys(referred(job, 'backup')).toSorted(), ['AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_TENANT_ID']);
	t.true(containerOf(job, 'backup').args.includes('--to-path=azb://myaccount/container/daily/'));
});

const azure = (name: string, options: Readonly<Record<string, unknown>>) => oneShot(name, {
	storage: {
		type: 'azure', bucket: 'container', path: name, cloud: {credentialsSecretRef: 'azure-backup-credentials'},
	}, options,
});

test('with an account key a DIFF is refused before the Job, and AUTO is sent as FULL', async t => {
	const {apply, jobOf, jobsOf, backup, eventsOf} = shared();
	await apply(secret('azure-backup-credentials', {AZURE_STORAGE_ACCOUNT: 'myaccount', AZURE_STORAGE_KEY: 'a2V5'}));
	await apply(azure('diff', {backupType: 'DIFF'}), azure('auto', {}));
	t.deepEqual(await jobsOf('diff'), []);
	const {status} = await backup('diff');
	t.like(status, {phase: 'Invalid'});
	t.regex(status?.message ?? '', /spec\.options\.backupType.*workload identity/v);
	const job = await jobOf('auto');
	t.true(containerOf(job, 'backup').args.includes('--type=FULL'));
	t.deepEqual(referred(job, 'backup'), {});
	const events = await eventsOf('auto', 'ChainStarted');
	t.is(events.length, 1);
});

test('without any storage account an Azure backup is Invalid and names the field; the account of the ServiceAccount is the next best', async t => {
	const {apply, jobOf, jobsOf, backup} = shared();
	const storage = {type: 'azure', bucket: 'container', path: 'x'};
	await apply(oneShot('nowhere', {storage}));
	t.deepEqual(await jobsOf('nowhere'), []);
	const {status} = await backup('nowhere');
	t.is(status?.phase, 'Invalid');
	t.regex(status?.message ?? '', /spec\.storage\.cloud\.storageAccount/v);
	await apply({apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'reader', annotations: {'neo4j.com/azure-storage-account': 'annotated'}}});
	await apply(oneShot('annotated', {storage: {...storage, cloud: {identity: {provider: 'azure', serviceAccount: 'reader'}}}}));
	t.true(containerOf(await jobOf('annotated'), 'backup').args.includes('--to-path=azb://annotated/container/x/'));
});

const aws = {AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_DEFAULT_REGION: 'c'};
const lacking: ReadonlyArray<readonly [storage: Readonly<Record<string, unknown>>, data: Readonly<Record<string, string>>, key: string]> = [
	[{type: 's3'}, {...aws, AWS_ACCESS_KEY_ID: ''}, 'AWS_ACCESS_KEY_ID'],
	[{type: 's3'}, {AWS_ACCESS_KEY_ID: 'a', AWS_DEFAULT_REGION: 'c'}, 'AWS_SECRET_ACCESS_KEY'],
	[{type: 's3'}, {AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b'}, 'AWS_DEFAULT_REGION'],
	[{type: 'gcs'}, {other: 'x'}, 'GOOGLE_APPLICATION_CREDENTIALS_JSON'],
	[{type: 'azure'}, {AZURE_STORAGE_ACCOUNT: 'myaccount'}, 'AZURE_STORAGE_KEY'],
	[{type: 'azure'}, {AZURE_STORAGE_KEY: 'a2V5'}, 'AZURE_STORAGE_ACCOUNT'],
];

test('[B-075] a Secret that is missing or lacks a key starts no Job, the message names both, and the run comes by itself once it is right', async t => {
	const {apply, jobsOf, backup, eventsOf, minutes, runtime: {kube}} = await startDesk(t);
	await apply(oneShot('missing', s3('missing', {credentialsSecretRef: 'later'})));
	t.deepEqual(await jobsOf('missing'), []);
	const {status} = await backup('missing');
	t.is(status?.phase, 'Waiting');
	t.regex(status?.message ?? '', /Secret later .*namespace neo4j/v);
	t.like(status?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'CredentialsInvalid', message: status!.message!});

	for (const [index, [storage, data, key]] of lacking.entries()) {
		const name = `lacking-${index}`;
		await apply(secret(name, data), oneShot(name, {
			storage: {
				bucket: 'container', path: name, cloud: {credentialsSecretRef: name}, ...storage,
			},
		}));
		t.deepEqual(await jobsOf(name), [], `without ${key}`);
		const found = await backup(name);
		t.is(found.status?.phase, 'Waiting', `without ${key}`);
		t.true(found.status?.message?.includes(`Secret ${name}`));
		t.true(found.status?.message?.includes(key));
		const events = await eventsOf(name, 'CredentialsInvalid');
		t.deepEqual(events.map(({type, message}) => ({type, message})), [{type: 'Warning', message: found.status!.message!}]);
	}

	await apply(secret('later', aws));
	await kube.patch({
		apiVersion: 'v1', kind: 'Secret', namespace: 'neo4j', name: 'lacking-1',
	}, {stringData: aws});
	await minutes(1);
	for (const name of ['missing', 'lacking-1']) {
		const jobs = await jobsOf(name);
		t.is(jobs.length, 1, `Jobs of ${name}`);
		const found = await backup(name);
		t.is(found.status?.phase, 'Running', `phase of ${name}`);
	}
});

test('endpoint and path style of the CR reach neo4j-admin and our own containers', async t => {
	const {apply, jobOf} = shared();
	await apply(oneShot('minio', s3('minio', {endpointURL: 'https://minio.example.com:9000', forcePathStyle: true})));
	const job = await jobOf('minio');
	t.like(variablesOf(job, 'backup'), {AWS_ENDPOINT_URL_S3: 'https://minio.example.com:9000', JAVA_TOOL_OPTIONS: '-Daws.s3.forcePathStyle=true'});
	const {location} = JSON.parse(variablesOf(job, 'report')['BACKUP_RUN']!) as {location: unknown};
	t.like(location, {endpointURL: 'https://minio.example.com:9000', forcePathStyle: true});
});

test('authorities reach each container by reference, and neo4j-admin as the bundle of the system and as Java\'s truststore', async t => {
	const {apply, jobOf} = shared();
	const ca = await readFile(path.join(import.meta.dirname, '../../shared/neo4j/certificates/ca.crt'), 'utf8');
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'minio-ca'}, stringData: {'ca.crt': ca},
	}, oneShot('private', s3('private', {endpointURL: 'https://minio.example.com:9000', forcePathStyle: true, caBundleSecretRef: 'minio-ca'})));
	const job = await jobOf('private');
	for (const name of ['backup', 'inspect']) {
		const {JAVA_TOOL_OPTIONS: java, SSL_CERT_FILE: bundle, NODE_EXTRA_CA_CERTS: extra} = variablesOf(job, name);
		t.deepEqual([java, bundle, extra], ['-Daws.s3.forcePathStyle=true -Djavax.net.ssl.trustStore=/backup-run/trust/truststore.jks -Djavax.net.ssl.trustStoreType=JKS', '/etc/ssl/certs/ca-certificates.crt', undefined]);
		t.deepEqual(containerOf(job, name).volumeMounts.filter(({mountPath}) => mountPath.startsWith('/etc')), ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'].map(mountPath => ({
			name: 'run', mountPath, subPath: 'trust/ca-certificates.crt', readOnly: true,
		})));
	}

	for (const name of ['prepare', 'report']) {
		t.is(variablesOf(job, name)['NODE_EXTRA_CA_CERTS'], '/backup-authorities/ca.crt');
		t.true(containerOf(job, name).volumeMounts.some(({name: volume, mountPath}) => volume === 'authorities' && mountPath === '/backup-authorities'));
	}

	t.like(job.spec.template.spec.volumes.find(({name}) => name === 'authorities'), {secret: {secretName: 'minio-ca', items: [{key: 'ca.crt', path: 'ca.crt'}]}});
});

test('[B-032] provider and endpoint of storage.cloud and the Secret of spec.cloud are both effective, and storage.cloud comes first', async t => {
	const {apply, jobOf} = shared();
	await apply(awsSecret(), secret('other', aws));
	await apply(oneShot('merged', {...s3('merged', {provider: 'aws', endpointURL: 'https://one.example.com'}), cloud: {credentialsSecretRef: 'aws-backup-credentials', endpointURL: 'https://two.example.com'}}));
	await apply(oneShot('first', {...s3('first', {credentialsSecretRef: 'other'}), cloud: {credentialsSecretRef: 'aws-backup-credentials'}}));
	t.like(variablesOf(await jobOf('merged'), 'backup'), {AWS_ACCESS_KEY_ID: 'aws-backup-credentials/AWS_ACCESS_KEY_ID', AWS_ENDPOINT_URL_S3: 'https://one.example.com'});
	t.is(variablesOf(await jobOf('first'), 'backup')['AWS_ACCESS_KEY_ID'], 'other/AWS_ACCESS_KEY_ID');
});
