import test from 'ava';
import {checkEvents, ownEvents} from '#test/functions/collected-events.ts';
import {backupManifest, bucket, startScenario} from '#test/functions/scenario.ts';

test('[B-022] [B-099] [B-101] [X-117] [X-122] from a bucket the function deletes expired chains itself, after each success while the CR lives, and tells of each with its reason', async t => {
	const scenario = await startScenario(t, {databases: ['mydb'], start: '2026-11-20T01:59:30Z'});
	const {apply, backup, minutes, s3, jobs, dbms} = scenario;
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
	await minutes(19);
	t.is(artifacts().length, 2, 'marked at 02:10, and not deleted before its grace');
	const written = new Set(artifacts());
	for (let minute = 0; minute < 12; minute++) {
		await minutes(1);
		for (const artifact of artifacts()) {
			written.add(artifact);
		}
	}

	t.false(artifacts().includes(oldest!));
	const {status} = await backup('daily-cluster-backup');
	t.is(status?.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True');
	const left = await jobs();
	t.true(left.every(job => job.metadata.labels?.['app.kubernetes.io/component'] === 'backup'), 'no Job sweeps a bucket');
	const swept = ownEvents(scenario, 'com.neo4j.retention.swept.v1').flatMap(({data}) => data['deleted'] as ReadonlyArray<{readonly name: string; readonly database: string; readonly reason: string}>);
	t.deepEqual(swept.map(({name}) => `daily/${name}`), [...written.difference(new Set(artifacts()))]);
	t.deepEqual([...new Set(swept.map(({database, reason}) => `${database} ${reason}`))], ['mydb expires: not among the 1 newest of mydb']);
	await checkEvents(t, scenario);
});
