import test, {type ExecutionContext} from 'ava';
import {artifactsOf, fold} from './folding.ts';
import {
	artifact, at, manifest, owner,
} from './history.ts';
import {createMemoryStore} from './memory-store.ts';
import {startGcs} from '#local/stores/gcs.ts';
import {startS3} from '#local/stores/s3.ts';
import {foldedFiles} from '#shared/catalogue/fold.ts';
import {openDirectory} from '#shared/catalogue/directory.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store} from '#shared/stores/store.ts';

/** An S3 server that takes `If-None-Match` and `If-Match` without heeding them. */
const heedless = async (t: ExecutionContext): Promise<Store> => {
	const s3 = await startS3({buckets: ['backups'], credentials: {accessKeyId: 'AKIA', secretAccessKey: 'secret'}, ignoresConditions: true});
	const store = await openStore({
		type: 's3', bucket: 'backups', path: 'daily', endpointURL: s3.endpoint, forcePathStyle: true,
	}, {AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1'});
	t.teardown(async () => {
		await store.close();
		await s3.stop();
	});
	return store;
};

/** A bucket whose retention policy lets nobody overwrite or delete what lies in it. */
const retained = async (t: ExecutionContext): Promise<Store> => {
	const gcs = await startGcs({buckets: ['backups']});
	const store = await openStore({
		type: 'gcs', bucket: 'backups', path: 'daily', endpointURL: gcs.endpoint,
	}, {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount});
	t.teardown(async () => {
		await store.close();
		await gcs.stop();
	});
	return {
		...store,
		async create(key, content) {
			const created = await store.create(key, content);
			gcs.lock('backups', `daily/${key}`, new Date('2126-01-01T00:00:00Z'));
			return created;
		},
	};
};

type Case = {
	readonly open: (t: ExecutionContext) => Promise<Store>;
	/** Whether the later of two writers may put its index over the earlier one, which has heard by then that it won. */
	readonly overwrites?: boolean;
	/** Whether nothing can be removed. */
	readonly keepsAll?: boolean;
	readonly inTurn?: boolean;
};

const nothingIsLost = test.macro(async (t, {open, overwrites = false, keepsAll = false, inTurn = false}: Case) => {
	const store = await open(t);
	await claimDirectory(store, owner);
	await writeManifest(store, manifest(1, [artifact(1)]));
	await fold(store, {writer: 'first', now: at(1)});
	const early = await openDirectory(store);
	await writeManifest(store, manifest(2, [artifact(2)]));
	const late = await openDirectory(store);
	const writeLate = async () => fold(store, {directory: late, writer: 'late', now: at(3)});
	const writeEarly = async () => fold(store, {directory: early, writer: 'early', now: at(3)});
	const clean = async () => store.delete(foldedFiles(await openDirectory(store)));
	const writeInTurn = async () => {
		const first = await writeLate();
		await clean();
		return [first, await writeEarly()];
	};

	const written = inTurn ? await writeInTurn() : await Promise.all([writeLate(), writeEarly()]);
	const winners = written.filter(Boolean).length;
	t.true(winners === 1 || (overwrites && winners === 2), `${winners} hear that their index is there`);
	for (let sweep = 0; sweep < 4; sweep++) {
		await clean();
		await fold(store, {writer: `sweep-${sweep}`, now: at(4)});
		t.deepEqual(await artifactsOf(store), [artifact(1).name, artifact(2).name]);
	}

	const keys: string[] = [];
	for await (const page of store.list('.neo4j-backup/')) {
		keys.push(...page.map(({key}) => key));
	}

	const count = (part: string) => keys.filter(key => key.includes(part)).length;
	if (keepsAll) {
		t.deepEqual([count('/runs/'), count('/index-')], [2, 6], 'what may not be removed stays');
	} else {
		t.is(count('/runs/'), 0);
		t.true(count('/index-') <= 3);
		t.true(count('/parts/') <= 3);
	}
});

const ignoring = async () => createMemoryStore({ignoresConditions: true});

test('[X-061] two writers of the index lose no run', nothingIsLost, {open: async () => createMemoryStore()});
test('[X-061] two writers of the index lose no run where conditions are ignored', nothingIsLost, {open: ignoring});
test('[X-061] two writers of the index lose no run where the later one overwrites what the earlier one wrote and cleaned up after', nothingIsLost, {open: ignoring, overwrites: true, inTurn: true});
test('[X-061] two writers of the index lose no run on an S3 server that ignores conditions', nothingIsLost, {open: heedless, overwrites: true});
test('[X-061] two writers of the index lose no run in a bucket with a retention policy, which keeps every file', nothingIsLost, {open: retained, keepsAll: true});
