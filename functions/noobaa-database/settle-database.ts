import {reporter, type DatabaseDependencies} from './deps.ts';
import {findDatabase, type Database} from './find-database.ts';
import {planSweep} from './plan-sweep.ts';
import {scheduledSets} from './schedule-chains.ts';
import {sweepSnapshots} from './sweep-snapshots.ts';
import {whoManages} from '#shared/noobaa/who-manages.ts';
import {annotations} from '#shared/api/group.ts';
import {collect} from '#shared/kube/collect.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {type Reference} from '#shared/kube/object.ts';
import {clocksAgree} from '#shared/kube/server-clock.ts';
import {
	cnpgLabels, snapshotKind, type CnpgBackup, type CnpgCluster, type NooBaa, type VolumeSnapshot,
} from '#shared/noobaa/objects.ts';

/**
Brings the backups of one NooBaa's database to where its `dbBackup` wants them. The reference is a hint: what is to be done is worked out from what the API server holds now.
*/
export const settleDatabase = async (dependencies: DatabaseDependencies, reference: Reference, traceparent: string | undefined): Promise<void> => {
	const {kube} = dependencies;
	const nooBaa = await kube.get<NooBaa>(reference);
	if (!nooBaa?.spec.dbSpec?.dbBackup || nooBaa.metadata.deletionTimestamp) {
		return;
	}

	const database = await findDatabase(kube, nooBaa);
	if (!database) {
		await warn(dependencies, nooBaa, 'DatabaseNotServed', 'No backups are made: CloudNativePG is not installed in this cluster, under neither of its groups, postgresql.cnpg.noobaa.io and postgresql.cnpg.io');
		return;
	}

	const {isOurs, reason} = whoManages(nooBaa, database.hasNooBaasSchedule);
	if (!isOurs) {
		await recordEvent(kube, nooBaa, {
			type: 'Normal', reason: 'LeftToNooBaa', message: `Backups of the database are left to NooBaa: ${reason}. If nothing makes them, set the annotation ${annotations.manageBackups}: "true"`, cause: reason, reporter,
		});
		return;
	}

	if (!await kube.served(snapshotKind.apiVersion, snapshotKind.kind)) {
		await warn(dependencies, nooBaa, 'SnapshotsNotServed', 'No backups are made: this cluster has no VolumeSnapshots. Install the CRDs and the controller of kubernetes-csi/external-snapshotter, and a driver that can make snapshots');
		return;
	}

	await sweep(dependencies, nooBaa, database, traceparent);
};

const warn = async ({kube, log}: DatabaseDependencies, nooBaa: NooBaa, reason: string, message: string): Promise<void> => {
	log.warn({noobaa: `${nooBaa.metadata.namespace}/${nooBaa.metadata.name}`, reason}, message);
	await recordEvent(kube, nooBaa, {
		type: 'Warning', reason, message, cause: String(nooBaa.metadata.generation), reporter,
	});
};

const sweep = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, {apiVersion, clusterName}: Database, traceparent: string | undefined): Promise<void> => {
	const {kube, localNow, log} = dependencies;
	const namespace = nooBaa.metadata.namespace!;
	const backups = await collect(kube.list<CnpgBackup>({apiVersion, kind: 'Backup', namespace}));
	const clusters = await collect(kube.list<CnpgCluster>({apiVersion, kind: 'Cluster', namespace}));
	const snapshots = await collect(kube.list<VolumeSnapshot>({...snapshotKind, namespace}, {labelSelector: `${cnpgLabels.cluster}=${clusterName}`}));
	const now = await kube.now();
	if (!clocksAgree(now, localNow())) {
		log.error({theirs: now, ours: localNow()}, 'the clock here and that of the API server are more than five minutes apart: nothing is deleted');
		return;
	}

	await sweepSnapshots(dependencies, nooBaa, planSweep({nooBaa, sets: scheduledSets(clusterName, backups, snapshots), clusters}, now), traceparent);
};
