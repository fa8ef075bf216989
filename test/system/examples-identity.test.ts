import {readFile} from 'node:fs/promises';
import test from 'ava';
import {artifact, manifest, stampOf} from '../shared/catalogue/history.ts';
import {
	authoritiesMap, authority, azureEnvironment, client, googleAccount, listed, role, startAzure, startGoogle, startIdentities,
} from '#test/functions/cloud-identities.ts';
import {databasesIn, secret, startExamples} from '#test/functions/examples.ts';
import {argumentsOf, variablesOf} from '#test/functions/launch-backup/desk.ts';
import {createClock, credentials as awsKeys} from '#test/functions/scenario.ts';
import {type Owner} from '#shared/catalogue/manifest.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {clusterUID} from '#shared/kube/cluster-uid.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store} from '#shared/stores/store.ts';

const account = {
	apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'neo4j', name: 'neo4j-backup-sa',
};

const key = secret('backup-encryption-key', {key: 'ABEiM0RVZneImaq7zN3u/wEjRWeJq83vASNFZ4mrze8='});

test('[B-151] the example on S3 with IRSA, as it is: at two a FULL, encrypted, with the role that the account is annotated with', async t => {
	const {clouds, identity} = await startIdentities(t);
	const {apply, applyExamples, at, s3, runsOf, jobOf, runtime: {kube}} = await startExamples(t, {identity, accounts: clouds.temporaryKeys, endpoints: store => ({s3: store.endpoint})});
	s3.refuse({account: awsKeys.accessKeyId, prefix: '', code: 'AccessDenied'});
	await apply(authoritiesMap, key);
	t.deepEqual(await applyExamples('daily-cluster-backup'), ['Scheduled 2026-11-20T02:00:00Z']);
	await at('2026-11-20T02:00:00Z');
	t.deepEqual(await runsOf('daily-cluster-backup'), ['2026-11-20T02:00:00Z FULL Succeeded']);
	const keys = s3.objects('neo4j-backups', '').map(({key: found}) => found);
	t.true(keys.every(found => found.startsWith('daily/')));
	t.deepEqual(databasesIn(keys), []);
	t.deepEqual(keys.filter(found => found.endsWith('.backup.aws-esdk')).map(found => /^daily\/(?<database>\w+)-/v.exec(found)?.groups?.['database']), ['mydb', 'neo4j', 'system']);
	const {metadata: {annotations}} = (await kube.get(account))!;
	t.is(annotations?.['eks.amazonaws.com/role-arn'], role);
	const job = await jobOf('daily-cluster-backup');
	t.true(['--type=FULL', '--temp-path=/tmp/neo4j-backup-temp'].every(argument => argumentsOf(job).includes(argument)));
	t.false(Object.keys(variablesOf(job, 'report')).some(name => /KEY|SECRET|TOKEN/v.test(name)));
});

test('[B-016] [B-158] the example on Azure with workload identity, as it is: at one a FULL by neo4j-admin itself, which goes after 14 days', async t => {
	const azure = await startAzure(t);
	const start = '2026-11-20T00:58:30Z';
	const clock = createClock(start);
	const {identity} = await startIdentities(t, {now: clock.now, env: azureEnvironment(azure.endpoint)});
	const {apply, applyExamples, at, runsOf, jobOf, runtime: {kube}} = await startExamples(t, {
		start, identity, podsTravel: true, endpoints: () => ({azure: azure.endpoint}), storageAccount: azure.account, databases: ['neo4j'],
	});
	const travel = async (time: string) => {
		clock.set(time);
		await azure.setClock(clock.now());
		await at(time);
		const keys = await listed(azure.container);
		return keys.filter(found => found.endsWith('.backup'));
	};

	await apply(authoritiesMap);
	t.deepEqual(await applyExamples('daily-azure-backup'), ['Scheduled 2026-11-20T01:00:00Z']);
	const first = await travel('2026-11-20T01:00:00Z');
	t.deepEqual(await runsOf('daily-azure-backup'), ['2026-11-20T01:00:00Z FULL Succeeded']);
	t.deepEqual(databasesIn(first), ['neo4j', 'system']);
	const job = await jobOf('daily-azure-backup');
	t.true(['--to-path=azb://backupaccount/neo4j-backups/daily/', '--type=FULL'].every(argument => argumentsOf(job).includes(argument)));
	t.deepEqual(Object.keys(variablesOf(job, 'backup')).filter(name => name.startsWith('AZURE_')), []);
	const {metadata: {annotations}} = (await kube.get(account))!;
	t.is(annotations?.['azure.workload.identity/client-id'], client);

	await travel('2026-12-03T01:00:00Z');
	const young = await travel('2026-12-03T01:20:00Z');
	t.true(first.every(name => young.includes(name)), 'thirteen days are not fourteen');
	await travel('2026-12-05T01:00:00Z');
	const old = await travel('2026-12-05T01:20:00Z');
	t.deepEqual(first.filter(name => old.includes(name)), []);
	t.deepEqual(databasesIn(old), ['neo4j', 'neo4j', 'system', 'system']);
});

const sunday = (index: number): Date => new Date(Date.parse('2026-11-22T03:00:00Z') + (index * 7 * 86_400_000));

/** What 24 Sundays left: a chain of 13, and one of 11 that goes on. Its files are of no use to neo4j-admin, which therefore takes a FULL. */
const writeEarlierWeeks = async (store: Store, owner: Owner, targetUID: string): Promise<void> => {
	await claimDirectory(store, owner);
	for (let week = -24; week < 0; week++) {
		const [time, full, number] = [sunday(week), week === -24 || week === -11, week + 25];
		const name = `neo4j-${stampOf(time)}.backup`;
		await store.create(name, 'x'.repeat(100));
		await writeManifest(store, {
			...manifest(0, [artifact(0, {
				name, time: time.toISOString(), full, lowestTx: full ? 1 : number, highestTx: number,
			})]),
			runID: `${time.toISOString().slice(0, 19).replaceAll(/\D/gv, '')}-0000abcd`,
			startedAt: time.toISOString(),
			completedAt: time.toISOString(),
			owner,
			target: {
				uid: targetUID, kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'analytics-cluster', version: '2025.12.0',
			},
		});
	}
};

test('[B-156] the example on Google Cloud Storage with workload identity, as it is: on Sundays at three, 12 are kept and older ones are archived with the chain they belong to', async t => {
	const start = '2026-11-21T23:58:30Z';
	const clock = createClock(start);
	const {clouds, identity} = await startIdentities(t, {now: clock.now});
	const bucket = 'neo4j-analytics-backups';
	const gcs = await startGoogle(t, {takesToken: clouds.isGoogleToken, now: clock.now});
	const {apply, applyExamples, at, runsOf, jobOf, runtime: {kube}} = await startExamples(t, {
		start, databases: ['neo4j'], podsTravel: true, endpoints: () => ({gcs: gcs.endpoint}), identity,
	});
	const store = await openStore({
		type: 'gcs', bucket, path: 'weekly', endpointURL: gcs.endpoint,
	}, {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount}, {authorities: await readFile(authority, 'utf8')});
	t.teardown(store.close);
	const target = await kube.get({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'analytics-cluster',
	});
	await writeEarlierWeeks(store, {cluster: await clusterUID(kube), namespace: 'neo4j', name: 'weekly-gcs-backup'}, target!.metadata.uid!);
	await apply(authoritiesMap);
	t.deepEqual(await applyExamples('weekly-gcs-backup'), ['Scheduled 2026-11-22T03:00:00Z']);
	const travel = async (time: string) => {
		clock.set(time);
		await at(time);
		return gcs.objects(bucket, 'weekly/neo4j-').map(({tier}) => tier);
	};

	const many = (count: number, tier: string) => Array.from({length: count}, () => tier);
	t.deepEqual(await travel('2026-11-22T03:00:00Z'), many(25, 'STANDARD'));
	t.deepEqual(await runsOf('weekly-gcs-backup'), ['2026-11-22T03:00:00Z AUTO Succeeded']);
	const job = await jobOf('weekly-gcs-backup');
	t.true(['--to-path=gs://neo4j-analytics-backups/weekly/', '--pagecache=8G', '--type=AUTO'].every(argument => argumentsOf(job).includes(argument)));
	const {metadata: {annotations}} = (await kube.get(account))!;
	t.is(annotations?.['iam.gke.io/gcp-service-account'], googleAccount);
	await travel('2026-11-22T03:01:00Z');
	t.deepEqual(await travel('2026-11-22T03:20:00Z'), [...many(13, 'ARCHIVE'), ...many(12, 'STANDARD')]);
});

test('[B-160] of twins that share a directory the second gets StorageConflict, which names the first, on S3, on Google Cloud Storage and on Azure', async t => {
	const azure = await startAzure(t);
	const {clouds, identity} = await startIdentities(t, {env: azureEnvironment(azure.endpoint)});
	const gcs = await startGoogle(t, {takesToken: clouds.isGoogleToken});
	const {apply, applyExamples, at, s3, backup, edit} = await startExamples(t, {
		start: '2026-11-22T00:58:30Z', databases: ['neo4j'], accounts: clouds.temporaryKeys, storageAccount: azure.account, endpoints: store => ({s3: store.endpoint, gcs: gcs.endpoint, azure: azure.endpoint}),
		identity,
	});
	await apply(authoritiesMap, key, secret('gcs-backup-credentials', {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount}), secret('azure-backup-credentials', {AZURE_STORAGE_ACCOUNT: azure.account, AZURE_STORAGE_KEY: azure.accountKey}));
	const twins = [['daily-azure-backup-static', 'daily-azure-backup', '01'], ['daily-cluster-backup-static-creds', 'daily-cluster-backup', '02'], ['weekly-gcs-backup-static', 'weekly-gcs-backup', '03']] as const;
	const stored = async () => {
		const blobs = await listed(azure.container);
		return [s3.objects('neo4j-backups', '').length, gcs.objects('neo4j-analytics-backups', '').length, blobs.length];
	};

	for (const [first, second, hour] of twins) {
		await applyExamples(first);
		await at(`2026-11-22T${hour}:00:00Z`);
		const {status} = await backup(first);
		t.like(status?.history?.[0], {status: 'Succeeded'}, `of ${first}`);
		const before = await stored();
		await applyExamples(second);
		await edit(second, {metadata: {annotations: {'neo4j.com/run-now': 'now'}}});
		const {status: {phase, conditions, history} = {}} = await backup(second);
		t.is(phase, 'Invalid', `of ${second}`);
		t.is(conditions?.find(({type}) => type === 'Ready')?.reason, 'StorageConflict', `of ${second}`);
		t.regex(history?.[0]?.error ?? '', new RegExp(String.raw`holds the backups of Neo4jBackup neo4j/${first} .*choose another spec\.storage\.path`, 'v'));
		t.deepEqual(await stored(), before, `${second} wrote nothing`);
	}
});
