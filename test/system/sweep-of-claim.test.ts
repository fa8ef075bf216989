import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';
import {annotations, backupApiVersion} from '#shared/api/group.ts';

// A volume has no clock but the machine's, so that this scenario starts three minutes before the real time and stays within the five that clocks may be apart. The grace is short, because the Jobs' clock is the real one.
test('[B-023] [B-054] on a claim, a Job under the account of the CR removes expired chains below the path, and its outcome is recorded', async t => {
	const scenario = await startScenario(t, {start: new Date(Date.now() - 180_000).toISOString(), graceMs: 1, databases: ['mydb']});
	const {apply, backup, minutes, runtime, s3, jobs, clock, dbms} = scenario;
	await apply(backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
		storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'backups/manual/'},
		retention: {maxCount: 1},
		options: {backupType: 'FULL'},
	}, 'on-a-claim'));
	const folder = path.join(runtime.node.claimFolder('neo4j', 'backup-storage'), 'backups/manual');
	const files = async () => {
		const names = await readdir(folder);
		return names.filter(name => name.endsWith('.backup'));
	};

	const [oldest, ...others] = await files();
	t.deepEqual(others, [], 'the first run wrote below the path');
	dbms.write('mydb', 5);
	clock.advance(5000);
	await runtime.kube.patch({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name: 'on-a-claim',
	}, {metadata: {annotations: {[annotations.runNow]: 'again'}}});
	await runtime.settled();
	await minutes(2);
	const both = await files();
	const marked = await backup('on-a-claim');
	t.is(both.length, 2, 'nothing is deleted before its grace');
	t.is(marked.status?.retention?.expiring, 1);

	await minutes(2);
	t.deepEqual(await files(), both.filter(name => name !== oldest));
	const {status} = await backup('on-a-claim');
	t.like(status?.retention, {expired: 1, kept: 1});
	t.is(status?.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True');
	const left = await jobs();
	t.true(left.every(job => job.metadata.labels?.['app.kubernetes.io/component'] === 'backup'), 'recorded sweep Jobs are gone');
});
