import {type ScheduledSet} from './schedule-chains.ts';
import {toError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {referenceOf} from '#shared/kube/object.ts';

export type Failure = {
	/** Name of the VolumeSnapshot. */
	readonly name: string;
	readonly reason: string;
	/** Whether it may go if it is tried again at once. */
	readonly isPassing: boolean;
};

export type DeletedSet = ScheduledSet & {
	/** Names of its snapshots that are no more, those that an earlier sweep deleted among them. */
	readonly gone: readonly string[];
	readonly failures: readonly Failure[];
};

/**
Deletes the VolumeSnapshots of one backup. The Backup itself is left, and goes once it was told what was deleted: as long as it is there a sweep that comes after a crash knows what is still to be done, and to be told. One that cannot be deleted does not keep the others.
*/
export const deleteSnapshots = async (kube: Pick<KubeClient, 'delete'>, scheduled: ScheduledSet): Promise<DeletedSet> => {
	const {backup, set} = scheduled;
	const failures: Failure[] = [];
	for (const snapshot of set?.snapshots ?? []) {
		try {
			await kube.delete(referenceOf(snapshot), {uid: snapshot.metadata.uid!});
		} catch (error) {
			failures.push({name: snapshot.metadata.name, reason: toError(error).message, isPassing: !isRefusal(error)});
		}
	}

	const names = new Set([...backup.status?.snapshotBackupStatus?.elements ?? [], ...(set?.snapshots ?? []).map(({metadata}) => metadata)].map(({name}) => name));
	return {...scheduled, gone: [...names].filter(name => !failures.some(failure => failure.name === name)), failures};
};

/** What the API server will say again, until somebody changes something. */
const isRefusal = (error: unknown): boolean => error instanceof KubeError && error.status < 500 && error.status !== 429;
