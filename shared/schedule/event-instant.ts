import {toTime} from '../api/conditions.ts';
import {isInstantOf} from './cron.ts';
import {formatDuration} from './duration.ts';
import {scheduleEntries, schedulePolicy, type ScheduleEntry} from './entries.ts';
import {type ScheduledBackup, type ScheduledRun} from './scheduled-backup.ts';

type Refusal = 'NotScheduled' | 'Suspended' | 'NotYetDue' | 'TooOld' | 'BeforeCreation' | 'AlreadyRun' | 'Covered' | 'HistoryTooShort';

export type InstantDecision
	= | {readonly accepted: true; readonly entry: ScheduleEntry}
		| {readonly accepted: false; readonly reason: Refusal; readonly message: string};

const day = 24 * 60 * 60 * 1000;

/**
Whether the run for one past instant, asked for by an event, may be started: only an instant that the schedule has, that is not too old (`startingDeadline`, or 24 hours), and of which the history shows that it has not run. `finishedRunsKept` is how many of the newest runs the history always holds: where those do not reach back to the instant, the history proves nothing.

An instant that came due while another run went on, and after which a run started, is covered by that one; so a late repetition of the tick's own event starts nothing.

Throws a ConfigurationError for a schedule that cannot be read.
*/
export const acceptInstant = (backup: ScheduledBackup, instant: Date, {now, finishedRunsKept}: {readonly now: Date; readonly finishedRunsKept: number}): InstantDecision => {
	const {metadata, spec} = backup;
	const entries = scheduleEntries(spec).filter(({schedule}) => isInstantOf(schedule, instant));
	const entry = entries.find(({backupType}) => backupType === 'FULL') ?? entries[0];
	const oldest = schedulePolicy(spec).startingDeadline ?? day;
	const age = now.getTime() - instant.getTime();
	const refuse = refusal(instant);
	if (!entry) {
		return refuse('NotScheduled', 'is no instant of the schedule');
	}

	if (spec.suspend) {
		return refuse('Suspended', 'is not run, because the schedule is suspended');
	}

	if (age < 0) {
		return refuse('NotYetDue', 'lies in the future');
	}

	if (age > oldest) {
		return refuse('TooOld', `is ${formatDuration(age)} ago; at most ${formatDuration(oldest)} are made up for`);
	}

	if (instant <= new Date(metadata.creationTimestamp ?? 0)) {
		return refuse('BeforeCreation', 'lies before the creation of this Neo4jBackup');
	}

	return refusalByHistory(backup.status?.history ?? [], instant, finishedRunsKept) ?? {accepted: true, entry};
};

const refusalByHistory = (history: readonly ScheduledRun[], instant: Date, finishedRunsKept: number): InstantDecision | undefined => {
	const refuse = refusal(instant);
	if (history.some(({scheduledTime}) => scheduledTime !== undefined && Date.parse(scheduledTime) === instant.getTime())) {
		return refuse('AlreadyRun', 'has been run');
	}

	const time = instant.getTime();
	const within = history.find(({startTime, completionTime}) => Date.parse(startTime) <= time && completionTime !== undefined && time < Date.parse(completionTime));
	if (within && history.some(({startTime}) => Date.parse(startTime) > time)) {
		return refuse('Covered', 'came due during another run, and one has started since');
	}

	const oldestOfAll = history.toSorted((a, b) => Date.parse(b.startTime) - Date.parse(a.startTime))[finishedRunsKept - 1];
	const reachesBack = !oldestOfAll || Date.parse(oldestOfAll.startTime) < time;
	return reachesBack ? undefined : refuse('HistoryTooShort', 'is older than the history of runs');
};

const refusal = (instant: Date) => (reason: Refusal, what: string): InstantDecision =>
	({accepted: false, reason, message: `${toTime(instant)} ${what}`});
