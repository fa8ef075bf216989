import {recoveredCluster, type RememberedCluster} from './recovered-cluster.ts';
import {type RecoverySource, type SourceProblem} from './recovery-source.ts';
import {toTime} from '#shared/api/conditions.ts';
import {annotations} from '#shared/api/group.ts';
import {type NewEvent} from '#shared/kube/events.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {
	clusterNameOf, isReadyCluster, type CnpgApiVersion, type CnpgCluster, type NooBaa, type RecoveryStatus,
} from '#shared/noobaa/objects.ts';
import {present} from '#shared/present.ts';

export type RecoveryState = {
	readonly nooBaa: NooBaa;
	readonly apiVersion: CnpgApiVersion;
	readonly cluster: CnpgCluster | undefined;
	/** Whether CloudNativePG's Job that recovers this Cluster has failed. */
	readonly hasFailedJob: boolean;
	/** Read only where there is no Cluster. */
	readonly source: RecoverySource | undefined;
};

export type RecoveryDecision = {
	/** What the status is to say; undefined: nothing is said of recovery. */
	readonly status?: RecoveryStatus;
	/** The uid of the Cluster whose deletion is waited for, to be remembered in an annotation. A Cluster by another uid is one that came after. */
	readonly awaits?: string;
	readonly event?: Omit<NewEvent, 'reporter'>;
	readonly create?: Manifest;
};

/** CloudNativePG's word for it. */
const lost = 'Cluster is unrecoverable and needs manual intervention';

/** What is remembered where there was no Cluster to begin with. */
const noCluster = 'none';

/**
What is to be done about `dbRecovery`. While the Cluster is there nothing of it is touched: the user deletes it, and that starts the recovery. The Cluster that is made then is known by its bootstrap, so that any other Cluster which turns out ready completes nothing; where somebody else made one first the recovery has failed, and waits for that one's deletion.
*/
export const decideRecovery = (state: RecoveryState, now: Date): RecoveryDecision => {
	const {nooBaa, cluster} = state;
	const {spec: {dbSpec}, status} = nooBaa;
	const before = status?.dbStatus?.recoveryStatus;
	const snapshotName = dbSpec?.dbRecovery?.volumeSnapshotName;
	if (snapshotName === undefined) {
		return notAsked(nooBaa);
	}

	const awaited = nooBaa.metadata.annotations?.[annotations.recoveryAwaits];
	const isOfAnother = before?.snapshotName !== undefined && before.snapshotName !== snapshotName;
	const asked: Asked = {
		...state, now, snapshotName, awaited, isNew: awaited === undefined || isOfAnother, told: isOfAnother ? undefined : before,
	};
	return cluster ? withCluster(asked, cluster) : withoutCluster(asked);
};

/** Where backups are kept the status says of recovery, too, that there is none. */
const notAsked = ({spec: {dbSpec}, status}: NooBaa): RecoveryDecision => (status?.dbStatus?.recoveryStatus ?? dbSpec?.dbBackup) === undefined ? {} : {status: {status: 'None'}};

type Asked = RecoveryState & {
	readonly now: Date;
	readonly snapshotName: string;
	readonly awaited: string | undefined;
	/** Asked for since it was last looked at. */
	readonly isNew: boolean;
	/** What the status says of this recovery. */
	readonly told: RecoveryStatus | undefined;
};

const withCluster = (asked: Asked, cluster: CnpgCluster): RecoveryDecision => {
	const {awaited, isNew, snapshotName, told} = asked;
	const {uid, deletionTimestamp} = cluster.metadata;
	if (isNew || awaited === uid || deletionTimestamp) {
		// What was told stays where somebody was faster the last time.
		return {status: isNew || !told?.snapshotName ? {status: 'Pending', snapshotName} : told, awaits: uid!};
	}

	return cluster.spec.bootstrap?.recovery?.volumeSnapshots?.storage.name === snapshotName ? outcome(asked, cluster) : overtaken(asked, cluster);
};

const withoutCluster = (asked: Asked): RecoveryDecision => {
	const {source, awaited = noCluster} = asked;
	return {...source && 'remembered' in source ? begin(asked, source.remembered) : blocked(asked, source?.problem), awaits: awaited};
};

const blocked = ({nooBaa, snapshotName}: Asked, problem: SourceProblem | undefined): RecoveryDecision => ({
	status: {status: problem?.isFinal ? 'Failed' : 'Pending', snapshotName},
	...(problem && {
		event: {
			type: 'Warning', reason: problem.reason, message: `The database is not recovered, and no empty one is made here in its place: ${problem.message}`, cause: `${nooBaa.metadata.generation} ${snapshotName}`,
		},
	}),
});

const begin = ({nooBaa, apiVersion, now, snapshotName, told}: Asked, remembered: RememberedCluster): RecoveryDecision => {
	// A crash between the two writes goes on with the recovery that was begun.
	const recoveryTime = (told?.status === 'Running' ? told.recoveryTime : undefined) ?? toTime(now);
	return {
		status: {status: 'Running', snapshotName, recoveryTime},
		event: {
			type: 'Normal', reason: 'RecoveryStarted', message: `Cluster ${clusterNameOf(nooBaa.metadata.name)} is made again from VolumeSnapshot ${snapshotName}`, cause: `${snapshotName} ${recoveryTime}`,
		},
		create: recoveredCluster(nooBaa, {remembered, snapshot: snapshotName, apiVersion}),
	};
};

const outcome = ({snapshotName, told, hasFailedJob}: Asked, cluster: CnpgCluster): RecoveryDecision => {
	const recoveryTime = told?.recoveryTime ?? cluster.metadata.creationTimestamp;
	const status = (word: 'Running' | 'Completed' | 'Failed'): RecoveryStatus => ({status: word, ...present({snapshotName, recoveryTime})});
	const cause = `${snapshotName} ${cluster.metadata.uid}`;
	if (isReadyCluster(cluster) || told?.status === 'Completed') {
		return {
			status: status('Completed'), event: {
				type: 'Warning', reason: 'RecoveryStillConfigured', message: `The database was recovered from VolumeSnapshot ${snapshotName}, and spec.dbSpec.dbRecovery still names it: whenever Cluster ${cluster.metadata.name} is deleted again, that snapshot is restored again. Remove dbRecovery`, cause,
			},
		};
	}

	const isLost = cluster.status?.phase === lost;
	return hasFailedJob || isLost
		? {
			status: status('Failed'), event: {
				type: 'Warning', reason: 'RecoveryFailed', message: `CloudNativePG could not recover Cluster ${cluster.metadata.name} from VolumeSnapshot ${snapshotName}: ${isLost ? lost : 'its recovery Job failed'}. Look at the Pods of its Job, name another snapshot if need be, and delete the Cluster to try again`, cause,
			},
		}
		: {status: status('Running')};
};

const overtaken = ({snapshotName, told}: Asked, {metadata: {name, uid}}: CnpgCluster): RecoveryDecision => ({
	status: {status: 'Failed', ...present({snapshotName, recoveryTime: told?.recoveryTime})},
	awaits: uid!,
	event: {
		type: 'Warning', reason: 'ClusterRecreated', message: `Cluster ${name} was deleted, and somebody else, most likely NooBaa's operator, made one again before it could be recovered from VolumeSnapshot ${snapshotName}. Stop that operator and delete the Cluster once more`, cause: `${snapshotName} ${uid}`,
	},
});
