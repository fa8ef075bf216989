import test from 'ava';
import {
	clusterManifest, runSchedules, snapshotReference, takeBackup, takeDaily,
} from '../../functions/noobaa-database/cnpg.ts';
import {
	backedUp, nooBaaManifest, startSystem, type System,
} from '../../functions/noobaa-database/system.ts';
import {type CnpgCluster, type NooBaa, type ScheduledBackup} from '#shared/noobaa/objects.ts';

const name = 'noobaa-db-pg-cluster-backup';

const scheduleOf = async ({list}: System): Promise<ScheduledBackup | undefined> => {
	const all = await list<ScheduledBackup>('ScheduledBackup');
	return all.find(({metadata}) => metadata.name === name);
};

const clusterOf = async ({list}: System): Promise<CnpgCluster> => {
	const all = await list<CnpgCluster>('Cluster');
	return all.find(({metadata}) => metadata.name === 'noobaa-db-pg-cluster')!;
};

const statusOf = async (system: System, of?: string) => {
	const {status} = await system.nooBaa(of);
	return status?.dbStatus?.backupStatus;
};

const dbBackup = (schedule: string, volumeSnapshotClass = 'csi-snapshotter') => ({spec: {dbSpec: {dbBackup: {schedule, volumeSnapshot: {volumeSnapshotClass}}}}});

test('[N-001] [N-009] [N-012] [N-013] [N-014] [N-015] [N-021] dbBackup makes a ScheduledBackup, offline and of a standby, owned by the NooBaa, and gives the Cluster the class', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest());
	const schedule = await scheduleOf(system);
	const nooBaa = await system.nooBaa();
	t.like(schedule, {
		metadata: {
			namespace: 'neo4j', ownerReferences: [{
				apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa', name: 'noobaa', uid: nooBaa.metadata.uid!, controller: true,
			}],
		},
		spec: {
			schedule: '0 0 0 1 * *', cluster: {name: 'noobaa-db-pg-cluster'}, method: 'volumeSnapshot', online: false, target: 'prefer-standby',
		},
	});
	const cluster = await clusterOf(system);
	t.like(cluster.spec.backup, {volumeSnapshot: {className: 'csi-snapshotter', online: false}, target: 'prefer-standby'});
	t.like(cluster.spec, clusterManifest(system)['spec'] as Record<string, unknown>);

	const taken = await takeDaily(system, 1);
	await system.runtime.kube.delete({
		apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa', namespace: 'neo4j', name: 'noobaa',
	});
	await system.runtime.settled();
	t.deepEqual(await system.names('ScheduledBackup'), []);
	t.deepEqual(await system.names('VolumeSnapshot'), taken);
});

test('[N-019] [N-022] once dbBackup is there backups come by themselves, at the instants that cron means, as snapshots of the volume, and as many stay as are asked for', async t => {
	const system = await startSystem(t, {start: '2026-11-20T01:58:30Z'});
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(2, '0 3 1 * *')));
	await runSchedules(system, '2027-03-15T00:00:00Z');
	const left = ['20270201030000', '20270301030000'].map(instant => `${name}-${instant}`);
	t.deepEqual(await system.names('Backup'), left);
	t.deepEqual(await system.names('VolumeSnapshot'), left);
	t.deepEqual(system.swept().flatMap(({data}) => data['deleted'] as ReadonlyArray<{backup: string}>).map(({backup}) => backup), ['20261201030000', '20270101030000'].map(instant => `${name}-${instant}`));
	t.deepEqual(await statusOf(system), {
		lastBackupTime: '2027-03-01T03:00:00Z', nextBackupTime: '2027-04-01T03:00:00Z', totalSnapshots: 2, availableSnapshots: left,
	});
});

test('[N-002] [N-003] without dbBackup and dbRecovery nothing is made and nothing is touched', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system));
	const before = await clusterOf(system);
	await system.apply(nooBaaManifest({instances: 2}));
	t.deepEqual(await system.names('ScheduledBackup'), []);
	t.deepEqual(await clusterOf(system), before);
	const {status} = await system.nooBaa();
	t.is(status, undefined);
});

test('[N-016] a changed schedule and class reach the ScheduledBackup and the Cluster', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest());
	await system.change(dbBackup('30 2 * * 0', 'fast'));
	const schedule = await scheduleOf(system);
	t.is(schedule?.spec['schedule'], '0 30 2 * * 0');
	const cluster = await clusterOf(system);
	t.is(cluster.spec.backup?.volumeSnapshot?.['className'], 'fast');
});

test('[N-017] dbBackup removed takes ScheduledBackup, configuration and status away, and no snapshot', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest());
	const taken = await takeDaily(system, 2);
	await system.change({spec: {dbSpec: {dbBackup: null}}});
	t.deepEqual(await system.names('ScheduledBackup'), []);
	const cluster = await clusterOf(system);
	t.is(cluster.spec.backup, undefined);
	t.is(await statusOf(system), undefined);
	t.deepEqual(await system.names('VolumeSnapshot'), taken);
});

test('what else a Cluster says of backups stays when ours goes', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system, 'noobaa', {backup: {target: 'primary', retentionPolicy: '30d'}}), nooBaaManifest());
	const during = await clusterOf(system);
	t.like(during.spec.backup, {target: 'primary', retentionPolicy: '30d', volumeSnapshot: {className: 'csi-snapshotter'}});
	await system.change({spec: {dbSpec: {dbBackup: null}}});
	const after = await clusterOf(system);
	t.deepEqual(after.spec.backup, {target: 'primary', retentionPolicy: '30d'});
});

test('[N-018] an edit by hand of the ScheduledBackup is undone, and a deleted one is made again', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest());
	const before = await scheduleOf(system);
	const reference = {
		apiVersion: system.apiVersion, kind: 'ScheduledBackup', namespace: 'neo4j', name,
	};
	await system.runtime.kube.patch(reference, {
		spec: {
			schedule: '0 0 0 * * *', suspend: true, online: true, target: 'primary',
		},
	});
	await system.runtime.settled();
	const undone = await scheduleOf(system);
	t.deepEqual(undone?.spec, before!.spec);
	await system.runtime.kube.delete(reference);
	await system.runtime.settled();
	const again = await scheduleOf(system);
	t.deepEqual(again?.spec, before!.spec);
	t.not(again?.metadata.uid, before!.metadata.uid);
});

test('[N-023] nothing is done while there is no Cluster, and it starts when it appears', async t => {
	const system = await startSystem(t);
	await system.apply(nooBaaManifest());
	t.deepEqual(await system.names('ScheduledBackup'), []);
	await system.apply(clusterManifest(system));
	t.deepEqual(await system.names('ScheduledBackup'), [name]);
});

test('[N-024] a cluster without snapshots gets an Event, and NooBaa nothing that holds it up', async t => {
	const system = await startSystem(t, {without: ['snapshot.storage.k8s.io']});
	await system.apply(clusterManifest(system));
	const before = await clusterOf(system);
	await system.apply(nooBaaManifest());
	t.deepEqual(await clusterOf(system), before);
	t.deepEqual(await system.names('ScheduledBackup'), []);
	const told = await system.told();
	t.deepEqual(told.map(({reason}) => reason), ['SnapshotsNotServed']);
	t.is(await statusOf(system), undefined);
});

test('[N-010] [X-136] six fields and shorthands go through; what CloudNativePG never runs gives an Event, no ScheduledBackup, and keeps the one that is there', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1, '99 99 99 99 99')));
	t.is(await scheduleOf(system), undefined);
	const told = await system.told();
	t.deepEqual(told.map(({reason, type}) => [reason, type]), [['InvalidSchedule', 'Warning']]);
	t.regex(told[0]!.message, /spec\.dbSpec\.dbBackup\.schedule: "99 99 99 99 99"/v);
	for (const text of ['15 30 2 * * 1', '@daily', '@every 12h']) {
		await system.change(dbBackup(text));
		const schedule = await scheduleOf(system);
		t.is(schedule?.spec['schedule'], text);
	}

	await system.change(dbBackup('0 0 99 * *'));
	const kept = await scheduleOf(system);
	t.is(kept?.spec['schedule'], '@every 12h');
	const later = await system.told();
	t.is(later.length, 2);
});

test('a ScheduledBackup of that name that is somebody else\'s is left alone, and so are its backups', async t => {
	const system = await startSystem(t);
	await system.apply({
		apiVersion: system.apiVersion, kind: 'ScheduledBackup', metadata: {name}, spec: {schedule: '0 0 3 * * *', cluster: {name: 'noobaa-db-pg-cluster'}},
	}, clusterManifest(system), nooBaaManifest(backedUp(1)));
	const taken = await takeDaily(system, 3);
	await system.change({spec: {dbSpec: {dbBackup: null}}});
	const schedule = await scheduleOf(system);
	t.is(schedule?.spec['schedule'], '0 0 3 * * *');
	t.deepEqual(await system.names('Backup'), taken);
	const told = await system.told();
	t.deepEqual(told.map(({reason}) => reason), ['ScheduleNameTaken']);
});

test('a NooBaa whose operator has come to make backups itself loses our ScheduledBackup, and keeps configuration and status', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest());
	await takeDaily(system, 1);
	const status = await statusOf(system);
	await system.change({metadata: {annotations: {'neo4j.com/manage-backups': 'false'}}});
	t.deepEqual(await system.names('ScheduledBackup'), []);
	const cluster = await clusterOf(system);
	t.is(cluster.spec.backup?.volumeSnapshot?.['className'], 'csi-snapshotter');
	t.deepEqual(await statusOf(system), status);
});

test('[N-048] [N-051] [N-052] [N-053] the status names the next backup and the snapshots that are usable now, in order of time', async t => {
	const system = await startSystem(t, {start: '2026-11-20T01:58:30Z'});
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(2)));
	t.deepEqual(await statusOf(system), {nextBackupTime: '2026-12-01T00:00:00Z', totalSnapshots: 0, availableSnapshots: []});
	for (const [backup, by] of [['z', name], ['by-hand', undefined], ['a', name]] as const) {
		system.clock.advance(24 * 60 * 60_000);
		await takeBackup(system, backup, {...(by && {by}), hasWal: true});
	}

	t.like(await statusOf(system), {totalSnapshots: 3, availableSnapshots: ['z', 'by-hand', 'a']});
	system.clock.set('2026-12-01T00:00:00Z');
	await takeBackup(system, 'm', {by: name, hasWal: true});
	t.deepEqual(await statusOf(system), {
		lastBackupTime: '2026-12-01T00:00:00Z', nextBackupTime: '2027-01-01T00:00:00Z', totalSnapshots: 3, availableSnapshots: ['by-hand', 'a', 'm'],
	});
	await system.runtime.kube.delete(snapshotReference('by-hand-wal'));
	await system.runtime.settled();
	t.like(await statusOf(system), {totalSnapshots: 2, availableSnapshots: ['a', 'm']});
});

test('[N-050] [X-136] the last backup is the last that succeeded: a failed one does not move it, and one that is deleted does not take it along', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest());
	await takeBackup(system, 'good', {by: name});
	const good = await statusOf(system);
	t.is(good?.lastBackupTime, '2026-11-20T01:58:30Z');
	system.clock.advance(365 * 24 * 60 * 60_000);
	await takeBackup(system, 'bad', {by: name, phase: 'failed'});
	const bad = await statusOf(system);
	t.is(bad?.lastBackupTime, good?.lastBackupTime);
	t.deepEqual(bad?.availableSnapshots, ['good']);
	await system.runtime.kube.delete(snapshotReference('good'));
	await system.runtime.kube.delete({
		apiVersion: system.apiVersion, kind: 'Backup', namespace: 'neo4j', name: 'good',
	});
	await system.runtime.settled();
	t.like(await statusOf(system), {lastBackupTime: good?.lastBackupTime, totalSnapshots: 0});
});

test('what NooBaa\'s operator says in the same status stays as it is', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), {...nooBaaManifest()});
	const nooBaa = await system.nooBaa();
	await system.runtime.kube.replaceStatus({...nooBaa, status: {...nooBaa.status, phase: 'Ready', dbStatus: {...nooBaa.status?.dbStatus, dbClusterStatus: 'Ready'}}} as NooBaa);
	await takeBackup(system, 'one', {by: name});
	t.like(await system.nooBaa(), {status: {phase: 'Ready', dbStatus: {dbClusterStatus: 'Ready', backupStatus: {totalSnapshots: 1}}}});
});

test('[N-011] where NooBaa\'s CRD has no such fields yet nothing breaks, and nothing is done', async t => {
	const system = await startSystem(t, {isOldNooBaa: true});
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1)));
	const taken = await takeDaily(system, 2);
	t.deepEqual(await system.nooBaa().then(({spec, status}) => ({spec, status})), {spec: {dbSpec: {}}, status: undefined});
	t.deepEqual(await system.names('ScheduledBackup'), []);
	t.deepEqual(await system.names('Backup'), taken);
	t.deepEqual(await system.told(), []);
});

test('[N-004] [N-005] [N-006] [N-007] [N-008] NooBaa\'s own CRD takes both examples as they are, and refuses what lacks a field', async t => {
	const system = await startSystem(t);
	const create = async (dbSpec: Readonly<Record<string, unknown>>, of: string) => system.runtime.kube.create({...nooBaaManifest(dbSpec, of), metadata: {name: of, namespace: 'neo4j'}});
	await t.notThrowsAsync(create(backedUp(12), 'monthly'));
	await t.notThrowsAsync(create({dbRecovery: {volumeSnapshotName: 'snapshot-jan-2025'}}, 'recovery'));
	const snapshot = {volumeSnapshotClass: 'csi-snapshotter', maxSnapshots: 12};
	const refused: ReadonlyArray<readonly [Readonly<Record<string, unknown>>, RegExp]> = [
		[{dbBackup: {volumeSnapshot: snapshot}}, /schedule/v],
		[{dbBackup: {schedule: '0 0 1 * *', volumeSnapshot: {maxSnapshots: 12}}}, /volumeSnapshotClass/v],
		[{dbBackup: {schedule: '0 0 1 * *', volumeSnapshot: {volumeSnapshotClass: 'c'}}}, /maxSnapshots/v],
		[{dbBackup: {schedule: '0 0 1 * *', volumeSnapshot: {...snapshot, maxSnapshots: 0}}}, /maxSnapshots/v],
		[{dbRecovery: {}}, /volumeSnapshotName/v],
		[{dbRecovery: {volumeSnapshotName: ''}}, /volumeSnapshotName/v],
	];
	for (const [dbSpec, message] of refused) {
		await t.throwsAsync(create(dbSpec, 'refused'), {message});
	}
});
