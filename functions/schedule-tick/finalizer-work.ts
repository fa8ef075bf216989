import {type Work} from './work.ts';
import {finalizerStep} from '#shared/runs/finalizer.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
Whether the finalizer of a CR has to come or go, or a deleted CR waits for its backups to be deleted.
*/
export const finalizerWork = (backup: Neo4jBackup, now: Date): Work | undefined => finalizerStep(backup, now) === 'none'
	? undefined
	: {
		what: 'reconcile', handler: 'retention-sweep', reason: backup.metadata.deletionTimestamp ? 'its backups are to be deleted with it' : 'its finalizer has to follow spec.deletionPolicy', waitingSince: now,
	};
