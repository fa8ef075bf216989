import {randomUUID} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import test, {type ExecutionContext} from 'ava';
import {artifact, manifest, owner} from '../catalogue/history.ts';
import {startAzurite} from '#local/stores/azurite.ts';
import {startGcs} from '#local/stores/gcs.ts';
import {startS3} from '#local/stores/s3.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {silentLog} from '#shared/log.ts';
import {parsePolicy} from '#shared/retention/policy.ts';
import {sweep} from '#shared/retention/sweep.ts';
import {defaultLimits} from '#shared/retention/sweep-input.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store, type StoredObject} from '#shared/stores/store.ts';

const firstOfJanuary = Date.parse('2026-01-01T00:00:00Z');
const daysSince = (milliseconds: number) => (milliseconds - firstOfJanuary) / 86_400_000;

// The same three backups, of which the two older ones expire, in each kind of store. Its clock is the real one, so that the backups are of the last days.
const names = [3, 2, 1].map(days => artifact(daysSince(Date.now()) - days));

const thePlan = {
	keep: 1, expire: 0, archive: 2, artifacts: names.map(({name}, index) => index < 2
		? {name, verdict: 'archive', reason: 'expires: not among the 1 newest of neo4j'}
		: {name, verdict: 'keep', reason: 'kept: newest restorable chain of neo4j'}),
};

const archiveIn = async (t: ExecutionContext, store: Store): Promise<readonly StoredObject[]> => {
	t.teardown(store.close);
	await claimDirectory(store, owner);
	for (const one of names) {
		await store.upload(one.name, Readable.from(['x'.repeat(one.size)]), one.size);
		await writeManifest(store, manifest(daysSince(Date.parse(one.time)), [one]));
	}

	const sweepOnce = async (round: number, mode: 'Plan' | 'Enforce') => sweep({
		store,
		owner,
		policy: parsePolicy({maxCount: 1, deletePolicy: 'Archive', mode}),
		sweepID: `20260101000000-0000000${round}`,
		now: async () => new Date(),
		localNow: () => new Date(),
		changed: async () => undefined,
		log: silentLog(),
		limits: {...defaultLimits, graceMs: 0},
		wantedRuns: [],
	});
	const planned = await sweepOnce(0, 'Plan');
	t.deepEqual(planned.plan, thePlan, 'the same as in any other store');
	for (let round = 1; round < 4; round++) {
		await sweepOnce(round, 'Enforce');
	}

	const {artifacts, unreadable} = await readCatalogue(store);
	t.deepEqual(unreadable, []);
	t.deepEqual(artifacts.map(({state}) => state.startsWith('archived')), [true, true, false]);
	const pages: StoredObject[] = [];
	for await (const page of store.list('')) {
		pages.push(...page.filter(({key}) => key.endsWith('.backup')));
	}

	return pages;
};

const tiers = (objects: readonly StoredObject[]) => Object.fromEntries(objects.map(({key, tier}) => [key, tier]));

test('[B-100] S3: moved below .neo4j-backup/archive/, of class GLACIER', async t => {
	const s3 = await startS3({buckets: ['backups'], credentials: {accessKeyId: 'AKIA', secretAccessKey: 'secret'}});
	t.teardown(s3.stop);
	const store = await openStore({
		type: 's3', bucket: 'backups', path: 'daily', endpointURL: s3.endpoint, forcePathStyle: true,
	}, {AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1'});
	t.deepEqual(tiers(await archiveIn(t, store)), {
		[`.neo4j-backup/archive/${names[0]!.name}`]: 'GLACIER', [`.neo4j-backup/archive/${names[1]!.name}`]: 'GLACIER', [names[2]!.name]: 'STANDARD',
	});
});

test('[B-100] Google Cloud Storage: of class ARCHIVE, in place', async t => {
	const gcs = await startGcs({buckets: ['backups']});
	t.teardown(gcs.stop);
	const store = await openStore({
		type: 'gcs', bucket: 'backups', path: 'daily', endpointURL: gcs.endpoint,
	}, {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount});
	t.deepEqual(tiers(await archiveIn(t, store)), {[names[0]!.name]: 'ARCHIVE', [names[1]!.name]: 'ARCHIVE', [names[2]!.name]: 'STANDARD'});
});

test('[B-100] Azure: moved below .neo4j-backup/archive/, of tier Archive', async t => {
	const azure = {account: `backups${randomUUID().slice(0, 8)}`, key: 'c2VjcmV0'};
	const azurite = await startAzurite(azure);
	t.teardown(azurite.stop);
	const {BlobServiceClient, StorageSharedKeyCredential} = await import('@azure/storage-blob');
	await new BlobServiceClient(azurite.endpoint, new StorageSharedKeyCredential(azure.account, azure.key)).createContainer('backups');
	const store = await openStore({
		type: 'azure', bucket: 'backups', path: 'daily', endpointURL: azurite.endpoint,
	}, {AZURE_STORAGE_ACCOUNT: azure.account, AZURE_STORAGE_KEY: azure.key});
	t.deepEqual(tiers(await archiveIn(t, store)), {
		[`.neo4j-backup/archive/${names[0]!.name}`]: 'Archive', [`.neo4j-backup/archive/${names[1]!.name}`]: 'Archive', [names[2]!.name]: 'Hot',
	});
});

test('[B-100] a claim: moved into the folder archive/', async t => {
	const root = await mkdtemp(path.join(tmpdir(), 'archive-'));
	t.teardown(async () => rm(root, {recursive: true}));
	const store = await openStore({type: 'pvc', path: 'daily', root}, {});
	const objects = await archiveIn(t, store);
	t.deepEqual(objects.map(({key}) => key), [...names.slice(0, 2).map(({name}) => `archive/${name}`), names[2]!.name]);
});
