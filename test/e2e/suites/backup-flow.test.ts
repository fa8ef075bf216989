import test from 'ava';
import {ListObjectsV2Command} from '@aws-sdk/client-s3';
import {installed, type Installation} from '../install/installation.ts';
import {s3Backup} from '../install/s3-backup.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {annotations, labels} from '#shared/api/group.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const bucket = 'neo4j-backups';

let installation: Installation;
let stage: Stage;
let s3: Versitygw;

test.before(async () => {
	installation = await installed();
	s3 = await startVersitygw({buckets: [{name: bucket, kind: 'plain'}], ...(installation.cluster && {address: installation.cluster.nodeAddress})});
	stage = await openStage(installation, {namespace: 'backup-flow'});
	await stage.apply(
		{
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 'aws-backup-credentials'}, stringData: s3.credentials,
		},
		// Its minute comes while the others are at work.
		backupManifest('minutely', {schedule: '* * * * *', options: {backupType: 'FULL'}}),
	);
});

test.after.always(async () => {
	await stage?.close();
	await s3?.stop();
});

const backupManifest = (name: string, spec: Readonly<Record<string, unknown>> = {}): Manifest => s3Backup(name, {bucket, endpointURL: s3.url}, spec);

const keysOf = async (name: string): Promise<readonly string[]> => {
	const {Contents = []} = await s3.client.send(new ListObjectsV2Command({Bucket: bucket, Prefix: `${name}/`}));
	return Contents.map(({Key}) => Key!.slice(name.length + 1));
};

const artifacts = (keys: readonly string[], database: string): readonly string[] => keys.filter(key => key.startsWith(`${database}-`) && key.endsWith('.backup'));

const succeeded = ({status}: Neo4jBackup): number => (status?.history ?? []).filter(run => run.status === 'Succeeded').length;

test.serial('a backup without a schedule runs once, under a restricted policy, and its artifacts lie in the bucket', async t => {
	await stage.apply(backupManifest('once'));
	const {status} = await stage.awaitBackup('once', ({status}) => status?.phase === 'Completed', 120);

	const keys = await keysOf('once');
	t.deepEqual(['neo4j', 'mydb', 'system'].map(database => artifacts(keys, database).length), [1, 1, 1]);
	t.like(status?.history?.[0], {status: 'Succeeded', jobName: 'once-backup'});
	t.deepEqual(status?.history?.[0]?.artifacts?.map(({database}) => database).toSorted(), ['mydb', 'neo4j', 'system']);
	const jobs = await stage.all('batch/v1', 'Job', `${labels.backup}=once`);
	t.deepEqual(jobs.map(({metadata}) => metadata.name), ['once-backup']);
});

test.serial('run-now starts one more run, whose artifacts lie beside the first', async t => {
	await stage.dbms('write', 'mydb', 3);
	await stage.edit('once', {metadata: {annotations: {[annotations.runNow]: 'first'}}});
	const backup = await stage.awaitBackup('once', backup => succeeded(backup) === 2, 120);
	t.is(artifacts(await keysOf('once'), 'mydb').length, 2);
	t.is(backup.status?.lastRunNow, 'first');
});

test.serial('a schedule runs at its minute by the heartbeat', async t => {
	const {status} = await stage.awaitBackup('minutely', backup => succeeded(backup) > 0, 180);
	await stage.edit('minutely', {spec: {suspend: true}});
	t.regex(status?.history?.at(-1)?.jobName ?? '', /^minutely-backup-\d{14}$/v);
});
