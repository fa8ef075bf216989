import test from 'ava';
import {at} from '../../shared/catalogue/history.ts';
import {owner, startDirectory} from './directory.ts';
import {taskOf} from './sweep-task.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type BackupSpec, type Neo4jBackup} from '#shared/runs/status.ts';

const pvc = {storage: {type: 'pvc', path: 'daily', pvc: {name: 'backups'}}} as const satisfies Partial<BackupSpec>;

test('a sweep Job is told the policy and time zone of the CR, whose directory it is, the grace, and when it was planned by the API server', async t => {
	const retention = {maxCount: 1, versions: 'Delete'} as const;
	const directory = await startDirectory(t, retention, {spec: {...pvc, timeZone: 'Asia/Tokyo'}});
	directory.today = 3;
	directory.skew = 2 / 1440;
	await directory.sweep();
	const [job] = directory.kube.jobs();
	t.like(taskOf(job!), {
		owner, retention, timeZone: 'Asia/Tokyo', graceMs: 600_000, plannedAt: at(3).toISOString(),
	});
	t.is(taskOf(job!).purges, undefined);
});

test('a sweep Job ends within ten minutes, and has no second Pod beside one that still ends', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc});
	await directory.sweep();
	t.like(directory.kube.jobs()[0], {spec: {activeDeadlineSeconds: 600, podReplacementPolicy: 'Failed'}});
});

test('another sweep Job starts only once the outcome of the one before is recorded', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc});
	await directory.sweep();
	await directory.sweep();
	t.is(directory.kube.jobs().length, 1);
	const backup = directory.kube.backup();
	directory.kube.write({...backup, status: {...backup.status, retention: {lastSweepTime: at(1).toISOString()}}} as Neo4jBackup);
	await directory.sweep();
	t.is(directory.kube.jobs().length, 2);
});

test('no sweep Job starts while the clocks of API server and function disagree', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc});
	directory.skew = 40;
	const status = await directory.sweep();
	t.deepEqual(directory.kube.jobs(), []);
	t.like(status.conditions?.find(({type}) => type === 'RetentionEnforced'), {status: 'False', reason: 'ClockSkewed'});
});

test('no sweep Job starts for a CR that is being deleted', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc});
	const backup = directory.kube.backup();
	directory.kube.write({...backup, metadata: {...backup.metadata, deletionTimestamp: at(1).toISOString(), finalizers: ['example.com/other']}});
	await directory.sweep();
	t.deepEqual(directory.kube.jobs(), []);
});

test('a Job that somebody else made under the name of the sweep Job is left alone, and an Event says so', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc});
	await directory.sweep();
	const [job] = directory.kube.jobs();
	const {ownerReferences: _ownerReferences, ...metadata} = job!.metadata;
	directory.kube.write({...job!, metadata, status: {conditions: [{type: 'Complete', status: 'True'}]}} as KubeObject);
	await directory.sweep();
	t.is(directory.kube.jobs().length, 1);
	t.deepEqual(directory.emitted, []);
	t.deepEqual(directory.kube.events().map(({reason}) => reason), ['JobNameTaken']);
});

test('with an identity in retention.cloud neither the Secret nor the identity of the storage deletes', async t => {
	const writer = {credentialsSecretRef: 'aws', identity: {provider: 'aws', serviceAccount: 'writer'}} as const;
	const storage = {
		type: 's3', bucket: 'backups', path: 'daily', cloud: {provider: 'aws', ...writer},
	} as const;
	for (const [identity, account] of [[{provider: 'aws', serviceAccount: 'sweeper'}, 'sweeper'], [undefined, 'default']] as const) {
		const directory = await startDirectory(t, {maxCount: 1, cloud: {provider: 'aws', ...(identity && {identity})}}, {spec: {storage}});
		await directory.sweep();
		t.like(directory.kube.jobs()[0], {spec: {template: {spec: {serviceAccountName: account}}}});
	}
});
