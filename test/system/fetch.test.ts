import {Buffer} from 'node:buffer';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import test from 'ava';
import {fetchBackups} from '../../jobs/fetch/fetch-backups.ts';
import {
	backupManifest, bucket, credentials, startScenario,
} from '#test/functions/scenario.ts';
import {restored, withKubeconfig} from '#test/functions/restore-fetched.ts';
import {runCommandLine} from '#test/cli/command-line.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store, type StoreLocation} from '#shared/stores/store.ts';

const name = 'daily-cluster-backup';
const environment = {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1'};
const target = {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'};

const runNow = (token: string) => ({metadata: {annotations: {'neo4j.com/run-now': token}}});

test('[X-063] databases come back from their directory alone, by the manifest in somebody\'s repository, when the Neo4jBackup and its cluster are gone', async t => {
	const scenario = await startScenario(t);
	const {apply, edit, runtime, dbms, s3, clock} = scenario;
	const manifest = backupManifest(s3, {schedule: '0 0 1 1 *', options: {backupType: 'AUTO'}});
	await apply(manifest);
	for (const token of ['first', 'second', 'third']) {
		clock.advance(60_000);
		await edit(name, runNow(token));
		dbms.write('mydb', 5);
		dbms.write('neo4j', 3);
	}

	await runtime.kube.delete({
		apiVersion: manifest.apiVersion, kind: manifest.kind, namespace: 'neo4j', name,
	});
	const folder = await mkdtemp(path.join(tmpdir(), 'fetched-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'backup.yaml');
	await writeFile(file, JSON.stringify(manifest));
	const command = ['fetch', '-f', file, '--into'];
	const {databases, leftOut} = await restored(t, scenario, [...command, path.join(folder, 'newest')], {environment, unsaved: {mydb: 5, neo4j: 3}});
	t.deepEqual(databases.map(({database, files}) => [database, files.length]), [['mydb', 3], ['neo4j', 3]], 'a FULL and two differential backups each');
	t.deepEqual(leftOut.map(one => one.database), ['system']);
	const [first] = databases[0]!.files;
	await restored(t, scenario, ['fetch', '-f', file, '--artifact', first!.artifact, '--into', path.join(folder, 'first')], {environment, unsaved: 15});

	const text = await runCommandLine([...command, path.join(folder, 'newest'), '--database', 'mydb'], {environment, isTerminal: true});
	t.regex(text.output, /^Database mydb as of 2026-11-20T\S+, transaction 15: 3 files, \S+, in \S+ \(3 there already\)$/mv);
	t.regex(text.output, /^ {2}neo4j-admin database restore mydb --from-path=\S+\/mydb-2026-\S+\.backup --overwrite-destination=true$/mv);
	t.regex(text.errors, /Fetching from s3:\/\/neo4j-backups\/daily\/ …/v);
	t.deepEqual(s3.objects(bucket, 'daily/.neo4j-backup/pins/'), []);
});

test('encrypted backups are restored like others: with the key of the Neo4jBackup\'s Secret, or one that is given', async t => {
	const scenario = await startScenario(t, {databases: ['mydb']});
	const key = Buffer.alloc(32, 7).toString('base64');
	await scenario.apply(
		{
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 'backup-key'}, stringData: {key},
		},
		backupManifest(scenario.s3, {target, options: {encryption: {enabled: true, keySecret: 'backup-key', algorithm: 'AES256'}}}),
	);
	const {folder, words} = await withKubeconfig(t, scenario);
	const report = await restored(t, scenario, ['fetch', name, ...words, '--into', path.join(folder, 'by-secret')]);
	t.regex(report.databases[0]!.files[0]!.artifact, /\.backup\.aws-esdk$/v);
	const file = path.join(folder, 'backup.yaml');
	await writeFile(file, JSON.stringify(backupManifest(scenario.s3, {target})));
	const command = ['fetch', '-f', file, '--into', path.join(folder, 'by-hand')];
	const refused = await runCommandLine(command, {environment});
	t.is(refused.code, 1);
	t.regex(refused.errors, /is encrypted with AES256 for the key sha256:[0-9a-f]{16}: give the key that decrypts it/v);
	await restored(t, scenario, command, {environment: {...environment, NEO4J_BACKUP_KEY: key}});
});

test('[X-079] an archived chain does not count as restorable, and a restore from one says which objects to thaw and how', async t => {
	const scenario = await startScenario(t, {databases: ['mydb']});
	const {apply, edit, clock, minutes, s3, backup} = scenario;
	await apply(backupManifest(s3, {
		target, schedule: '0 0 1 1 *', options: {backupType: 'FULL'}, retention: {maxCount: 1, deletePolicy: 'Archive'},
	}));
	await edit(name, runNow('first'));
	clock.advance(60_000);
	await edit(name, runNow('second'));
	clock.advance(11 * 60_000);
	await minutes(12);
	const [archived] = s3.objects(bucket, 'daily/.neo4j-backup/archive/').map(({key}) => key);
	t.truthy(archived);
	const {status} = await backup(name);
	t.is(status?.storage?.restorePoints, 1);
	const {folder, words} = await withKubeconfig(t, scenario);
	const artifact = archived!.split('/').at(-1)!;
	const refused = await runCommandLine(['fetch', name, ...words, '--artifact', artifact, '--into', folder]);
	t.is(refused.code, 1);
	t.true(refused.errors.includes(`is archived. Have the store make readable what it takes, which may last from minutes to half a day:\n  aws s3api restore-object --bucket neo4j-backups --key ${archived} --restore-request`));
	const dry = await runCommandLine(['fetch', name, ...words, '--artifact', artifact, '--into', folder, '--thawed', '--dry-run', '-o', 'json']);
	t.true(dry.output.includes(archived!.slice('daily/'.length)));
	await restored(t, scenario, ['fetch', name, ...words, '--into', path.join(folder, 'newest')]);
});

test('[X-090] two sweeps after the grace delete nothing of what a restore is reading, and delete it once the restore has read it', async t => {
	const scenario = await startScenario(t, {databases: ['mydb']});
	const {apply, edit, clock, minutes, s3, dbms} = scenario;
	await apply(backupManifest(s3, {
		target, schedule: '0 0 1 1 *', options: {backupType: 'FULL'}, retention: {maxCount: 1},
	}));
	await edit(name, runNow('first'));
	const artifacts = () => s3.objects(bucket, 'daily/mydb-').map(({key}) => key.slice('daily/'.length));
	const [first = ''] = artifacts();
	t.regex(first, /^mydb-/v);
	const folder = await mkdtemp(path.join(tmpdir(), 'fetched-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const location: StoreLocation = {
		type: 's3', bucket, path: 'daily', endpointURL: s3.endpoint, forcePathStyle: true,
	};
	const store = await openStore(location, environment);
	t.teardown(store.close);
	const {promise: gate, resolve: open} = Promise.withResolvers<void>();
	const {promise: half, resolve: isHalf} = Promise.withResolvers<void>();
	const held: Store = {
		...store,
		async download(key) {
			const body = await store.download(key);
			return body && Readable.from((async function * () {
				for await (const chunk of body as AsyncIterable<Uint8Array>) {
					yield chunk.subarray(0, 10);
					isHalf();
					await gate;
					yield chunk.subarray(10);
				}
			})(), {objectMode: false});
		},
	};
	const fetching = fetchBackups({
		store: held, location, folder, databases: ['mydb'], wanted: {kind: 'newest'}, thawed: false, key: undefined, keepsEncrypted: false, evenExpiring: false, isDryRun: false, holder: 'laptop:/into',
	}, {
		id: '0123456789abcdef', now: clock.now, progress() {
			// Nobody looks on.
		}, note: t.log,
	});
	await Promise.race([half, fetching]);
	dbms.write('mydb', 5);
	clock.advance(60_000);
	await edit(name, runNow('second'));
	for (const token of ['third', 'fourth']) {
		clock.advance(11 * 60_000);
		await edit(name, runNow(token));
		t.true(artifacts().includes(first), `after the sweep of the ${token} run`);
	}

	open();
	const {databases} = await fetching;
	t.is(databases[0]!.files[0]!.name, first);
	await minutes(1);
	for (const token of ['fifth', 'sixth']) {
		clock.advance(11 * 60_000);
		await edit(name, runNow(token));
	}

	t.false(artifacts().includes(first));
});
