import {type DatabaseDependencies} from './deps.ts';
import {type Database} from './find-database.ts';
import {planSweep} from './plan-sweep.ts';
import {scheduledSets} from './schedule-chains.ts';
import {sweepSnapshots} from './sweep-snapshots.ts';
import {collect} from '#shared/kube/collect.ts';
import {clocksAgree} from '#shared/kube/server-clock.ts';
import {
	cnpgLabels, snapshotKind, type CnpgBackup, type CnpgCluster, type NooBaa, type VolumeSnapshot,
} from '#shared/noobaa/objects.ts';

export type Taken = {readonly backups: readonly CnpgBackup[]; readonly snapshots: readonly VolumeSnapshot[]};

/**
The backups and snapshots of a database, as they are now. A listing that breaks off is an error, and nothing is deleted by it.
*/
export const readTaken = async ({kube}: Pick<DatabaseDependencies, 'kube'>, {metadata: {namespace}}: Pick<NooBaa, 'metadata'>, {apiVersion, clusterName}: Pick<Database, 'apiVersion' | 'clusterName'>): Promise<Taken> => ({
	backups: await collect(kube.list<CnpgBackup>({apiVersion, kind: 'Backup', namespace: namespace!})),
	// After the backups: what made a backup complete is there.
	snapshots: await collect(kube.list<VolumeSnapshot>({...snapshotKind, namespace: namespace!}, {labelSelector: `${cnpgLabels.cluster}=${clusterName}`})),
});

type Sweep = {readonly database: Database; readonly taken: Taken; readonly traceparent: string | undefined};

/**
Sweeps the backups of a schedule, and answers what is left.
*/
export const sweepSchedule = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, {database: {apiVersion, clusterName}, taken, traceparent}: Sweep): Promise<Taken> => {
	const {kube, localNow, log} = dependencies;
	const clusters = await collect(kube.list<CnpgCluster>({apiVersion, kind: 'Cluster', namespace: nooBaa.metadata.namespace!}));
	const now = await kube.now();
	if (!clocksAgree(now, localNow())) {
		log.error({theirs: now, ours: localNow()}, 'the clock here and that of the API server are more than five minutes apart: nothing is deleted');
		return taken;
	}

	const plan = planSweep({nooBaa, sets: scheduledSets(clusterName, taken.backups, taken.snapshots), clusters}, now);
	const gone = await sweepSnapshots(dependencies, nooBaa, plan, traceparent);
	return {...taken, snapshots: taken.snapshots.filter(({metadata: {name}}) => !gone.has(name))};
};
