import {scheduleChains, type ScheduledSet} from './schedule-chains.ts';
import {
	clusterNameOf, isReadyCluster, type CnpgCluster, type NooBaa,
} from '#shared/noobaa/objects.ts';
import {plan, type PlanInput, type Verdict} from '#shared/retention/plan.ts';
import {parsePolicy} from '#shared/retention/policy.ts';

export type SweepState = {
	readonly nooBaa: Pick<NooBaa, 'metadata' | 'spec'>;
	readonly sets: readonly ScheduledSet[];
	/** All Clusters of the namespace. */
	readonly clusters: readonly CnpgCluster[];
};

export type SnapshotPlan = {
	readonly verdicts: readonly Verdict[];
	/** The backups that go, the oldest first, and why. */
	readonly going: ReadonlyArray<ScheduledSet & {readonly reason: string}>;
	/** Completed backups that stay. */
	readonly kept: number;
};

/**
What of a schedule's backups goes: `maxSnapshots` is the `maxCount` of the one planner, and `minCount` is 1. A backup is held, as by a restore, while `dbRecovery` names a snapshot of it, and while any Cluster of the namespace is being recovered from it. Without `dbBackup` there is no policy, and nothing goes.
*/
export const planSweep = ({nooBaa, sets, clusters}: SweepState, now: Date): SnapshotPlan => {
	const {metadata: {name}, spec: {dbSpec}} = nooBaa;
	const verdicts = plan({
		chains: scheduleChains(clusterNameOf(name), sets),
		policy: dbSpec?.dbBackup && parsePolicy({maxCount: dbSpec.dbBackup.volumeSnapshot.maxSnapshots, minCount: 1}),
		now,
		pins: [
			pin(`that spec.dbSpec.dbRecovery of ${name} asks for`, sets, {snapshot: dbSpec?.dbRecovery?.volumeSnapshotName}),
			...clusters.filter(cluster => !isReadyCluster(cluster)).map(({metadata, spec: {bootstrap}}) =>
				pin(`into Cluster ${metadata.name}`, sets, {snapshot: bootstrap?.recovery?.volumeSnapshots?.storage.name, backup: bootstrap?.recovery?.backup?.name})),
		],
	});
	const byName = new Map(sets.map(set => [set.backup.metadata.name, set]));
	const going = verdicts.filter(({verdict}) => verdict !== 'keep').map(({artifact, reason}) => ({...byName.get(artifact.name)!, reason}));
	return {verdicts, going, kept: verdicts.length - going.length};
};

type Source = {readonly snapshot?: string | undefined; readonly backup?: string | undefined};

const pin = (restore: string, sets: readonly ScheduledSet[], {snapshot, backup}: Source): PlanInput['pins'][number] => ({
	restore,
	artifacts: sets.filter(({backup: {metadata}, set}) => metadata.name === backup || set?.snapshots.some(({metadata: {name}}) => name === snapshot)).map(set => set.backup.metadata.name),
});
