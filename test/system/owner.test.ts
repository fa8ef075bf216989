import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {restored, withKubeconfig} from '#test/functions/restore-fetched.ts';
import {backupManifest, bucket, startScenario} from '#test/functions/scenario.ts';
import {annotations, backupApiVersion} from '#shared/api/group.ts';
import {clusterUID} from '#shared/kube/cluster-uid.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const name = 'daily';
const target = {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'};
const daily = {target, schedule: '0 0 1 1 *', options: {backupType: 'AUTO'}};

const runNow = (token: string) => ({[annotations.runNow]: token});

/** What `kubectl get` and `kubectl describe` say of a CR first. */
const refusalOf = ({status}: Neo4jBackup) => {
	const ready = status?.conditions?.find(({type}) => type === 'Ready');
	return {
		phase: status?.phase, status: ready?.status, reason: ready?.reason, message: ready?.message ?? '',
	};
};

/** Paths and contents of the files of a folder. */
const filesBelow = async (folder: string): Promise<Readonly<Record<string, string>>> => {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name)).toSorted();
	return Object.fromEntries(await Promise.all(files.map(async file => [path.relative(folder, file), await readFile(file, 'base64')] as const)));
};

test('[X-058] a directory of another CR, in a bucket or on a claim, is refused: Invalid, StorageConflict, the owner by name; the listing stays as it was, and the owner goes on', async t => {
	const scenario = await startScenario(t, {databases: ['mydb']});
	const {apply, backup, edit, minutes, runtime, s3, clock, dbms} = scenario;
	const contents = async () => {
		const objects = await Promise.all(s3.objects(bucket).map(async ({key, file}) => [`bucket/${key}`, await readFile(file, 'base64')] as const));
		return {...Object.fromEntries(objects), ...await filesBelow(runtime.node.claimFolder('neo4j', 'backup-storage'))};
	};

	const claim = {storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'daily/'}};
	const places = {bucket: {}, claim};
	for (const [place, storage] of Object.entries(places)) {
		await apply(backupManifest(s3, {...daily, ...storage}, `first-${place}`));
		await edit(`first-${place}`, {metadata: {annotations: runNow('first')}});
	}

	const cluster = await clusterUID(runtime.kube);
	const before = await contents();
	t.is(Object.keys(before).filter(key => key.endsWith('.backup')).length, 2);
	dbms.write('mydb', 5);
	for (const [place, storage] of Object.entries(places)) {
		await apply(backupManifest(s3, {...daily, ...storage, retention: {maxCount: 1}}, `second-${place}`));
		await edit(`second-${place}`, {metadata: {annotations: runNow('first')}});
	}

	clock.advance(11 * 60_000);
	await minutes(2);
	for (const place of Object.keys(places)) {
		const refused = await backup(`second-${place}`);
		const {message, ...refusal} = refusalOf(refused);
		t.deepEqual(refusal, {phase: 'Invalid', status: 'False', reason: 'StorageConflict'}, `in the ${place}`);
		t.true(message.includes(`holds the backups of Neo4jBackup neo4j/first-${place} (cluster ${cluster})`), `it says: ${message}`);
		t.is(refused.status?.storage?.restorePoints, undefined, `of the ${place}`);
	}

	t.deepEqual(await contents(), before);
	for (const place of Object.keys(places)) {
		await edit(`first-${place}`, {metadata: {annotations: runNow('second')}});
		const {status} = await backup(`first-${place}`);
		t.like(status?.history?.[0], {status: 'Succeeded'}, `of the ${place}`);
		t.is(status?.storage?.restorePoints, 2, `of the ${place}`);
	}
});

test('[X-059] a CR that is deleted and made again finds its directory, restore points and chains; on another cluster it takes them with the annotation, and not without', async t => {
	const first = await startScenario(t, {databases: ['mydb']});
	const {s3, dbms} = first;
	const manifest = backupManifest(s3, daily, name);
	await first.apply(manifest);
	for (const token of ['full', 'differential']) {
		await first.edit(name, {metadata: {annotations: runNow(token)}});
		dbms.write('mydb', 5);
		await first.minutes(1);
	}

	const before = await first.backup(name);
	t.is(before.status?.storage?.restorePoints, 2);
	await first.runtime.kube.delete({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
	});
	await first.runtime.settled();
	await first.apply({...manifest, metadata: {name, annotations: runNow('again')}});
	const again = await first.backup(name);
	t.not(again.metadata.uid, before.metadata.uid);
	t.like(again.status?.history?.[0], {status: 'Succeeded', artifactCount: 1});
	t.like(again.status?.storage, {restorePoints: 3, oldest: before.status!.storage!.oldest!});
	const {folder, words} = await withKubeconfig(t, first);
	const {databases} = await restored(t, first, ['fetch', name, ...words, '--into', path.join(folder, 'again')]);
	t.is(databases[0]!.files.length, 3, 'the new backup goes on with the chain of the CR before');

	const second = await startScenario(t, {databases: ['mydb'], start: '2026-11-20T03:00:30Z'});
	const lostCluster = await clusterUID(first.runtime.kube);
	t.not(await clusterUID(second.runtime.kube), lostCluster);
	// The bucket goes by the clock of the first.
	const onMinute = async () => {
		await second.minutes(1);
		first.clock.set(second.clock.now().toISOString());
	};

	await onMinute();
	second.dbms.write('mydb', 5);
	const directory = () => s3.objects(bucket).map(({key}) => key);
	const lost = directory();
	await second.apply({...manifest, metadata: {name, annotations: runNow('before')}});
	const {message, ...refusal} = refusalOf(await second.backup(name));
	t.deepEqual(refusal, {phase: 'Invalid', status: 'False', reason: 'StorageConflict'});
	t.true(message.includes(`Neo4jBackup neo4j/${name} (cluster ${lostCluster})`), `it says: ${message}`);
	t.true(message.includes('neo4j.com/adopt-storage: "true"'), `it says: ${message}`);
	t.deepEqual(directory(), lost);

	await onMinute();
	await second.edit(name, {metadata: {annotations: {'neo4j.com/adopt-storage': 'true', ...runNow('after')}}});
	const adopted = await second.backup(name);
	t.like(adopted.status, {phase: 'Scheduled', history: {0: {status: 'Succeeded', artifactCount: 1}}});
	t.like(adopted.status?.storage, {restorePoints: 4, oldest: before.status!.storage!.oldest!});
	const desk = await withKubeconfig(t, second);
	await restored(t, second, ['fetch', name, ...desk.words, '--into', path.join(desk.folder, 'newest')]);
	const chain = await restored(t, first, ['fetch', name, ...desk.words, '--artifact', databases[0]!.files.at(-1)!.artifact, '--into', path.join(desk.folder, 'chain')]);
	t.is(chain.databases[0]!.files.length, 3, 'the chains of the lost cluster are restorable from the new one');
});
