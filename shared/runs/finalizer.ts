import {deleteBackupsFinalizer} from '../api/group.ts';
import {type Neo4jBackup} from './status.ts';

/** How long it is tried to delete the backups of a deleted CR before it is let go (decision D84). */
const attemptsForMs = 60 * 60_000;

/**
What the finalizer of a Neo4jBackup asks for: only a CR with `deletionPolicy: Delete` carries it; a deleted one loses it once its backups are deleted, and after an hour of attempts in any case, so that it never holds a CR or a namespace for ever.
*/
export type FinalizerStep = 'none' | 'add' | 'remove' | 'deleteBackups' | 'giveUp';

/**
Decides the step by the CR alone. A CR that is being deleted gets no finalizer any more: the API server would refuse it.
*/
export const finalizerStep = ({metadata, spec}: Neo4jBackup, now: Date): FinalizerStep => {
	const wants = spec.deletionPolicy === 'Delete';
	const has = hasFinalizer({metadata});
	const {deletionTimestamp} = metadata;
	if (deletionTimestamp === undefined) {
		return wants === has ? 'none' : (wants ? 'add' : 'remove');
	}

	if (!has) {
		return 'none';
	}

	if (!wants) {
		return 'remove';
	}

	return now.getTime() - Date.parse(deletionTimestamp) < attemptsForMs ? 'deleteBackups' : 'giveUp';
};

/**
Whether a Neo4jBackup carries the finalizer.
*/
export const hasFinalizer = ({metadata}: Pick<Neo4jBackup, 'metadata'>): boolean => metadata.finalizers?.includes(deleteBackupsFinalizer) ?? false;
