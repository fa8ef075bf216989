import {toTime} from '../api/conditions.ts';
import {newestBetween, nextAfter, type Schedule} from './cron.ts';
import {schedulePlan, type SchedulePlan} from './entries.ts';
import {jitterOffset} from './jitter.ts';
import {observeSchedule} from './observed-schedule.ts';
import {type ScheduledBackup} from './scheduled-backup.ts';

export type Overdue = {
	/** The newest instant whose backup should have succeeded by now and has not. */
	readonly instant: Date;
	/** Until when a success was expected. */
	readonly deadline: Date;
	/** A sentence for people, the same as long as the instant is. */
	readonly message: string;
};

const hour = 60 * 60 * 1000;

/**
The instant that a CR is overdue for, or undefined while all is well: no backup has succeeded since that instant, and one interval of its entry (at least 1 hour, at most 24 hours, or `startingDeadline` when that is longer) has passed. Instants from before the schedule counted (its creation, its change, a suspension) are not asked for. Throws a ConfigurationError for a schedule that cannot be read.
*/
export const overdueInstant = (backup: ScheduledBackup, now: Date, {entries, policy}: SchedulePlan = schedulePlan(backup.spec)): Overdue | undefined => {
	const {spec, status, metadata} = backup;
	const {startingDeadline = 0, jitter} = policy;
	const offset = jitterOffset(metadata.uid!, jitter);
	const until = new Date(now.getTime() - offset);
	const counted = Date.parse(observeSchedule(backup, now).since);
	const since = new Date(Math.max(counted, Date.parse(status?.lastSuccessTime ?? '') || 0));
	const [newest] = (spec.suspend ? [] : entries)
		.map(({schedule}) => newestOverdue(schedule, {since, until, startingDeadline}))
		.filter(found => found !== undefined)
		.toSorted((a, b) => b.instant.getTime() - a.instant.getTime());
	return newest && {instant: newest.instant, deadline: new Date(newest.instant.getTime() + newest.grace + offset), message: overdueMessage(newest.instant)};
};

type Range = {readonly since: Date; readonly until: Date; readonly startingDeadline: number};

const newestOverdue = (schedule: Schedule, {since, until, startingDeadline}: Range): {readonly instant: Date; readonly grace: number} | undefined => {
	const shortestGrace = Math.max(hour, startingDeadline);
	let instant = newestBetween(schedule, since, new Date(until.getTime() - shortestGrace));
	while (instant) {
		const grace = graceAfter(schedule, instant, startingDeadline);
		if (until.getTime() - instant.getTime() >= grace) {
			return {instant, grace};
		}

		instant = newestBetween(schedule, since, new Date(instant.getTime() - 1));
	}

	return undefined;
};

const graceAfter = (schedule: Schedule, instant: Date, startingDeadline: number): number => {
	const interval = nextAfter(schedule, instant).getTime() - instant.getTime();
	return Math.max(Math.min(Math.max(interval, hour), 24 * hour), startingDeadline);
};

const overdueMessage = (instant: Date): string =>
	`The backup of ${toTime(instant)} is overdue: none has succeeded since. status.history says why runs failed; where there is no run, look at Ready and at the functions' logs`;
