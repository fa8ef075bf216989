import {newestFinished, openRuns} from './history.ts';
import {type Neo4jBackup, type Phase} from './status.ts';

/**
Whether the CR has a schedule of its own.
*/
export const isScheduled = ({spec}: Pick<Neo4jBackup, 'spec'>): boolean => Boolean(spec.schedule) || (spec.schedules?.length ?? 0) > 0;

/**
The phase of a CR that nothing keeps from working: what it does now, or what it will do or has done (decision D28: a failed run does not change the phase of a scheduled CR).
*/
export const phaseOf = (backup: Pick<Neo4jBackup, 'spec' | 'status'>): Phase => {
	const {spec, status} = backup;
	if (openRuns(status?.history).length > 0) {
		return 'Running';
	}

	const last = newestFinished(status?.history);
	if (spec.suspend && (isScheduled(backup) || !last)) {
		return 'Suspended';
	}

	// The directory is another's until the user decides otherwise (decision D19).
	if (last?.reason === 'StorageConflict') {
		return 'Invalid';
	}

	if (isScheduled(backup)) {
		return 'Scheduled';
	}

	if (!last) {
		return 'Pending';
	}

	return last.status === 'Succeeded' ? 'Completed' : 'Failed';
};
