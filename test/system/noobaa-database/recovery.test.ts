import test from 'ava';
import {
	clusterManifest, snapshotReference, takeBackup, writeStatus,
} from '../../functions/noobaa-database/cnpg.ts';
import {
	backedUp, nooBaaManifest, startSystem, type System, type SystemOptions,
} from '../../functions/noobaa-database/system.ts';
import {controllerReference, type KubeObject} from '#shared/kube/object.ts';
import {type CnpgCluster} from '#shared/noobaa/objects.ts';

const clusterName = 'noobaa-db-pg-cluster';
const snapshot = 'snapshot-jan-2025';
const asked = {dbRecovery: {volumeSnapshotName: snapshot}};

type Spec = Readonly<Record<string, unknown>>;
type Recovered = {readonly bootstrap: {readonly recovery?: Spec}};

const referenceOf = ({apiVersion}: System) => ({
	apiVersion, kind: 'Cluster', namespace: 'neo4j', name: clusterName,
});

const clusterOf = async (system: System) => system.runtime.kube.get<CnpgCluster & {readonly spec: Recovered}>(referenceOf(system));

const recoveryOf = async (system: System) => {
	const {status} = await system.nooBaa();
	return status?.dbStatus?.recoveryStatus;
};

const deleteCluster = async (system: System): Promise<void> => {
	await system.runtime.kube.delete(referenceOf(system));
	await system.runtime.settled();
};

const becomeReady = async (system: System): Promise<void> => {
	await writeStatus(system, referenceOf(system), {
		phase: 'Cluster in healthy state', conditions: [{
			type: 'Ready', status: 'True', reason: 'ClusterIsReady', message: '', lastTransitionTime: system.clock.now().toISOString(),
		}],
	});
	await system.runtime.settled();
};

const hasTold = async (system: System, reason: string): Promise<boolean> => {
	const told = await system.told();
	return told.some(event => event.reason === reason);
};

type AskedOptions = SystemOptions & {readonly hasWal?: boolean; readonly spec?: Spec; readonly dbSpec?: Spec};

/** A database that was backed up once, and whose NooBaa asks for that backup. */
const startAsked = async (t: Parameters<typeof startSystem>[0], {hasWal = false, spec = {}, dbSpec = {}, ...options}: AskedOptions = {}): Promise<System> => {
	const system = await startSystem(t, options);
	await system.apply(clusterManifest(system, 'noobaa', spec), nooBaaManifest(dbSpec));
	// An offline backup: CloudNativePG fences the instance while it remembers the Cluster.
	await system.runtime.kube.patch(referenceOf(system), {metadata: {annotations: {'cnpg.io/fencedInstances': `["${clusterName}-2"]`, 'example.com/owner': 'storage'}}});
	await takeBackup(system, snapshot, {hasWal});
	await system.change({spec: {dbSpec: asked}});
	return system;
};

test('[X-136] [N-036] [N-037] [N-038] [N-041] [N-042] [N-045] [N-049] [N-055] [N-056] [N-059] the deletion of the Cluster alone starts its recovery: the same Cluster, from the snapshot', async t => {
	const system = await startAsked(t, {dbSpec: backedUp(3)});
	const before = await clusterOf(system);
	t.deepEqual(await recoveryOf(system), {status: 'Pending', snapshotName: snapshot});
	await deleteCluster(system);

	const after = await clusterOf(system);
	t.not(after?.metadata.uid, before?.metadata.uid);
	t.deepEqual(after?.spec.bootstrap, {
		recovery: {
			database: 'nbcore', owner: 'noobaa', volumeSnapshots: {storage: {apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: snapshot}},
		},
	});
	t.deepEqual({...after!.spec, bootstrap: undefined}, {...before!.spec, bootstrap: undefined});
	const nooBaa = await system.nooBaa();
	t.deepEqual(after?.metadata.ownerReferences, [controllerReference(nooBaa)]);
	t.deepEqual(after?.metadata.labels, before!.metadata.labels);
	t.deepEqual(after?.metadata.annotations, {'example.com/owner': 'storage'});
	t.deepEqual(await recoveryOf(system), {status: 'Running', snapshotName: snapshot, recoveryTime: '2026-11-20T01:58:30Z'});
	const told = await system.told();
	t.true(told.some(({reason, type, message}) => reason === 'RecoveryStarted' && type === 'Normal' && message.includes(snapshot)));
});

test('[N-057] [N-060] [X-136] [X-137] it is Completed when that Cluster is ready, since when it began does not move, and a Warning says that dbRecovery is still there', async t => {
	const system = await startAsked(t);
	await deleteCluster(system);
	system.clock.advance(60 * 60_000);
	await becomeReady(system);
	t.deepEqual(await recoveryOf(system), {status: 'Completed', snapshotName: snapshot, recoveryTime: '2026-11-20T01:58:30Z'});
	const told = await system.told();
	t.true(told.some(({reason, type, message}) => reason === 'RecoveryStillConfigured' && type === 'Warning' && message.includes('deleted again')));

	// What the Warning warns of.
	await deleteCluster(system);
	t.deepEqual(await recoveryOf(system), {status: 'Running', snapshotName: snapshot, recoveryTime: '2026-11-20T02:58:30Z'});
});

test('[N-057] an unrelated Cluster that is ready completes nothing', async t => {
	const system = await startAsked(t);
	await becomeReady(system);
	t.like(await recoveryOf(system), {status: 'Pending'});
});

test('a Cluster that somebody made again first is a recovery that failed; deleted once more, it is recovered', async t => {
	let isDown = false;
	const system = await startAsked(t, {chaos: () => isDown ? 'drop' : 'deliver'});
	isDown = true;
	await deleteCluster(system);
	await system.apply(clusterManifest(system));
	isDown = false;
	await becomeReady(system);
	t.deepEqual(await recoveryOf(system), {status: 'Failed', snapshotName: snapshot});
	t.true(await hasTold(system, 'ClusterRecreated'));
	const untouched = await clusterOf(system);
	t.truthy(untouched?.spec.bootstrap && 'initdb' in untouched.spec.bootstrap);

	await deleteCluster(system);
	const after = await clusterOf(system);
	t.truthy(after?.spec.bootstrap.recovery);
	t.like(await recoveryOf(system), {status: 'Running'});
});

test('[N-039] [N-044] without dbRecovery a deleted Cluster is left to NooBaa, and so is what it is made from', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest());
	await takeBackup(system, snapshot);
	await deleteCluster(system);
	t.is(await clusterOf(system), undefined);
	const manifest = clusterManifest(system);
	await system.apply(manifest);
	const again = await clusterOf(system);
	t.like(again?.spec.bootstrap, {initdb: {database: 'nbcore', owner: 'noobaa', localeCollate: 'C'}});
});

test('[N-040] a former database in a StatefulSet does not keep a recovery from being one', async t => {
	const system = await startAsked(t);
	await system.apply({
		apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name: 'noobaa-db-pg'}, spec: {
			replicas: 0, serviceName: 'noobaa-db-pg', selector: {matchLabels: {app: 'db'}}, template: {metadata: {labels: {app: 'db'}}, spec: {containers: [{name: 'db', image: 'postgres'}]}},
		},
	});
	await deleteCluster(system);
	const after = await clusterOf(system);
	t.deepEqual(Object.keys(after!.spec.bootstrap), ['recovery']);
});

test('[N-043] the bootstrap of a Cluster that is there is never changed', async t => {
	const system = await startAsked(t, {dbSpec: backedUp(1)});
	const before = await clusterOf(system);
	await system.change({spec: {dbSpec: {dbRecovery: {volumeSnapshotName: 'another'}}}});
	const after = await clusterOf(system);
	t.deepEqual(after?.spec, before?.spec);
	t.deepEqual(await recoveryOf(system), {status: 'Pending', snapshotName: 'another'});
});

test('[N-046] a Cluster with a volume for the write-ahead log is recovered from both snapshots, and not from one alone', async t => {
	const system = await startAsked(t, {hasWal: true, spec: {walStorage: {size: '10Gi'}}});
	await deleteCluster(system);
	const after = await clusterOf(system);
	t.like(after?.spec.bootstrap.recovery, {volumeSnapshots: {storage: {name: snapshot}, walStorage: {apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: `${snapshot}-wal`}}});

	await system.runtime.kube.delete(snapshotReference(`${snapshot}-wal`));
	await deleteCluster(system);
	t.is(await clusterOf(system), undefined);
	t.deepEqual(await recoveryOf(system), {status: 'Failed', snapshotName: snapshot});
});

test('[N-047] a snapshot that does not exist is a failure that names it, and no empty database takes its place; corrected, it goes on', async t => {
	const system = await startAsked(t);
	await system.change({spec: {dbSpec: {dbRecovery: {volumeSnapshotName: 'snapshot-jan-2052'}}}});
	await deleteCluster(system);
	t.is(await clusterOf(system), undefined);
	t.deepEqual(await recoveryOf(system), {status: 'Failed', snapshotName: 'snapshot-jan-2052'});
	const told = await system.told();
	t.true(told.some(({reason, type, message}) => reason === 'SnapshotNotFound' && type === 'Warning' && message.includes('snapshot-jan-2052')));
	await system.change({spec: {dbSpec: asked}});
	t.like(await recoveryOf(system), {status: 'Running', snapshotName: snapshot});
	t.truthy(await clusterOf(system));
});

test('[N-055] a snapshot that is not ready is waited for', async t => {
	const system = await startAsked(t);
	await writeStatus(system, snapshotReference(snapshot), {readyToUse: false});
	await deleteCluster(system);
	t.is(await clusterOf(system), undefined);
	t.deepEqual(await recoveryOf(system), {status: 'Pending', snapshotName: snapshot});
	await writeStatus(system, snapshotReference(snapshot), {readyToUse: true});
	await system.runtime.settled();
	t.truthy(await clusterOf(system));
});

test('a snapshot of another Cluster, and one that does not remember its Cluster, are refused with the reason', async t => {
	for (const [manifest, reason] of [['{}', 'NoClusterManifest'], [JSON.stringify({metadata: {name: 'other'}, spec: {}}), 'SnapshotOfAnotherCluster']] as const) {
		const system = await startAsked(t);
		await system.runtime.kube.patch(snapshotReference(snapshot), {metadata: {annotations: {'cnpg.io/clusterManifest': manifest}}});
		await deleteCluster(system);
		t.is(await clusterOf(system), undefined);
		t.like(await recoveryOf(system), {status: 'Failed'});
		t.true(await hasTold(system, reason));
	}
});

test('[N-058] it is Failed when CloudNativePG\'s Job that recovers has failed, which the scan finds', async t => {
	const system = await startAsked(t);
	await deleteCluster(system);
	const cluster = await clusterOf(system);
	const job = {
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: `${clusterName}-1-snapshot-recovery`,
	};
	await system.runtime.kube.create({
		...job, metadata: {
			name: job.name, namespace: 'neo4j', labels: {'cnpg.io/cluster': clusterName, 'cnpg.io/jobRole': 'snapshot-recovery'}, ownerReferences: [controllerReference(cluster!)],
		}, spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'recovery', image: 'postgres'}]}}},
	} as KubeObject);
	await system.minutes(1);
	t.like(await recoveryOf(system), {status: 'Running'});
	const at = system.clock.now().toISOString().replace(/\.\d+Z/v, 'Z');
	await writeStatus(system, job, {
		startTime: at, failed: 1, conditions: [
			{
				type: 'FailureTarget', status: 'True', reason: 'BackoffLimitExceeded', message: '', lastProbeTime: at, lastTransitionTime: at,
			},
			{
				type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: '', lastProbeTime: at, lastTransitionTime: at,
			},
		],
	});
	await system.minutes(1);
	t.deepEqual(await recoveryOf(system), {status: 'Failed', snapshotName: snapshot, recoveryTime: '2026-11-20T01:58:30Z'});
	t.true(await hasTold(system, 'RecoveryFailed'));
});

test('[N-054] it is None when no recovery is asked for', async t => {
	const system = await startAsked(t);
	await system.change({spec: {dbSpec: {dbRecovery: null}}});
	t.deepEqual(await recoveryOf(system), {status: 'None'});
	await deleteCluster(system);
	t.is(await clusterOf(system), undefined);
});

test('a deletion whose event was lost is found by the scan within a minute', async t => {
	let isSilent = false;
	const system = await startAsked(t, {chaos: ({attributes}) => isSilent && attributes['type']!.startsWith('dev.knative.apiserver.') ? 'drop' : 'deliver'});
	isSilent = true;
	await deleteCluster(system);
	t.is(await clusterOf(system), undefined);
	await system.minutes(1);
	t.truthy(await clusterOf(system));
});

test('a NooBaa that is deleted takes its Cluster along, and nothing is recovered', async t => {
	const system = await startAsked(t);
	await system.change({metadata: {finalizers: ['example.com/wait']}});
	await system.runtime.kube.delete({
		apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa', namespace: 'neo4j', name: 'noobaa',
	});
	await deleteCluster(system);
	await system.minutes(1);
	t.is(await clusterOf(system), undefined);
});

test('a NooBaa whose operator recovers databases itself is left to it', async t => {
	const system = await startAsked(t);
	await system.change({metadata: {annotations: {'neo4j.com/manage-backups': null}}});
	await deleteCluster(system);
	await system.minutes(1);
	t.is(await clusterOf(system), undefined);
	t.true(await hasTold(system, 'LeftToNooBaa'));
});

test('a function that dies between stating a recovery and making the Cluster goes on with the same one', async t => {
	let isDenied = false;
	const system = await startAsked(t, {fault: ({method, path}) => isDenied && method === 'POST' && path.endsWith('/clusters') ? {status: 503} : undefined, delay: async () => undefined});
	isDenied = true;
	await deleteCluster(system);
	t.is(await clusterOf(system), undefined);
	t.like(await recoveryOf(system), {status: 'Running'});
	isDenied = false;
	await system.minutes(1);
	t.truthy(await clusterOf(system));
	t.deepEqual(await recoveryOf(system), {status: 'Running', snapshotName: snapshot, recoveryTime: '2026-11-20T01:58:30Z'});
});

test('an operator that does not know the fields and drops them from the status does not lose a recovery', async t => {
	const system = await startAsked(t);
	const drop = async () => {
		const nooBaa = await system.nooBaa();
		await system.runtime.kube.replaceStatus({...nooBaa, status: {phase: 'Ready'}} as KubeObject);
		await system.runtime.settled();
	};

	await drop();
	t.deepEqual(await recoveryOf(system), {status: 'Pending', snapshotName: snapshot});
	await deleteCluster(system);
	system.clock.advance(60_000);
	await drop();
	const cluster = await clusterOf(system);
	const recoveryTime = cluster!.metadata.creationTimestamp!;
	t.deepEqual(await recoveryOf(system), {status: 'Running', snapshotName: snapshot, recoveryTime});
	await becomeReady(system);
	await drop();
	t.deepEqual(await recoveryOf(system), {status: 'Completed', snapshotName: snapshot, recoveryTime});
});
