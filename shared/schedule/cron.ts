import {CronExpression, type CronFieldCollection} from 'cron-parser';
import {ConfigurationError, toError} from '../errors.ts';
import {parseCronFields} from './cron-fields.ts';
import {
	firstChange, firstInstantOf, wallClock, type WallClock,
} from './wall-clock.ts';

/**
When something is to happen: a cron expression on the clock of a time zone.
*/
export type Schedule = {
	readonly expression: string;
	readonly timeZone: string;
	readonly fields: CronFieldCollection;
	readonly clock: WallClock;
};

/**
Reads a five-field cron expression and a time zone (UTC when absent). Throws a ConfigurationError that names the field below `at`, the place of the two in the manifest.
*/
export const parseSchedule = (expression: string, timeZone = 'UTC', at = 'spec'): Schedule => {
	const clock = wallClock(timeZone);
	if (!clock) {
		throw new ConfigurationError(`${at}.timeZone: "${timeZone}" is not a time zone of the IANA database; write, for example, Europe/Berlin`);
	}

	try {
		return {
			expression, timeZone, fields: parseCronFields(expression), clock,
		};
	} catch (error) {
		throw new ConfigurationError(`${at}.schedule: "${expression}" is not a five-field cron expression that ever comes: ${toError(error).message}`, 'Invalid', {cause: error});
	}
};

/**
The instants of a schedule after `after`, without end, oldest first.

Where clocks change: a schedule of certain hours gives every local time that it names exactly once. A time that the clock skips comes at the first moment after the gap (02:30 at 03:00; several skipped times are one instant), a time that it shows twice comes the first time only. A schedule of every hour goes by the time that passes: it comes in both passes of a repeated hour, and a skipped time is not made up for. That is what cron users expect, and cron-parser's own walk through such a day shifts, loses or never finds some instants (Lord Howe changes by half an hour), so it only ever walks through days without changes here.
*/
export const instantsAfter = (schedule: Schedule, after: Date): Generator<Date, void> =>
	schedule.fields.hour.values.length === 24 ? instantsByTimePassed(schedule, after) : instantsByReading(schedule, after);

/**
The first instant of a schedule after `after`.
*/
export const nextAfter = (schedule: Schedule, after: Date): Date => {
	const {value} = instantsAfter(schedule, after).next();
	return value!;
};

/**
The instants after `after` up to and including `until`, oldest first, at most `limit`.
*/
export const instantsBetween = (schedule: Schedule, after: Date, until: Date, limit = Number.POSITIVE_INFINITY): Date[] => {
	const instants: Date[] = [];
	for (const instant of instantsAfter(schedule, after)) {
		if (instant > until || instants.length >= limit) {
			break;
		}

		instants.push(instant);
	}

	return instants;
};

/**
The newest instant after `after` up to and including `until`. It looks back in growing steps, so that a schedule of every minute is not walked through a month of silence.
*/
export const newestBetween = (schedule: Schedule, after: Date, until: Date): Date | undefined => {
	for (let span = 2 * 60 * 60 * 1000; ; span *= 12) {
		const from = new Date(Math.max(after.getTime(), until.getTime() - span));
		const found = instantsBetween(schedule, from, until).at(-1);
		if (found ?? from <= after) {
			return found;
		}
	}
};

/**
Whether a schedule names exactly that instant.
*/
export const isInstantOf = (schedule: Schedule, instant: Date): boolean =>
	nextAfter(schedule, new Date(instant.getTime() - 1)).getTime() === instant.getTime();

function * instantsByReading({fields, clock}: Schedule, after: Date): Generator<Date, void> {
	let last = after.getTime();
	const walker = walk(fields, last + clock.offsetAt(last));
	for (;;) {
		const instant = firstInstantOf(clock, walker.next().getTime());
		if (instant > last) {
			last = instant;
			yield new Date(instant);
		}
	}
}

function * instantsByTimePassed({fields, clock}: Schedule, after: Date): Generator<Date, void> {
	let from = after.getTime();
	let offset = clock.offsetAt(from);
	let walker = walk(fields, from + offset);
	for (;;) {
		const instant = walker.next().getTime() - offset;
		const change = firstChange(clock, from, instant);
		if (change === undefined) {
			from = instant;
			yield new Date(instant);
		} else {
			from = change;
			offset = clock.offsetAt(change);
			walker = walk(fields, change + offset - 1);
		}
	}
}

// A reading of the wall is walked as if it were UTC, which knows no changes.
const walk = (fields: CronFieldCollection, after: number): CronExpression =>
	CronExpression.fieldsToExpression(fields, {tz: 'UTC', currentDate: new Date(after)});
