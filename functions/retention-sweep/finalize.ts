import {reporter, type SweepDependencies} from './deps.ts';
import {purge} from './purge.ts';
import {deleteBackupsFinalizer} from '#shared/api/group.ts';
import {type EventContext} from '#shared/events/host.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {finalizerStep} from '#shared/runs/finalizer.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/** Names that an Event has room for. */
const shown = 5;

/**
Sees to the finalizer of a CR: puts it on those with `deletionPolicy: Delete` alone, and takes it off a deleted one as soon as its backups are gone, its namespace goes too, or an hour of attempts is over. Answers whether that was all for now: a CR that is being deleted is not swept, and one that was just changed is swept with the next event.
*/
export const finalize = async (dependencies: SweepDependencies, backup: Neo4jBackup, context: Pick<EventContext, 'signal'>): Promise<boolean> => {
	const {kube} = dependencies;
	const step = finalizerStep(backup, await kube.now());
	if (step === 'add' || step === 'remove') {
		await setFinalizer(dependencies, backup, step === 'add');
	} else if (step === 'deleteBackups' || step === 'giveUp') {
		await release(dependencies, backup, {context, isLast: step === 'giveUp'});
	}

	return step !== 'none' || backup.metadata.deletionTimestamp !== undefined;
};

const release = async (dependencies: SweepDependencies, backup: Neo4jBackup, {context, isLast}: {context: Pick<EventContext, 'signal'>; isLast: boolean}): Promise<void> => {
	const {kube, log} = dependencies;
	const {namespace, name} = backup.metadata;
	const home = await kube.get<KubeObject>({apiVersion: 'v1', kind: 'Namespace', name: namespace!});
	if (!home || home.metadata.deletionTimestamp) {
		// A namespace that goes takes no backup with it, and no Event could be written there.
		log.info({backup: name}, 'the namespace is being deleted: the backups stay where they are');
		await setFinalizer(dependencies, backup, false);
		return;
	}

	const {deleted, stayed, place} = await purge(dependencies, backup, context);
	if (stayed.length === 0) {
		await recordEvent(kube, backup, {
			type: 'Normal', reason: 'BackupsDeleted', message: `Deleted ${deleted} artifacts with the Neo4jBackup, as its deletionPolicy asks for`, cause: backup.metadata.deletionTimestamp!, reporter,
		});
		await setFinalizer(dependencies, backup, false);
		return;
	}

	const names = `${stayed.slice(0, shown).map(one => `${one.name} (${one.reason})`).join('; ')}${stayed.length > shown ? ` and ${stayed.length - shown} more` : ''}`;
	log.warn({backup: name, stayed: stayed.length, reason: stayed[0]!.reason}, 'the backups of a deleted Neo4jBackup could not all be deleted');
	await recordEvent(kube, backup, isLast
		? {
			type: 'Warning', reason: 'BackupsRemain', message: `The Neo4jBackup is let go after an hour of attempts, and these of its backups remain in ${place}: ${names}. Delete them by hand`.slice(0, 1000), cause: 'given up', reporter,
		}
		: {
			type: 'Warning', reason: 'BackupsNotDeleted', message: `The backups cannot be deleted yet, which is tried for an hour: ${names}`.slice(0, 1000), cause: stayed[0]!.reason, reporter,
		});
	if (isLast) {
		await setFinalizer(dependencies, backup, false);
	}
};

/** Guarded by the version that was read, because the list is written whole. */
const setFinalizer = async ({kube}: SweepDependencies, backup: Neo4jBackup, isWanted: boolean): Promise<void> => {
	const {finalizers = [], resourceVersion} = backup.metadata;
	const others = finalizers.filter(finalizer => finalizer !== deleteBackupsFinalizer);
	await kube.patch(referenceOf(backup), {metadata: {resourceVersion, finalizers: isWanted ? [...others, deleteBackupsFinalizer] : others}});
};
