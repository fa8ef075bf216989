import {isBeingStarted} from './resume.ts';
import {annotations} from '#shared/api/group.ts';
import {sourceTypes} from '#shared/events/catalogue.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {openRuns} from '#shared/runs/history.ts';
import {type BackupStatus, type Neo4jBackup, type Phase} from '#shared/runs/status.ts';

/**
Whether a change of a CR is only the echo of our own status write, by what the event itself shows: the generation is the one observed, the request for a run is the one remembered, nothing is blocked or to be repaired, it is not being deleted, and who states a run is at work on it. Event data may be used to do nothing, never to act (decision D80).
*/
export const isSettled = ({type, data, time}: ReceivedEvent): boolean => {
	const {metadata, status, spec} = (data ?? {}) as Partial<Neo4jBackup>;
	if (type !== sourceTypes.updated || !metadata || !spec || !status || metadata.deletionTimestamp) {
		return false;
	}

	const token = metadata.annotations?.[annotations.runNow];
	return status.observedGeneration === metadata.generation && (!token || token === status.lastRunNow) && hasNothingToDo(status, new Date(time ?? Number.NaN));
};

/**
Whether an event is the echo of the status write that states a run, by what the event itself shows: whoever wrote it is at work, and has nothing to hear of it.
*/
export const isEchoOfStart = ({type, data}: ReceivedEvent): boolean => {
	const {status} = (data ?? {}) as Partial<Neo4jBackup>;
	return type === sourceTypes.updated && openRuns(status?.history).some(({jobUID}) => jobUID === undefined);
};

const quiet: ReadonlySet<Phase | undefined> = new Set<Phase | undefined>(['Scheduled', 'Running', 'Completed', 'Suspended']);

const hasNothingToDo = ({nextBackupType, phase, history = []}: BackupStatus, sentAt: Date): boolean =>
	nextBackupType !== 'AUTO' && quiet.has(phase) && openRuns(history).every(run => run.jobUID !== undefined || isBeingStarted(run, sentAt));
