import {randomBytes} from 'node:crypto';
import test from 'ava';
import {
	backedUp, jobOf, restoreManifest, standalone, startStage, type Stage,
} from '../functions/restore-stage.ts';
import {backupManifest} from '../functions/scenario.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

type JobObject = KubeObject & {readonly spec: {readonly template: {readonly spec: {readonly initContainers: ReadonlyArray<{readonly name: string; readonly args: readonly string[]}>}}}};

const argumentsOf = async (stage: Stage, name = 'back-restore'): Promise<readonly string[]> => {
	const job = await jobOf(stage, name) as JobObject;
	return job.spec.template.spec.initContainers.find(({name}) => name === 'restore')!.args;
};

const onClaim = {storage: {type: 'pvc', pvc: {name: 'backups', size: '1Gi'}, path: 'daily'}};

test.serial('[R-019] [R-139] a claim is read where it is mounted, by the Neo4jBackup that writes there or by its name', async t => {
	const stage = await backedUp(t, {target: standalone}, onClaim);
	await stage.apply(restoreManifest({force: true}));
	const {status} = await stage.ended('back');
	t.is(status?.phase, 'Completed', `${status?.message}`);
	t.is(await stage.nodes('mydb'), 3);
	t.regex(status?.backupInfo?.backupPath ?? '', /^\/backup-storage\/daily\/mydb-.*\.backup$/v);
	await stage.apply(restoreManifest({databaseName: 'copy', source: {type: 'storage', storage: {type: 'pvc', pvc: {name: 'backups'}}, backupPath: `/daily//${status!.resolvedSource!.artifacts!.at(-1)!.name}`}}, 'copied'));
	const copied = await stage.ended('copied');
	t.is(copied.status?.phase, 'Completed', `${copied.status?.message}`);
	t.is(await stage.nodes('copy'), 3);
	t.is(copied.status?.backupInfo?.originalDatabase, 'mydb');
	const words = await argumentsOf(stage, 'copied-restore');
	t.false(words.includes('--overwrite-destination=true'));
});

test.serial('[R-135] a differential backup brings its chain, and its statistics are those of the chain', async t => {
	const stage = await startStage(t, {target: standalone});
	stage.dbms.write('mydb', 3);
	await stage.apply(backupManifest(stage.s3, {schedule: '*/10 * * * *', options: {backupType: 'DIFF'}}));
	await stage.minutes(2);
	for (const count of [2, 4]) {
		stage.dbms.write('mydb', count);
		await stage.minutes(10);
	}

	await stage.edit('daily-cluster-backup', {spec: {suspend: true}});
	stage.dbms.write('mydb', 5);
	await stage.apply(restoreManifest({force: true}));
	const {status} = await stage.ended('back');
	t.is(status?.phase, 'Completed', `${status?.message}`);
	t.is(await stage.nodes('mydb'), 9);
	t.like(status?.stats, {fileCount: 3, errorCount: 0});
	t.deepEqual(status?.resolvedSource?.artifacts?.map(({full}) => full), [true, false, false]);
});

test.serial('[R-045] [R-046] a point in time is restored from the backup that holds it, and what was committed at that second is not there', async t => {
	const stage = await startStage(t, {target: standalone});
	stage.dbms.write('mydb', 3);
	await stage.apply(backupManifest(stage.s3, {schedule: '*/10 * * * *', options: {backupType: 'DIFF'}}));
	await stage.minutes(2);
	stage.dbms.write('mydb', 2);
	await stage.minutes(3);
	const point = stage.clock.now();
	stage.dbms.write('mydb', 4);
	await stage.minutes(7);
	await stage.edit('daily-cluster-backup', {spec: {suspend: true}});
	await stage.apply(restoreManifest({force: true, source: {type: 'backup', backupRef: 'daily-cluster-backup', pointInTime: point.toISOString()}}));
	const {status} = await stage.ended('back');
	t.is(status?.phase, 'Completed', `${status?.message}`);
	t.is(await stage.nodes('mydb'), 5);
	const words = await argumentsOf(stage);
	t.true(words.includes(`--restore-until=${point.toISOString().slice(0, 19).replace('T', ' ')}`));
});

test.serial('an encrypted backup is restored like any other, with the key of its Neo4jBackup', async t => {
	const secret: Manifest = {
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'backup-key'}, stringData: {key: randomBytes(32).toString('base64')},
	};
	const stage = await startStage(t, {target: standalone});
	await stage.apply(secret);
	stage.dbms.write('mydb', 3);
	await stage.apply(backupManifest(stage.s3, {options: {encryption: {enabled: true, keySecret: 'backup-key'}}}));
	const {status: backup} = await stage.backup('daily-cluster-backup');
	t.is(backup?.phase, 'Completed', `${backup?.message}`);
	stage.dbms.write('mydb', 7);
	await stage.apply(restoreManifest({force: true}));
	const {status} = await stage.ended('back');
	t.is(status?.phase, 'Completed', `${status?.message}`);
	t.is(await stage.nodes('mydb'), 3);
	const words = await argumentsOf(stage);
	t.true(words.some(word => word.startsWith('--from-path=/restore-source/mydb-')));
});
