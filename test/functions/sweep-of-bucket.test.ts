import test from 'ava';
import {backupManifest, bucket, startScenario} from './scenario.ts';

test('[B-022] [B-099] [B-101] from a bucket the function deletes expired chains itself, after each success and while the CR lives', async t => {
	const {apply, backup, minutes, s3, jobs, dbms, runtime} = await startScenario(t, {databases: ['mydb'], start: '2026-11-20T01:59:30Z'});
	await apply(backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
		schedule: '*/10 * * * *',
		retention: {maxCount: 1},
		options: {backupType: 'FULL'},
	}));
	const artifacts = () => s3.objects(bucket, 'daily/').map(({key}) => key).filter(key => key.endsWith('.backup'));
	await minutes(1);
	const [oldest, ...others] = artifacts();
	t.deepEqual(others, []);
	dbms.write('mydb', 5);
	await minutes(20);
	t.is(artifacts().length, 3, 'marked, and not deleted before its grace');
	await minutes(12);
	t.false(artifacts().includes(oldest!));
	const {status} = await backup('daily-cluster-backup');
	t.is(status?.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True');
	const left = await jobs();
	t.true(left.every(job => job.metadata.labels?.['app.kubernetes.io/component'] === 'backup'), 'no Job sweeps a bucket');
	const swept = runtime.eventing.events().filter(({event}) => event.attributes['type'] === 'com.neo4j.retention.swept.v1').flatMap(({event}) => (JSON.parse(new TextDecoder().decode(event.data)) as {deleted: ReadonlyArray<{name: string}>}).deleted);
	t.deepEqual(swept.map(({name}) => `daily/${name}`), [oldest]);
});
