import {BlobServiceClient, StorageSharedKeyCredential} from '@azure/storage-blob';
import test from 'ava';
import {databasesIn, secret, startExamples} from '#test/functions/examples.ts';
import {argumentsOf, variablesOf} from '#test/functions/launch-backup/desk.ts';
import {startAzurite} from '#local/stores/azurite.ts';
import {startGcs} from '#local/stores/gcs.ts';

test('[B-152] [B-153] [B-154] [B-014] the examples on S3 with static credentials, as they are: daily and of one database, and hourly DIFFs after a first FULL, which 5.26 cannot take', async t => {
	const {applyExamples, at, s3, dbms, jobOf, runsOf, backup, edit, runtime: {kube}} = await startExamples(t, {endpoints: store => ({s3: store.endpoint})});
	t.deepEqual(await applyExamples('daily-cluster-backup-static-creds', 'mydb-daily-backup', 'hourly-diff-backup'), [
		'Scheduled 2026-11-20T02:00:00Z', 'Scheduled 2026-11-20T03:00:00Z', 'Scheduled 2026-11-20T02:00:00Z',
	]);
	const databases = (prefix: string) => databasesIn(s3.objects('neo4j-backups', prefix).map(({key}) => key));
	await at('2026-11-20T02:00:00Z');
	t.deepEqual(databases('daily/'), ['mydb', 'neo4j', 'system']);
	t.deepEqual(databases('mydb/daily/'), []);
	const daily = await jobOf('daily-cluster-backup-static-creds');
	t.true(['--to-path=s3://neo4j-backups/daily/', '--type=FULL', '--temp-path=/tmp/neo4j-backup-temp'].every(argument => argumentsOf(daily).includes(argument)));
	t.like(variablesOf(daily, 'backup'), {AWS_ACCESS_KEY_ID: 'aws-backup-credentials/AWS_ACCESS_KEY_ID', AWS_SECRET_ACCESS_KEY: 'aws-backup-credentials/AWS_SECRET_ACCESS_KEY', AWS_REGION: 'aws-backup-credentials/AWS_DEFAULT_REGION'});

	dbms.write('mydb', 5);
	await at('2026-11-20T03:00:00Z');
	t.deepEqual(databases('mydb/daily/'), ['mydb']);
	t.deepEqual(databases('daily/'), ['mydb', 'neo4j', 'system'], 'the daily one has its next run tomorrow');
	t.deepEqual(await runsOf('daily-cluster-backup-static-creds'), ['2026-11-20T02:00:00Z FULL Succeeded']);
	t.deepEqual(await runsOf('mydb-daily-backup'), ['2026-11-20T03:00:00Z AUTO Succeeded']);
	t.deepEqual(await runsOf('hourly-diff-backup'), ['2026-11-20T03:00:00Z DIFF Succeeded', '2026-11-20T02:00:00Z FULL Succeeded']);
	t.true(argumentsOf(await jobOf('hourly-diff-backup')).includes('--prefer-diff-as-parent'));

	const older = {
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster-2025',
	};
	await kube.patch(older, {spec: {image: {tag: '5.26.3-enterprise'}}});
	await edit('daily-cluster-backup-static-creds', {spec: {suspend: true}});
	await at('2026-11-20T04:00:00Z');
	const {status} = await backup('hourly-diff-backup');
	t.is(status?.phase, 'Invalid');
	t.regex(status?.message ?? '', /preferDiffAsParent needs Neo4j 2025\.04.* or newer; the target runs 5\.26\.3/v);
});

test('[B-157] [B-015] the example on Google Cloud Storage with static credentials, as it is: on Sunday at three, with the key file of its Secret', async t => {
	const gcs = await startGcs({buckets: ['neo4j-analytics-backups']});
	t.teardown(gcs.stop);
	const {apply, applyExamples, at, jobOf, runsOf} = await startExamples(t, {start: '2026-11-21T23:58:30Z', endpoints: () => ({gcs: gcs.endpoint}), databases: ['neo4j']});
	await apply(secret('gcs-backup-credentials', {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount}));
	t.deepEqual(await applyExamples('weekly-gcs-backup-static'), ['Scheduled 2026-11-22T03:00:00Z']);
	await at('2026-11-22T03:00:00Z');
	t.deepEqual(await runsOf('weekly-gcs-backup-static'), ['2026-11-22T03:00:00Z AUTO Succeeded']);
	t.deepEqual(databasesIn(gcs.objects('neo4j-analytics-backups', 'weekly/').map(({key}) => key)), ['neo4j', 'system']);
	const job = await jobOf('weekly-gcs-backup-static');
	t.true(['--to-path=gs://neo4j-analytics-backups/weekly/', '--pagecache=8G'].every(argument => argumentsOf(job).includes(argument)));
	t.is(variablesOf(job, 'backup')['GOOGLE_APPLICATION_CREDENTIALS'], '/backup-credentials/gcp.json');
	t.like(job.spec.template.spec.volumes.find(({name}) => name === 'credentials'), {secret: {secretName: 'gcs-backup-credentials'}});
});

test('[B-159] the example on Azure with static credentials, as it is: at one, with the account and key of its Secret', async t => {
	const [account, key] = ['backupaccount', 'a2V5LW9mLXRoZS1iYWNrdXAtYWNjb3VudA=='];
	const azurite = await startAzurite({account, key});
	t.teardown(azurite.stop);
	const credentials = {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key};
	const container = new BlobServiceClient(azurite.endpoint, new StorageSharedKeyCredential(account, key)).getContainerClient('neo4j-backups');
	await container.create();
	const {apply, applyExamples, at, runsOf} = await startExamples(t, {start: '2026-11-20T00:58:30Z', endpoints: () => ({azure: azurite.endpoint}), databases: ['neo4j']});
	await apply(secret('azure-backup-credentials', credentials));
	t.deepEqual(await applyExamples('daily-azure-backup-static'), ['Scheduled 2026-11-20T01:00:00Z']);
	await at('2026-11-20T01:00:00Z');
	t.deepEqual(await runsOf('daily-azure-backup-static'), ['2026-11-20T01:00:00Z FULL Succeeded']);
	const keys: string[] = [];
	for await (const {name} of container.listBlobsFlat({prefix: 'daily/'})) {
		keys.push(name);
	}

	t.deepEqual(databasesIn(keys), ['neo4j', 'system']);
});
