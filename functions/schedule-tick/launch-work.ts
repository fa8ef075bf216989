import {type Work} from './work.ts';
import {annotations} from '#shared/api/group.ts';
import {newestFinished, openRuns} from '#shared/runs/history.ts';
import {isScheduled} from '#shared/runs/phase.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {dueOfBackup} from '#shared/schedule/due-of-backup.ts';
import {type SchedulePlan} from '#shared/schedule/entries.ts';

const minute = 60_000;

/** A run that waits for another is announced while its time is fresh, and then looked at once that one has ended. */
const announced = 2 * minute;

/**
Why launch-backup has to look at a CR, if it has to: a run is due, or something was overlooked because its event never came. Without a plan the schedule cannot be read: launch-backup says so in the status, once.
*/
export const launchWork = (backup: Neo4jBackup, plan: SchedulePlan | undefined, now: Date): Work | undefined => {
	const due = plan && dueOfBackup(backup, now, plan);
	if (due?.run && (openRuns(backup.status?.history).length === 0 || now.getTime() - due.run.dueTime.getTime() < announced)) {
		const {scheduledTime, entry, dueTime} = due.run;
		return {
			what: 'due', scheduledTime, entry, waitingSince: dueTime,
		};
	}

	const reason = overlooked(backup, now) ?? (due && due.skipped.length > 0 && !due.run ? 'instants of the schedule were left out' : undefined);
	return reason === undefined
		? undefined
		: {
			what: 'reconcile', handler: 'launch-backup', reason, waitingSince: waitingSince(backup, now),
		};
};

type Check = readonly [reason: string, applies: (backup: Neo4jBackup, now: Date) => boolean];

const checks: readonly Check[] = [
	['the spec has not been looked at', ({metadata, status}) => status?.observedGeneration !== metadata.generation],
	['a run was asked for by annotation', ({metadata, status}) => {
		const token = metadata.annotations?.[annotations.runNow];
		return Boolean(token) && token !== status?.lastRunNow;
	}],
	['a run was stated and has no Job', ({status}) => openRuns(status?.history).some(({jobUID}) => jobUID === undefined)],
	['it waits for something that may be there now', ({status}) => status?.phase === 'Waiting' || status?.phase === 'Pending'],
	// Its target may have been upgraded; looked at now and then, because most often nothing has changed.
	['it was invalid', ({status}, now) => status?.phase === 'Invalid' && now.getUTCMinutes() % 10 === 0],
	['it has not run', backup => !isScheduled(backup) && !backup.spec.suspend && backup.status?.phase !== 'Invalid' && backup.status?.lastRunGeneration !== backup.metadata.generation],
	['a chain has to be repaired', backup => needsRepair(backup)],
];

const overlooked = (backup: Neo4jBackup, now: Date): string | undefined => checks.find(([, applies]) => applies(backup, now))?.[0];

// As launch-backup decides it: one run after a run in which a database could not take a DIFF (decision D9).
const needsRepair = ({spec, status}: Neo4jBackup): boolean => {
	const last = newestFinished(status?.history);
	return status?.nextBackupType === 'AUTO' && !spec.suspend && last !== undefined && last.trigger !== 'repair' && last.status !== 'Succeeded' && openRuns(status.history).length === 0;
};

const waitingSince = ({metadata, status}: Neo4jBackup, now: Date): Date =>
	status?.observedGeneration === undefined ? new Date(metadata.creationTimestamp ?? now) : now;
