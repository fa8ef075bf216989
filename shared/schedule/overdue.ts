import {toTime} from '../api/conditions.ts';
import {newestBetween, nextAfter} from './cron.ts';
import {scheduleEntries, schedulePolicy, type ScheduleEntry} from './entries.ts';
import {jitterOffset} from './jitter.ts';
import {observeSchedule} from './observed-schedule.ts';
import {type ScheduledBackup} from './scheduled-backup.ts';

export type Overdue = {
	/** The newest instant whose backup should have succeeded by now and has not. */
	readonly instant: Date;
	/** A sentence for people, the same as long as the instant is. */
	readonly message: string;
};

const hour = 60 * 60 * 1000;

/**
The instant that a CR is overdue for, or undefined while all is well: no backup has succeeded since that instant, and one interval of its entry (at least 1 hour, at most 24 hours, or `startingDeadline` when that is longer) has passed. Instants from before the schedule counted (its creation, its change, a suspension) are not asked for. Throws a ConfigurationError for a schedule that cannot be read.
*/
export const overdueInstant = (backup: ScheduledBackup, now: Date): Overdue | undefined => {
	const {spec, status, metadata} = backup;
	const {startingDeadline = 0, jitter} = schedulePolicy(spec);
	const until = new Date(now.getTime() - jitterOffset(metadata.uid!, jitter));
	const counted = Date.parse(observeSchedule(backup, now).since);
	const since = new Date(Math.max(counted, Date.parse(status?.lastSuccessTime ?? '') || 0));
	const [newest] = (spec.suspend ? [] : scheduleEntries(spec))
		.map(entry => newestOverdue(entry, {since, until, startingDeadline})?.getTime() ?? 0)
		.toSorted((a, b) => b - a);
	return newest ? {instant: new Date(newest), message: overdueMessage(new Date(newest))} : undefined;
};

const newestOverdue = ({schedule}: ScheduleEntry, {since, until, startingDeadline}: {since: Date; until: Date; startingDeadline: number}): Date | undefined => {
	const shortestGrace = Math.max(hour, startingDeadline);
	let instant = newestBetween(schedule, since, new Date(until.getTime() - shortestGrace));
	while (instant && until.getTime() - instant.getTime() < graceAfter(schedule, instant, startingDeadline)) {
		instant = newestBetween(schedule, since, new Date(instant.getTime() - 1));
	}

	return instant;
};

const graceAfter = (schedule: ScheduleEntry['schedule'], instant: Date, startingDeadline: number): number => {
	const interval = nextAfter(schedule, instant).getTime() - instant.getTime();
	return Math.max(Math.min(Math.max(interval, hour), 24 * hour), startingDeadline);
};

const overdueMessage = (instant: Date): string =>
	`The backup of ${toTime(instant)} is overdue: none has succeeded since. status.history says why runs failed; where there is no run, look at Ready and at the functions' logs`;
