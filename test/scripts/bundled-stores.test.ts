import {spawn} from 'node:child_process';
import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {BlobServiceClient, StorageSharedKeyCredential} from '@azure/storage-blob';
import {bundle} from '../../scripts/bundle.ts';
import {startAzurite} from '#local/stores/azurite.ts';
import {startGcs} from '#local/stores/gcs.ts';
import {startS3} from '#local/stores/s3.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {runSpecVariable, type RunSpec} from '#shared/runs/run-spec.ts';
import {openStore} from '#shared/stores/open.ts';
import {type StoreCredentials, type StoreLocation} from '#shared/stores/store.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'bundled-stores-'));
await bundle({folder, sourceMaps: false});

test.after.always(async () => {
	await rm(folder, {recursive: true, force: true});
});

type Server = {readonly location: StoreLocation; readonly credentials: StoreCredentials};

const opensAttempt = test.macro(async (t, start: (t: ExecutionContext) => Promise<Server>) => {
	const {location, credentials} = await start(t);
	const {code, output} = await prepare(t, location, credentials);
	t.is(code, 0, `prepare.mjs said: ${output}`);
	const store = await openStore(location, credentials);
	t.teardown(async () => {
		await store.close();
	});
	const {openAttempts} = await readCatalogue(store);
	t.deepEqual(openAttempts.map(({runID}) => runID), [spec.runID]);
});

test('prepare.mjs opens an attempt in an S3 bucket', opensAttempt, async t => {
	const credentials = {AWS_ACCESS_KEY_ID: 'AKIASTANDIN', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1'};
	const server = await startS3({buckets: ['backups'], credentials: {accessKeyId: 'AKIASTANDIN', secretAccessKey: 'secret'}});
	t.teardown(server.stop);
	return {
		credentials,
		location: {
			type: 's3', bucket: 'backups', path: 'daily', endpointURL: server.endpoint, forcePathStyle: true,
		},
	};
});

test('prepare.mjs opens an attempt in a bucket of Google Cloud Storage', opensAttempt, async t => {
	const server = await startGcs({buckets: ['backups']});
	t.teardown(server.stop);
	return {
		credentials: {GOOGLE_APPLICATION_CREDENTIALS_JSON: server.serviceAccount},
		location: {
			type: 'gcs', bucket: 'backups', path: 'daily', endpointURL: server.endpoint,
		},
	};
});

test('prepare.mjs opens an attempt in a container of Azure Blob Storage', opensAttempt, async t => {
	const account = 'backupaccount';
	const key = Buffer.from('a key of this test').toString('base64');
	const server = await startAzurite({account, key});
	t.teardown(server.stop);
	await new BlobServiceClient(server.endpoint, new StorageSharedKeyCredential(account, key)).createContainer('backups');
	return {
		credentials: {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key},
		location: {
			type: 'azure', bucket: 'backups', path: 'daily', endpointURL: new URL(server.endpoint).origin,
		},
	};
});

test('prepare.mjs opens an attempt on a volume', opensAttempt, async t => {
	const root = await mkdtemp(path.join(tmpdir(), 'claim-'));
	t.teardown(async () => {
		await rm(root, {recursive: true});
	});
	return {credentials: {}, location: {type: 'pvc', root, path: 'daily'}};
});

const spec: Omit<RunSpec, 'location'> = {
	runID: '20261121020000-0123abcd',
	trigger: 'schedule',
	startedAt: '2026-11-21T02:00:00Z',
	maxAttempts: 4,
	owner: {cluster: 'c1', namespace: 'neo4j', name: 'daily'},
	adoptStorage: false,
	databases: ['neo4j'],
	requested: ['neo4j'],
	type: 'FULL',
	wantedType: 'FULL',
	target: {
		uid: 't1', kind: 'Cluster', namespace: 'neo4j', name: 'production',
	},
	timeline: 't1',
	policy: {maxChainLength: 30},
};

/** Runs the program as its container does: with the run and the credentials in its environment, and without the project's folder. */
const prepare = async (t: ExecutionContext, location: StoreLocation, credentials: StoreCredentials) => {
	const scratch = await mkdtemp(path.join(tmpdir(), 'run-'));
	t.teardown(async () => {
		await rm(scratch, {recursive: true});
	});
	await mkdir(path.join(scratch, 'run'));
	const child = spawn(process.execPath, ['prepare.mjs'], {
		cwd: folder,
		env: {
			...credentials,
			[runSpecVariable]: JSON.stringify({...spec, location}),
			RUN_FOLDER: path.join(scratch, 'run'),
			TERMINATION_LOG: path.join(scratch, 'termination-log'),
			POD_NAME: 'daily-backup-1',
			HOME: scratch,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	return {code: child.exitCode, output: output + complaints};
};
