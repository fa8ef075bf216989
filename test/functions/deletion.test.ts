import test from 'ava';
import {backupManifest, bucket, startScenario} from './scenario.ts';
import {backupApiVersion, deleteBackupsFinalizer} from '#shared/api/group.ts';

const name = 'daily-cluster-backup';
const reference = {
	apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
};

const withOneBackup = async (t: Parameters<typeof startScenario>[0], spec: Readonly<Record<string, unknown>>) => {
	const scenario = await startScenario(t, {databases: ['mydb'], start: '2026-11-20T01:59:30Z'});
	await scenario.apply(backupManifest(scenario.s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, schedule: '0 2 * * *', ...spec,
	}));
	await scenario.minutes(3);
	return {...scenario, artifacts: () => scenario.s3.objects(bucket, 'daily/').map(({key}) => key).filter(key => key.endsWith('.backup'))};
};

test('[X-050] deletionPolicy Retain, the default: deleting the CR or its namespace deletes no backup', async t => {
	const {runtime, minutes, artifacts} = await withOneBackup(t, {});
	t.is(artifacts().length, 1);
	await runtime.kube.delete(reference);
	await minutes(2);
	t.is(await runtime.kube.get(reference), undefined);
	t.is(artifacts().length, 1);
	await runtime.kube.delete({apiVersion: 'v1', kind: 'Namespace', name: 'neo4j'});
	await minutes(2);
	t.is(artifacts().length, 1);
});

test('deletionPolicy Delete: deleting the CR deletes its backups, with the rights that the function has', async t => {
	const {runtime, backup, minutes, artifacts} = await withOneBackup(t, {deletionPolicy: 'Delete'});
	t.is(artifacts().length, 1);
	const {metadata} = await backup(name);
	t.deepEqual(metadata.finalizers, [deleteBackupsFinalizer]);
	await runtime.kube.delete(reference);
	await minutes(2);
	t.is(await runtime.kube.get(reference), undefined);
	t.deepEqual(artifacts(), []);
});

test('[X-164] deleting a namespace with deletionPolicy Delete CRs deletes no backup and does not hang', async t => {
	const {runtime, minutes, artifacts} = await withOneBackup(t, {deletionPolicy: 'Delete'});
	await runtime.kube.delete({apiVersion: 'v1', kind: 'Namespace', name: 'neo4j'});
	await minutes(3);
	t.is(await runtime.kube.get({apiVersion: 'v1', kind: 'Namespace', name: 'neo4j'}), undefined);
	t.is(artifacts().length, 1);
});
