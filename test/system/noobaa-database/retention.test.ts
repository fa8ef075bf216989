import test from 'ava';
import {
	clusterManifest, snapshotReference, takeBackup, takeDaily,
} from '../../functions/noobaa-database/cnpg.ts';
import {listening} from '../../functions/noobaa-database/log-lines.ts';
import {
	backedUp, nooBaaManifest, startSystem, type System,
} from '../../functions/noobaa-database/system.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {compileEventSchemas} from '#test/shared/events/event-schemas.ts';

const schedule = 'noobaa-db-pg-cluster-backup';
const day = 24 * 60 * 60_000;

const named = async (system: System, ...names: readonly string[]) => {
	for (const name of names) {
		system.clock.advance(day);
		await takeBackup(system, name, {by: schedule});
	}
};

const pass = async ({clock, minutes}: System): Promise<void> => {
	clock.advance((9 - (clock.now().getUTCMinutes() % 10)) * 60_000);
	await minutes(1);
};

/** Names of the snapshots that were told to be deleted, each event once. */
const deletedOf = (system: System) => system.swept().flatMap(({data}) => data['deleted'] as ReadonlyArray<{name: string}>).map(({name}) => name);

test('[N-025] [N-026] [N-028] [X-119] the oldest backups go until maxSnapshots remain, with their snapshots, and what went is told with the reason', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(12)));
	const taken = await takeDaily(system, 12);
	t.deepEqual(await system.names('VolumeSnapshot'), taken);
	t.deepEqual(await system.names('Backup'), taken);
	t.deepEqual(system.swept(), []);

	await named(system, ...[13, 14, 15].map(number => `${schedule}-202600${number}`));
	const left = await system.names('VolumeSnapshot');
	t.is(left.length, 12);
	t.deepEqual(left.slice(0, 9), taken.slice(3));
	t.deepEqual(await system.names('Backup'), left);
	t.deepEqual(system.swept().map(({source, data}) => ({source, data: {...data, sweepID: ''}})), taken.slice(0, 3).map(name => ({
		source: '/apis/noobaa.io/v1alpha1/namespaces/neo4j/noobaas/noobaa',
		data: {
			sweepID: '', deleted: [{name, backup: name, reason: 'expires: not among the 12 newest of noobaa-db-pg-cluster'}], kept: 12, failures: [],
		},
	})));
	const schemas = await compileEventSchemas();
	t.true(system.swept().every(({data, subject}) => schemas.get(eventTypes.snapshotSwept)!(data) && subject === data['sweepID']));
});

test('the same in the group of CloudNativePG itself', async t => {
	const system = await startSystem(t, {apiVersion: 'postgresql.cnpg.io/v1'});
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1)));
	const [, second] = await takeDaily(system, 2);
	t.deepEqual(await system.names('VolumeSnapshot'), [second]);
	t.deepEqual(await system.names('Backup'), [second]);
});

test('[N-027] the oldest is told by its time, not by its name', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(2)));
	await named(system, `${schedule}-c`, `${schedule}-a`, `${schedule}-b`);
	t.deepEqual(await system.names('Backup'), [`${schedule}-a`, `${schedule}-b`]);
	await named(system, `${schedule}-0`);
	t.deepEqual(await system.names('Backup'), [`${schedule}-0`, `${schedule}-b`]);
});

test('[N-029] without dbBackup nothing is deleted', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(3)));
	const taken = await takeDaily(system, 3);
	await system.change({spec: {dbSpec: {dbBackup: null}}});
	await named(system, `${schedule}-later`);
	await pass(system);
	t.deepEqual(await system.names('VolumeSnapshot'), [...taken, `${schedule}-later`]);
});

test('[N-030] [X-136] the Clusters of systems a and a-b, whose names begin alike, do not touch each other', async t => {
	const system = await startSystem(t);
	const [short, long] = ['a', 'a-db-pg-cluster-backup'];
	await system.apply(clusterManifest(system, short), clusterManifest(system, long), nooBaaManifest(backedUp(1), short), nooBaaManifest(backedUp(3), long));
	const ofLong = await takeDaily(system, 3, {system: long});
	const ofShort = await takeDaily(system, 3, {system: short});
	t.deepEqual(await system.names('VolumeSnapshot'), [...ofLong, ofShort.at(-1)!].toSorted());
	await system.change({spec: {dbSpec: backedUp(1)}}, long);
	t.deepEqual(await system.names('VolumeSnapshot'), [ofLong.at(-1)!, ofShort.at(-1)!].toSorted());
});

test('[N-031] [X-136] failing backups push out no good one, and take no place', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(2)));
	const good = await takeDaily(system, 2);
	for (const name of ['x', 'y', 'z']) {
		system.clock.advance(day);
		await takeBackup(system, `${schedule}-${name}`, {by: schedule, phase: name === 'z' ? 'running' : 'failed'});
	}

	await pass(system);
	t.deepEqual(await system.names('VolumeSnapshot'), [...good, `${schedule}-x`, `${schedule}-y`, `${schedule}-z`]);
	t.deepEqual(system.swept(), []);
});

test('[N-031] [X-136] a snapshot that cannot be restored from counts for nothing, though its backup says completed', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1)));
	const [good] = await takeDaily(system, 1);
	system.clock.advance(day);
	await takeBackup(system, `${schedule}-unready`, {by: schedule, isReady: false});
	await pass(system);
	t.deepEqual(await system.names('VolumeSnapshot'), [good, `${schedule}-unready`]);
});

test('[N-031] [X-136] a backup with a volume for the write-ahead log is one backup of two snapshots', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(2)));
	const taken = await takeDaily(system, 3, {hasWal: true});
	t.deepEqual(await system.names('Backup'), taken.slice(1));
	t.deepEqual(await system.names('VolumeSnapshot'), taken.slice(1).flatMap(name => [name, `${name}-wal`]));
});

test('[N-032] [N-033] a snapshot that cannot be deleted is told by name, keeps no other, and goes later together with its Backup', async t => {
	const lines: string[] = [];
	let denied: string | undefined = `${schedule}-20260001-wal`;
	const system = await startSystem(t, {fault: ({method, path}) => denied !== undefined && method === 'DELETE' && path.endsWith(`/volumesnapshots/${denied}`) ? {status: 403} : undefined, log: listening(lines)});
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(3)));
	const taken = await takeDaily(system, 3, {hasWal: true});
	await system.change({spec: {dbSpec: backedUp(1)}});
	t.deepEqual(await system.names('VolumeSnapshot'), [denied, taken[2], `${taken[2]}-wal`]);
	t.deepEqual(await system.names('Backup'), [taken[0], taken[2]]);
	const failuresOf = system.swept().flatMap(({data}) => data['failures'] as ReadonlyArray<{name: string}>).map(({name}) => name);
	t.deepEqual(deletedOf(system), [taken[1], `${taken[1]}-wal`]);
	t.true(failuresOf.includes(denied));
	const events = await system.told();
	t.true(events.some(({reason, type, message}) => reason === 'SnapshotNotDeleted' && type === 'Warning' && message.includes(denied!)));
	t.true(lines.some(line => line.includes(`"snapshot":"${denied}"`)));

	denied = undefined;
	await pass(system);
	t.deepEqual(deletedOf(system), [taken[1], `${taken[1]}-wal`, taken[0], `${taken[0]}-wal`]);
	t.deepEqual(await system.names('VolumeSnapshot'), [taken[2], `${taken[2]}-wal`]);
	t.deepEqual(await system.names('Backup'), [taken[2]]);
});

test('[N-032] [X-136] a Backup that could not be deleted after its snapshots is deleted by the next sweep', async t => {
	let isDenied = true;
	const system = await startSystem(t, {fault: ({method, path}) => isDenied && method === 'DELETE' && path.includes('/backups/') ? {status: 403} : undefined});
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1)));
	const taken = await takeDaily(system, 2);
	t.deepEqual(await system.names('VolumeSnapshot'), [taken[1]]);
	t.deepEqual(await system.names('Backup'), taken);
	const events = await system.told();
	t.true(events.some(({reason, message}) => reason === 'BackupNotDeleted' && message.includes(taken[0]!)));
	isDenied = false;
	await pass(system);
	t.deepEqual(await system.names('Backup'), [taken[1]]);
});

test('[N-034] [X-136] it sweeps while the Cluster is not ready, and the newest completed backup stays all the same', async t => {
	const system = await startSystem(t);
	await system.apply(nooBaaManifest(backedUp(1)), {...clusterManifest(system), status: {conditions: [{type: 'Ready', status: 'False'}]}});
	const taken = await takeDaily(system, 3);
	t.deepEqual(await system.names('Backup'), [taken[2]]);
	await named(system, `${schedule}-y`);
	await system.runtime.kube.delete({
		apiVersion: system.apiVersion, kind: 'Cluster', namespace: 'neo4j', name: 'noobaa-db-pg-cluster',
	});
	await pass(system);
	t.deepEqual(await system.names('Backup'), [`${schedule}-y`]);
});

test('[N-035] [X-136] what a person took is neither counted nor deleted, whatever its name', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1)));
	await takeBackup(system, `${schedule}-x`);
	await takeBackup(system, 'backup-by-hand');
	const taken = await takeDaily(system, 2);
	await takeBackup(system, `${schedule}-zzz`);
	await pass(system);
	t.deepEqual(await system.names('VolumeSnapshot'), [taken[1]!, `${schedule}-x`, `${schedule}-zzz`, 'backup-by-hand'].toSorted());
});

test('[X-136] [X-138] the backup whose snapshot dbRecovery names is not swept, takes no other\'s place, and stands in order of time', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(5)));
	const taken = await takeDaily(system, 5);
	await system.change({spec: {dbSpec: {...backedUp(1), dbRecovery: {volumeSnapshotName: taken[1]}}}});
	t.deepEqual(await system.names('VolumeSnapshot'), [taken[1], taken[4]]);
	t.like(await system.nooBaa(), {status: {dbStatus: {backupStatus: {totalSnapshots: 2, availableSnapshots: [taken[1], taken[4]]}}}});
	await system.change({spec: {dbSpec: {dbRecovery: null}}});
	t.deepEqual(await system.names('VolumeSnapshot'), [taken[4]]);
});

test('a backup that another Cluster is being recovered from is not swept', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(3)));
	const taken = await takeDaily(system, 3);
	const {apiVersion, kind, ...snapshot} = snapshotReference(taken[0]!);
	await system.apply(clusterManifest(system, 'copy', {bootstrap: {recovery: {volumeSnapshots: {storage: {apiGroup: apiVersion.split('/')[0], kind, name: snapshot.name}}}}}));
	await system.change({spec: {dbSpec: backedUp(1)}});
	t.deepEqual(await system.names('VolumeSnapshot'), [taken[0], taken[2]]);
});

test('a pod whose clock is 40 days ahead deletes no snapshot', async t => {
	let ahead = 0;
	const clock: {now?: () => Date} = {};
	const system = await startSystem(t, {localNow: () => new Date((clock.now?.() ?? new Date('2026-11-20T01:58:30Z')).getTime() + ahead)});
	clock.now = system.clock.now;
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(3)));
	const taken = await takeDaily(system, 3);
	ahead = 40 * day;
	await system.change({spec: {dbSpec: backedUp(1)}});
	t.deepEqual(await system.names('VolumeSnapshot'), taken);
	ahead = 0;
	await pass(system);
	t.deepEqual(await system.names('VolumeSnapshot'), [taken[2]]);
});
