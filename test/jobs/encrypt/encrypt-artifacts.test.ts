import {randomBytes} from 'node:crypto';
import {
	mkdir, mkdtemp, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {encryptArtifacts} from '#jobs/encrypt/encrypt-artifacts.ts';
import {prepare} from '#jobs/prepare/prepare.ts';
import {report} from '#jobs/report/report.ts';
import {runFolder, type RunFolder} from '#jobs/run-folder.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';
import {openStore} from '#shared/stores/open.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

type Setting = {
	readonly store: Store;
	readonly directory: string;
	/** A Pod of the run: `prepare` has been, and neo4j-admin has left these artifacts, one of each database. */
	readonly attempt: (databases: readonly string[], time: string) => Promise<AttemptPod>;
};

type AttemptPod = {readonly spec: RunSpec; readonly store: Store; readonly folder: RunFolder; readonly keyFile: string};

const nameOf = (database: string, time: string): string => `${database}-${time.slice(0, 19).replaceAll(':', '-')}.backup`;

const start = async (t: ExecutionContext): Promise<Setting> => {
	const root = await mkdtemp(path.join(tmpdir(), 'encrypt-'));
	t.teardown(async () => rm(root, {recursive: true, force: true}));
	const directory = path.join(root, 'claim/daily');
	await mkdir(directory, {recursive: true});
	const location = {type: 'pvc', path: 'daily', root: path.join(root, 'claim')} as const;
	const store = await openStore(location, {});
	const keyFile = path.join(root, 'key');
	await writeFile(keyFile, randomBytes(32));
	let pods = 0;
	const attempt: Setting['attempt'] = async (databases, time) => {
		const pod = path.join(root, `pod-${++pods}`);
		const staging = path.join(pod, 'artifacts');
		const spec: RunSpec = {
			runID: '20261120020000-0123abcd',
			trigger: 'schedule',
			startedAt: '2026-11-20T02:00:00.000Z',
			maxAttempts: 4,
			owner: {cluster: 'c', namespace: 'neo4j', name: 'daily'},
			adoptStorage: false,
			location,
			staging,
			encryption: {algorithm: 'AES256', secretName: 'backup-encryption-key', secretKey: 'key'},
			databases: ['*'],
			requested: ['mydb', 'neo4j'],
			type: 'FULL',
			wantedType: 'AUTO',
			target: {
				uid: 'u', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production', version: '2025.12.0',
			},
			timeline: '2025',
			policy: {maxChainLength: 100},
		};
		const folder = runFolder(path.join(pod, 'run'));
		await mkdir(folder.path, {recursive: true});
		await prepare({
			spec, store, folder, podName: `pod-${pods}`,
		});
		await mkdir(path.join(folder.path, 'inspect'));
		for (const database of databases) {
			const name = nameOf(database, time);
			await writeFile(path.join(staging, name), `the content of ${name}`);
			await writeFile(path.join(folder.path, 'inspect', name), JSON.stringify([{
				file: name, database, databaseID: 'id', time, full: true, compressed: true, lowestTx: 1, highestTx: 9,
			}]));
		}

		await writeFile(path.join(folder.path, 'backup.log'), databases.map(database => `Finished artifact creation '${nameOf(database, time)}' for database '${database}', took 1s.\n`).join(''));
		await writeFile(path.join(folder.path, 'exit-code'), '0\n');
		return {
			spec, store, folder, keyFile,
		};
	};

	return {store, directory, attempt};
};

/** Times of artifacts lie a little after now, because the claim's clock is the machine's. */
const soon = (seconds: number): string => new Date((Math.ceil(Date.now() / 1000) + seconds) * 1000).toISOString().replace('.000Z', 'Z');

const filesIn = async (directory: string): Promise<readonly string[]> => {
	const names = await readdir(directory);
	return names.filter(name => !name.startsWith('.')).toSorted();
};

test('what an attempt encrypted before it died counts for its run, and the records that told of it are removed', async t => {
	const {store, directory, attempt} = await start(t);
	const [early, late] = [soon(0), soon(5)];
	const first = await attempt(['mydb'], early);
	await encryptArtifacts(first, first.keyFile);
	const second = await attempt(['neo4j'], late);
	t.deepEqual(await second.folder.readAdopted(), [], 'neo4j-admin could not inspect it');
	await encryptArtifacts(second, second.keyFile);
	const {summary, exit} = await report(second);
	t.like(summary, {outcome: 'succeeded', artifactCount: 2});
	t.is(exit, 0);
	const names = [`${nameOf('mydb', early)}.aws-esdk`, `${nameOf('neo4j', late)}.aws-esdk`];
	t.deepEqual(await filesIn(directory), names);
	const {runs: [run], listing, unreadable} = await readCatalogue(store);
	t.deepEqual(run!.manifest.artifacts.map(({name}) => name).toSorted(), names);
	t.like(run!.manifest.artifacts[0], {full: true, highestTx: 9, encryption: {algorithm: 'AES256'}});
	t.deepEqual(listing.encrypted, []);
	t.deepEqual(unreadable, []);
});

test('an artifact that the store refuses is told with the reason, the others are kept, and nothing lies in the clear', async t => {
	const {store, directory, attempt} = await start(t);
	const refusing: Store = {
		...store,
		async upload(key, body, size) {
			if (key.startsWith('mydb-')) {
				throw new StoreError('AccessDenied', `Uploading ${key} failed: access denied.`);
			}

			await store.upload(key, body, size);
		},
	};
	const time = soon(0);
	const pod = await attempt(['mydb', 'neo4j'], time);
	await encryptArtifacts({...pod, store: refusing}, pod.keyFile);
	const {summary} = await report(pod);
	t.like(summary, {outcome: 'partial', artifactCount: 1, missing: ['mydb']});
	t.regex(summary.message, /mydb.*could not be brought into the store encrypted: .*access denied/v);
	t.deepEqual(await filesIn(directory), [`${nameOf('neo4j', time)}.aws-esdk`]);
});

test('where `encrypt` was killed, the run says so and nothing lies in the clear', async t => {
	const {directory, attempt} = await start(t);
	const pod = await attempt(['mydb', 'neo4j'], soon(0));
	const {summary, exit} = await report(pod);
	t.like(summary, {outcome: 'failed', reason: 'ArtifactNotProven', artifactCount: 0});
	t.regex(summary.message, /was not encrypted: the container `encrypt` was ended/v);
	t.is(exit, 1, 'another attempt can help');
	t.deepEqual(await filesIn(directory), []);
});

test('a key that was changed since the run began stops it before anything is uploaded, and is not shown', async t => {
	const {directory, attempt} = await start(t);
	const pod = await attempt(['mydb'], soon(0));
	await writeFile(pod.keyFile, 'a passphrase that nobody must see');
	const error = await t.throwsAsync(encryptArtifacts(pod, pod.keyFile), {message: /^The key key of Secret backup-encryption-key has 33 bytes/v});
	t.false(error.message.includes('passphrase'));
	t.deepEqual(await filesIn(directory), []);
});

test('an artifact in the clear of an earlier attempt, from before encryption was switched on, is adopted as it is and not uploaded again', async t => {
	const {directory, attempt} = await start(t);
	await attempt([], soon(0));
	const time = soon(1);
	const left = nameOf('mydb', time);
	await writeFile(path.join(directory, left), 'in the clear');
	const pod = await attempt(['neo4j'], soon(2));
	t.deepEqual(await pod.folder.readAdopted(), [left]);
	await writeFile(path.join(pod.folder.path, 'inspect', left), JSON.stringify([{
		file: left, database: 'mydb', databaseID: 'id', time, full: true, compressed: true, lowestTx: 1, highestTx: 9,
	}]));
	await encryptArtifacts(pod, pod.keyFile);
	const {summary} = await report(pod);
	t.like(summary, {outcome: 'succeeded', artifactCount: 2});
	const files = await filesIn(directory);
	t.is(files.length, 2);
	t.is(await readFile(path.join(directory, left), 'utf8'), 'in the clear');
});
