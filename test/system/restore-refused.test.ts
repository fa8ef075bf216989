import test from 'ava';
import {
	backedUp, jobOf, restoreManifest, standalone, startStage,
} from '../functions/restore-stage.ts';
import {backupManifest} from '../functions/scenario.ts';
import {restoreApiVersion} from '#shared/api/group.ts';

const refusals = [
	['a database that exists and must not be replaced', {}, 'DatabaseExists', ['spec.force', 'replaceExisting']],
	['a database that no backup holds', {databaseName: 'nosuch'}, 'DatabaseUnknown', ['mydb', 'neo4j']],
	['a file that is not there', {force: true, source: {type: 'backup', backupRef: 'daily-cluster-backup', backupPath: 'nothing/here.backup'}}, 'BackupNotFound', ['s3://neo4j-backups/daily/nothing/here.backup']],
	['an argument that the version does not know', {force: true, options: {additionalArgs: ['--force']}}, 'UnsupportedOption', ['--force', '--verbose']],
	['what is not there yet', {force: true, method: 'Seed'}, 'NotSupported', ['spec.method']],
] as const;

test.serial('[R-018] [R-029] [R-041] what cannot be restored is refused before anything is stopped, and the message says the way out', async t => {
	const stage = await backedUp(t, {target: standalone});
	const statements = stage.dbms.statements().length;
	for (const [index, [what, spec, reason, words]] of refusals.entries()) {
		const name = `refused-${index}`;
		await stage.apply(restoreManifest(spec, name));
		const {status, metadata} = await stage.ended(name, 3);
		t.is(status?.phase, 'Failed', `${what}`);
		t.is(status?.conditions?.find(({type}) => type === 'Ready')?.reason, reason, `${what}: ${status?.message}`);
		t.deepEqual(words.filter(word => !status?.message?.includes(word)), [], `${what}: ${status?.message}`);
		t.is(await jobOf(stage, `${name}-restore`), undefined, `${what}`);
		t.deepEqual(metadata.finalizers ?? [], [], `${what}`);
	}

	t.deepEqual(stage.dbms.statements().slice(statements).filter(({query}) => !/^(?:SHOW|CALL dbms\.components)/v.test(query)), []);
	t.is(await stage.nodes('mydb'), 10);
});

test.serial('[R-028] a restore that was applied before there is a target, a Neo4jBackup or a backup waits, says for what, and goes on by itself', async t => {
	const stage = await startStage(t, {target: standalone});
	await stage.apply(restoreManifest({force: true}));
	const waiting = await stage.restore('back');
	t.like(waiting.status, {phase: 'Pending'});
	t.regex(waiting.status?.message ?? '', /Neo4jBackup daily-cluster-backup does not exist/v);
	await stage.apply(backupManifest(stage.s3, {suspend: true}));
	await stage.minutes(1);
	const {status} = await stage.restore('back');
	t.regex(status?.message ?? '', /No run of Neo4jBackup daily-cluster-backup has succeeded yet/v);
	await stage.edit('daily-cluster-backup', {spec: {suspend: false}});
	const {status: ended} = await stage.ended('back');
	t.is(ended?.phase, 'Completed', `${ended?.message}`);
});

test.serial('before it begins an edit counts; once it has begun, none does, and a second restore waits for the first', async t => {
	const stage = await backedUp(t, {target: standalone});
	const reference = {
		apiVersion: restoreApiVersion, kind: 'Neo4jRestore', namespace: 'neo4j', name: 'back',
	};
	await stage.apply(restoreManifest({clusterRef: 'nobody', force: true}));
	const waiting = await stage.restore('back');
	t.regex(waiting.status?.message ?? '', /nobody/v);
	await stage.runtime.kube.patch(reference, {spec: {clusterRef: 'production-cluster'}});
	await stage.apply(restoreManifest({force: true, stopCluster: true}, 'second'));
	const [first, second] = [await stage.ended('back'), await stage.ended('second')];
	t.is(first.status?.phase, 'Completed', `${first.status?.message}`);
	t.is(second.status?.phase, 'Completed', `${second.status?.message}`);
	t.is(await stage.nodes('mydb'), 3);
	await stage.runtime.kube.patch(reference, {spec: {databaseName: 'other'}});
	await stage.minutes(1);
	const {status} = await stage.restore('back');
	t.deepEqual(status, first.status);
});

test.serial('[R-145] a Job that fails leaves the target up, its database online, and says what the Job said last', async t => {
	const stage = await backedUp(t, {target: standalone, neo4jEnvironment: () => ({})});
	await stage.apply(restoreManifest({force: true, stopCluster: true, options: {additionalArgs: ['--additional-config=/nowhere.conf']}}));
	const {status} = await stage.ended('back');
	t.is(status?.phase, 'Failed');
	t.is(status?.step, 'RestoreJob');
	t.regex(status?.message ?? '', /nowhere\.conf/v);
	const {spec, metadata: {labels}} = await stage.statefulSet();
	t.is(spec?.replicas, 1);
	t.is(labels?.['neo4j.com/restore'], undefined);
	t.is(await stage.nodes('mydb'), 10);
});

test.serial('no chain of backups goes on over a restore: the next run is a FULL, and the one after it a DIFF again', async t => {
	const stage = await startStage(t, {target: standalone});
	stage.dbms.write('mydb', 3);
	await stage.apply(backupManifest(stage.s3, {schedule: '*/10 * * * *', options: {backupType: 'DIFF'}}));
	await stage.minutes(12);
	stage.dbms.write('mydb', 4);
	await stage.edit('daily-cluster-backup', {spec: {suspend: true}});
	await stage.apply(restoreManifest({force: true}));
	const {status} = await stage.ended('back');
	t.is(status?.phase, 'Completed', `${status?.message}`);
	stage.dbms.write('mydb', 1);
	await stage.edit('daily-cluster-backup', {spec: {suspend: false}});
	await stage.minutes(20);
	const {status: backup} = await stage.backup('daily-cluster-backup');
	t.deepEqual(backup?.history?.map(({backupType}) => backupType).slice(0, 3), ['DIFF', 'FULL', 'DIFF']);
	t.true(backup?.history?.every(run => run.status === 'Succeeded'));
});
