import test, {type ExecutionContext} from 'ava';
import {artifact, at} from '../../shared/catalogue/history.ts';
import {dailyFulls, startDirectory, type Directory} from './directory.ts';
import {deleteBackupsFinalizer} from '#shared/api/group.ts';
import {type BackupSpec, type Neo4jBackup} from '#shared/runs/status.ts';

const full = (day: number) => artifact(day).name;
const fulls = (...days: readonly number[]) => days.map(day => full(day)).toSorted();

/** Deletes the CR as `kubectl delete` does: with a finalizer it stays and is marked. */
const deleteBackup = ({kube, today}: Directory): void => {
	const backup = kube.backup();
	if (backup.metadata.finalizers?.length) {
		kube.write({...backup, metadata: {...backup.metadata, deletionTimestamp: at(today).toISOString()}});
	} else {
		kube.remove('Neo4jBackup', 'daily');
	}
};

const start = async (t: ExecutionContext, deletionPolicy: BackupSpec['deletionPolicy'] = 'Delete') => {
	const directory = await startDirectory(t, {maxCount: 9}, {spec: {deletionPolicy}});
	await dailyFulls(directory, 3);
	await directory.sweep();
	return directory;
};

const strangers = ['daily/readme.txt', 'daily/neo4j-2020-01-01T00-00-00.backup', 'daily/.neo4j-backup/notes.txt', 'daily/.neo4j-backup/runs/notes.txt', 'daily-2/a.backup'];

test('only a CR with deletionPolicy Delete carries the finalizer, and loses it when that is changed', async t => {
	const directory = await start(t, 'Retain');
	t.is(directory.kube.backup().metadata.finalizers, undefined);
	const change = async (deletionPolicy: BackupSpec['deletionPolicy']) => {
		const backup = directory.kube.backup();
		directory.kube.write({...backup, metadata: {...backup.metadata, finalizers: [...backup.metadata.finalizers ?? [], 'example.com/other']}, spec: {...backup.spec, deletionPolicy}} as Neo4jBackup);
		await directory.sweep();
		return directory.kube.backup().metadata.finalizers;
	};

	t.deepEqual(await change('Delete'), ['example.com/other', deleteBackupsFinalizer]);
	const kept = await change('Retain');
	t.deepEqual(new Set(kept), new Set(['example.com/other']));
});

test('deletionPolicy Retain: deleting the CR deletes no backup', async t => {
	const directory = await start(t, 'Retain');
	deleteBackup(directory);
	await directory.sweep();
	t.false(directory.kube.hasBackup());
	t.deepEqual(directory.files(), fulls(1, 2, 3));
});

test('[X-051] deletionPolicy Delete: deleting the CR deletes exactly the files that its manifests name, and its catalogue', async t => {
	const directory = await start(t);
	for (const key of strangers) {
		await directory.s3.put('backups', key, 'x');
	}

	deleteBackup(directory);
	await directory.sweep();
	t.deepEqual(directory.keys(), strangers.toSorted());
	t.false(directory.kube.hasBackup());
	t.deepEqual(directory.kube.events().map(({type, reason}) => `${type} ${reason}`), ['Normal BackupsDeleted']);
});

test('a CR whose deletionPolicy was changed to Retain before the finalizer came off is let go, and no backup is deleted', async t => {
	const directory = await start(t);
	deleteBackup(directory);
	const backup = directory.kube.backup();
	directory.kube.write({...backup, spec: {...backup.spec, deletionPolicy: 'Retain'}} as Neo4jBackup);
	await directory.sweep();
	t.false(directory.kube.hasBackup());
	t.deepEqual(directory.files(), fulls(1, 2, 3));
});

test('a CR that is deleted without the finalizer, and held by that of somebody else, deletes no backup', async t => {
	const directory = await start(t);
	const backup = directory.kube.backup();
	directory.kube.write({...backup, metadata: {...backup.metadata, deletionTimestamp: at(directory.today).toISOString(), finalizers: ['example.com/other']}});
	await directory.sweep();
	t.deepEqual(directory.files(), fulls(1, 2, 3));
	t.deepEqual(directory.kube.backup().metadata.finalizers, ['example.com/other']);
});

test('what was archived goes too', async t => {
	const directory = await start(t);
	directory.change({maxCount: 1, deletePolicy: 'Archive'});
	await directory.sweepTwice();
	t.true(directory.keys().some(key => key.includes('/archive/')));
	deleteBackup(directory);
	await directory.sweep();
	t.deepEqual(directory.keys(), []);
});

test('a namespace that is being deleted frees the CR at once, and no backup is deleted', async t => {
	const directory = await start(t);
	deleteBackup(directory);
	directory.kube.write({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'n', uid: 'uid-of-n', deletionTimestamp: at(3).toISOString()}});
	await directory.sweep();
	t.false(directory.kube.hasBackup());
	t.deepEqual(directory.files(), fulls(1, 2, 3));
});

test('a namespace that is gone frees the CR too, and no backup is deleted', async t => {
	const directory = await start(t);
	deleteBackup(directory);
	directory.kube.remove('Namespace', 'n');
	await directory.sweep();
	t.false(directory.kube.hasBackup());
	t.deepEqual(directory.files(), fulls(1, 2, 3));
});

test('what cannot be deleted is tried for an hour; then the CR is let go, and an Event names what stayed', async t => {
	const directory = await start(t);
	directory.s3.refuse({prefix: `daily/${full(2)}`, operations: ['DeleteObject'], code: 'AccessDenied'});
	deleteBackup(directory);
	for (let attempt = 0; attempt < 3; attempt++) {
		await directory.sweep();
		t.true(directory.kube.hasBackup());
		t.deepEqual(directory.files(), fulls(2));
	}

	directory.today += 1 / 24;
	await directory.sweep();
	t.false(directory.kube.hasBackup());
	const [first, last, ...others] = directory.kube.events();
	t.deepEqual(others, []);
	t.like(first, {type: 'Warning', reason: 'BackupsNotDeleted'});
	t.like(last, {type: 'Warning', reason: 'BackupsRemain'});
	t.true(last!.message.includes(full(2)));
	t.true(directory.keys().some(key => key.endsWith('/owner.json')), 'the catalogue stays with what it names');
});

test('a Secret that is gone lets the CR go after the hour too', async t => {
	const directory = await start(t);
	directory.kube.remove('Secret', 'aws');
	deleteBackup(directory);
	await directory.sweep();
	t.true(directory.kube.hasBackup());
	directory.today += 1 / 24;
	await directory.sweep();
	t.false(directory.kube.hasBackup());
	t.true(directory.kube.events().some(({reason, message}) => reason === 'BackupsRemain' && message.includes('aws')));
});

test('nothing goes while a restore reads the backups', async t => {
	const directory = await start(t);
	await directory.store.create('.neo4j-backup/pins/back.json', JSON.stringify({
		version: 1, restore: 'n/back', artifacts: [full(2)], createdAt: at(3).toISOString(),
	}));
	deleteBackup(directory);
	await directory.sweep();
	t.deepEqual(directory.files(), fulls(1, 2, 3));
	await directory.store.delete(['.neo4j-backup/pins/back.json']);
	await directory.sweep();
	t.deepEqual(directory.keys(), []);
});

test('a directory that another CR took over is left alone', async t => {
	const directory = await start(t);
	await directory.store.create('.neo4j-backup/owner-1.json', JSON.stringify({
		version: 1, cluster: 'another', namespace: 'n', name: 'daily', claimedAt: at(3).toISOString(),
	}));
	deleteBackup(directory);
	await directory.sweep();
	t.false(directory.kube.hasBackup());
	t.deepEqual(directory.files(), fulls(1, 2, 3));
});

test('a run that goes on is ended first', async t => {
	const directory = await start(t);
	const backup = directory.kube.backup();
	directory.kube.write({apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'daily-backup-1', namespace: 'n'}});
	directory.kube.write({
		...backup, status: {
			...backup.status, history: [{
				runID: '20260104000000-0000abcd', status: 'Running', startTime: at(3).toISOString(), jobName: 'daily-backup-1',
			}],
		},
	} as Neo4jBackup);
	deleteBackup(directory);
	await directory.sweep();
	t.deepEqual(directory.kube.jobs(), []);
	t.deepEqual(directory.keys(), []);
});

for (const [elapsed, left] of [[29_999, []], [30_000, fulls(1, 2, 3)]] as const) {
	test(`of a CR whose catalogue is read until ${elapsed} ms after its purge began ${left.length === 0 ? 'all backups are deleted' : 'none is deleted any more, and the next attempt deletes them'}`, async t => {
		const directory = await start(t);
		deleteBackup(directory);
		directory.asked = () => {
			directory.elapsed = elapsed;
		};

		await directory.sweep();
		t.deepEqual(directory.files(), left);
		t.is(directory.kube.hasBackup(), left.length > 0);
		t.deepEqual(directory.kube.events().map(({reason}) => reason), left.length > 0 ? ['BackupsNotDeleted'] : ['BackupsDeleted']);
		t.is(directory.kube.events()[0]!.message.includes('there was no time for all of it'), left.length > 0);
		await directory.sweep();
		t.deepEqual(directory.keys(), []);
		t.false(directory.kube.hasBackup());
	});
}
