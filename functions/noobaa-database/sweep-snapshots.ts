import pMap from 'p-map';
import {deleteSnapshots, type DeletedSet} from './delete-set.ts';
import {reporter, type DatabaseDependencies} from './deps.ts';
import {type SnapshotPlan} from './plan-sweep.ts';
import {shortHash} from '#shared/api/names.ts';
import {toError} from '#shared/errors.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {type NooBaa} from '#shared/noobaa/objects.ts';
import {present} from '#shared/present.ts';

/** Backups that one event tells of: it stays below the 64 KiB that a Broker must forward. */
const batchSize = 50;

const concurrency = 4;

/** No batch is begun after this, so that the last one fits into the handler's 45 s. */
const workMs = 25_000;

type Going = SnapshotPlan['going'];

/**
Deletes what a plan lets go, the oldest first: the snapshots, then the event that tells of them, then the Backups. Dying in between repeats the event, under the same id, and loses nothing. What cannot be deleted is logged, told, and tried again by the next sweep. Answers the names of the snapshots that are gone.
*/
export const sweepSnapshots = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, {going, kept}: SnapshotPlan, traceparent: string | undefined): Promise<ReadonlySet<string>> => {
	const gone = new Set<string>();
	const startedAt = performance.now();
	for (let from = 0; from < going.length; from += batchSize) {
		if (performance.now() - startedAt > workMs) {
			throw new Error(`${going.length - from} of ${going.length} backups that expire are left for the next sweep`);
		}

		const swept = await deleteBatch(dependencies, nooBaa, going.slice(from, from + batchSize));
		await announce(dependencies, nooBaa, {swept, kept, traceparent});
		await deleteBackups(dependencies, nooBaa, swept);
		for (const name of swept.flatMap(one => one.gone)) {
			gone.add(name);
		}

		const passing = swept.flatMap(({failures}) => failures).filter(({isPassing}) => isPassing);
		if (passing.length > 0) {
			throw new Error(`${passing.length} VolumeSnapshots could not be deleted for now: ${passing[0]!.reason}`);
		}
	}

	return gone;
};

type Swept = DeletedSet & {readonly reason: string};

const deleteBatch = async ({kube}: DatabaseDependencies, nooBaa: NooBaa, batch: Going): Promise<readonly Swept[]> => {
	const swept = await pMap(batch, async one => await isUnchanged(kube, nooBaa) ? {...await deleteSnapshots(kube, one), reason: one.reason} : undefined, {concurrency});
	return swept.filter(one => one !== undefined);
};

/** What the user wants may have changed since it was planned: `dbRecovery` may name what is about to go. Then the event of that change plans anew. */
const isUnchanged = async (kube: DatabaseDependencies['kube'], nooBaa: NooBaa): Promise<boolean> => {
	const current = await kube.get<NooBaa>(referenceOf(nooBaa));
	return current?.metadata.uid === nooBaa.metadata.uid && current?.metadata.generation === nooBaa.metadata.generation && current?.metadata.deletionTimestamp === undefined;
};

type Told = {readonly swept: readonly Swept[]; readonly kept: number; readonly traceparent: string | undefined};

const announce = async ({kube, emitter, log}: DatabaseDependencies, nooBaa: NooBaa, {swept, kept, traceparent}: Told): Promise<void> => {
	const failed = swept.flatMap(({backup, failures}) => failures.map(failure => ({...failure, backup: backup.metadata.name})));
	for (const {name, backup, reason} of failed) {
		log.warn({snapshot: name, backup, reason}, 'a snapshot that expires could not be deleted');
		await recordEvent(kube, nooBaa, {
			type: 'Warning',
			reason: 'SnapshotNotDeleted',
			message: `VolumeSnapshot ${name} of backup ${backup} expires and could not be deleted; it is tried again every few minutes until what keeps it is mended: ${reason}`,
			cause: name,
			reporter,
		});
	}

	// What went of a backup is told once all of it has gone: until then each sweep tries again.
	const deleted = swept.filter(({failures}) => failures.length === 0).flatMap(({backup, gone, reason}) => gone.map(name => ({name, backup: backup.metadata.name, reason})));
	const failures = failed.map(({name, reason}) => ({name, reason}));
	if (swept.length > 0) {
		// The same outcome, told again after a crash, is the same event.
		const sweepID = shortHash(nooBaa.metadata.uid!, ...deleted.map(({name}) => name), '', ...failures.map(({name}) => name));
		await emitter.emit(buildEvent(eventTypes.snapshotSwept, {
			object: nooBaa, subject: sweepID, time: await kube.now(), data: {
				sweepID, deleted, kept, failures,
			}, ...present({traceparent}),
		}));
	}
};

const deleteBackups = async ({kube, log}: DatabaseDependencies, nooBaa: NooBaa, swept: readonly Swept[]): Promise<void> => {
	const finished = swept.filter(({failures}) => failures.length === 0);
	await pMap(finished, async ({backup, gone, reason}) => {
		try {
			await kube.delete(referenceOf(backup), {uid: backup.metadata.uid!});
			log.info({backup: backup.metadata.name, snapshots: gone, reason}, 'backup deleted');
		} catch (error) {
			const {message} = toError(error);
			log.warn({backup: backup.metadata.name, reason: message}, 'a backup whose snapshots are deleted could not be deleted');
			await recordEvent(kube, nooBaa, {
				type: 'Warning', reason: 'BackupNotDeleted', message: `The snapshots of backup ${backup.metadata.name} expired and are deleted; the Backup itself could not be, and is tried again every few minutes: ${message}`, cause: backup.metadata.name, reporter,
			});
		}
	}, {concurrency});
};
