import test from 'ava';
import {argumentsOf, type JobObject} from './launch-backup/desk.ts';
import {backupManifest, bucket, startScenario} from './scenario.ts';

test('[B-029] [B-003] [B-041] a CR without a schedule runs once: every database of the cluster has an artifact in the bucket, and the status says so', async t => {
	const {apply, backup, dbms, jobs, s3} = await startScenario(t);
	dbms.compositeDatabase('joined');
	await apply(backupManifest(s3));
	const {status} = await backup('daily-cluster-backup');
	t.like(status, {phase: 'Completed', lastRunGeneration: 1, observedGeneration: 1});
	const [job] = await jobs() as readonly JobObject[];
	t.deepEqual(argumentsOf(job!).filter(argument => !argument.startsWith('--')), ['neo4j-admin', 'database', 'backup', '*']);
	const [run] = status!.history!;
	t.like(run, {status: 'Succeeded', requested: ['mydb', 'neo4j', 'system'], artifactCount: 3});
	t.deepEqual(run!.artifacts?.map(({database}) => database).toSorted(), ['mydb', 'neo4j', 'system']);
	t.deepEqual(s3.objects(bucket, 'daily/').map(({key}) => key.replace(/-2026.*/v, '')).filter(key => !key.includes('.neo4j-backup')).toSorted(), ['daily/mydb', 'daily/neo4j', 'daily/system']);
});

test('[B-004] a standalone is backed up like a cluster of one: its databases have artifacts in the bucket, and the status says so', async t => {
	const {apply, backup, s3} = await startScenario(t, {target: {kind: 'Neo4jEnterpriseStandalone', name: 'alone'}, databases: ['neo4j']});
	await apply(backupManifest(s3, {target: {kind: 'Cluster', name: 'alone'}}));
	const {status} = await backup('daily-cluster-backup');
	t.is(status?.phase, 'Completed');
	t.like(status?.history?.[0]?.target, {kind: 'Neo4jEnterpriseStandalone', name: 'alone'});
	t.deepEqual(s3.objects(bucket, 'daily/').map(({key}) => key.replace(/-2026.*/v, '')).filter(key => !key.includes('.neo4j-backup')).toSorted(), ['daily/neo4j', 'daily/system']);
});
