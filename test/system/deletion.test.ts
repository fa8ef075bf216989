import {
	mkdtemp, readdir, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {onInspect} from '#test/functions/on-inspect.ts';
import {restored} from '#test/functions/restore-fetched.ts';
import {
	backupManifest, bucket, credentials, startScenario,
} from '#test/functions/scenario.ts';
import {annotations, backupApiVersion, deleteBackupsFinalizer} from '#shared/api/group.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {openStore} from '#shared/stores/open.ts';

const name = 'daily-cluster-backup';
const reference = {
	apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
};

const withOneBackup = async (t: Parameters<typeof startScenario>[0], spec: Readonly<Record<string, unknown>>) => {
	const scenario = await startScenario(t, {databases: ['mydb'], start: '2026-11-20T01:59:30Z'});
	const manifest = backupManifest(scenario.s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, schedule: '0 2 * * *', ...spec,
	});
	await scenario.apply(manifest);
	await scenario.minutes(3);
	return {...scenario, manifest, artifacts: () => scenario.s3.objects(bucket, 'daily/').map(({key}) => key).filter(key => key.endsWith('.backup'))};
};

test('[X-050] deletionPolicy Retain, the default: deleting the CR, in the middle of a run too, or its namespace deletes no backup; the Job ends, the catalogue stays readable, and the CR made again goes on', async t => {
	const {runtime, minutes, artifacts, edit, apply, backup, s3, jobs, manifest, dbms} = await withOneBackup(t, {});
	t.is(artifacts().length, 1);
	await minutes(1);
	dbms.write('mydb', 5);
	const stop = onInspect(runtime, async () => runtime.kube.delete(reference));
	await edit(name, {metadata: {annotations: {[annotations.runNow]: 'deleted'}}});
	await minutes(1);
	stop();
	t.is(await runtime.kube.get(reference), undefined);
	t.deepEqual(await jobs(), []);
	t.is(artifacts().length, 2);
	const store = await openStore({
		type: 's3', bucket, path: 'daily/', endpointURL: s3.endpoint, forcePathStyle: true, region: 'us-east-1',
	}, {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey});
	t.teardown(async () => store.close());
	const catalogue = await readCatalogue(store);
	t.like(catalogue, {unreadable: [], openAttempts: {length: 1}, artifacts: {length: 1}});

	dbms.write('mydb', 5);
	await apply({...manifest, metadata: {name, annotations: {[annotations.runNow]: 'again'}}});
	await minutes(1);
	const {status} = await backup(name);
	t.like(status?.history?.[0], {status: 'Succeeded'});
	t.is(status?.storage?.restorePoints, 3, 'what the ended run left counts too');
	await runtime.kube.delete({apiVersion: 'v1', kind: 'Namespace', name: 'neo4j'});
	await minutes(2);
	t.is(artifacts().length, 3);
});

test('[X-052] a CR that is deleted while a run goes on takes the Job with it and leaves a catalogue that can be read: its backups are restored from the storage alone', async t => {
	const scenario = await withOneBackup(t, {options: {backupType: 'AUTO'}, retention: {maxCount: 7}});
	const {
		runtime, minutes, artifacts, backup, edit, jobs, manifest, dbms, s3,
	} = scenario;
	dbms.write('mydb', 5);
	await edit(name, {metadata: {annotations: {[annotations.runNow]: 'second'}}});
	await minutes(1);
	dbms.write('mydb', 5);
	let phase: string | undefined;
	const stop = onInspect(runtime, async () => {
		const {status} = await backup(name);
		phase = status?.phase;
		await runtime.kube.delete(reference);
	});
	await edit(name, {metadata: {annotations: {[annotations.runNow]: 'deleted'}}});
	await minutes(1);
	stop();
	t.is(phase, 'Running');
	t.is(await runtime.kube.get(reference), undefined);
	t.deepEqual(await jobs(), []);
	t.is(artifacts().length, 3, 'what the ended run had uploaded stays');
	t.is(s3.objects(bucket, 'daily/.neo4j-backup/runs/').filter(({key}) => key.endsWith('.json')).length, 2, 'but it named nothing');

	const folder = await mkdtemp(path.join(tmpdir(), 'fetched-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'backup.yaml');
	await writeFile(file, JSON.stringify(manifest));
	const environment = {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1'};
	const {databases} = await restored(t, scenario, ['fetch', '-f', file, '--into', path.join(folder, 'newest')], {environment, unsaved: 5});
	t.is(databases[0]!.files.length, 2, 'a FULL and the differential backup of the last run that ended');
});

test('deletionPolicy Delete: deleting the CR deletes its backups at once, with the rights that the function has', async t => {
	const {runtime, backup, artifacts} = await withOneBackup(t, {deletionPolicy: 'Delete'});
	t.is(artifacts().length, 1);
	const {metadata} = await backup(name);
	t.deepEqual(metadata.finalizers, [deleteBackupsFinalizer]);
	await runtime.kube.delete(reference);
	await runtime.settled();
	t.is(await runtime.kube.get(reference), undefined);
	t.deepEqual(artifacts(), []);
});

test('deletionPolicy Delete on a claim: the Job that deletes is started at once, and its end lets the CR go, without a heartbeat', async t => {
	const {runtime, backup, jobs} = await withOneBackup(t, {deletionPolicy: 'Delete', storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'daily/'}});
	const {status} = await backup(name);
	t.is(status?.history?.[0]?.artifactCount, 1);
	const folder = path.join(runtime.node.claimFolder('neo4j', 'backup-storage'), 'daily');
	const artifacts = async () => {
		const names = await readdir(folder);
		return names.filter(file => file.endsWith('.backup')).length;
	};

	t.is(await artifacts(), 1);
	await runtime.kube.delete(reference);
	await runtime.settled();
	t.is(await runtime.kube.get(reference), undefined);
	t.is(await artifacts(), 0);
	t.deepEqual(await jobs(), []);
});

test('[X-164] deleting a namespace with deletionPolicy Delete CRs deletes no backup and does not hang', async t => {
	const {runtime, minutes, artifacts} = await withOneBackup(t, {deletionPolicy: 'Delete'});
	await runtime.kube.delete({apiVersion: 'v1', kind: 'Namespace', name: 'neo4j'});
	await minutes(3);
	t.is(await runtime.kube.get({apiVersion: 'v1', kind: 'Namespace', name: 'neo4j'}), undefined);
	t.is(artifacts().length, 1);
});
