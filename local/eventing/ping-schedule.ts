import {CronExpressionParser} from 'cron-parser';

export type PingSchedule = {
	/** Whether a tick falls on that instant, to the second. */
	readonly isDue: (at: Date) => boolean;
	/** The first tick after that instant. */
	readonly next: (after: Date) => Date;
};

/** What robfig/cron, which the real adapter uses, understands; cron-parser understands more. */
const field = /^(?:[\d*?,\/\-]|SUN|MON|TUE|WED|THU|FRI|SAT|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)+$/iv;
const descriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);

/**
A PingSource's schedule: five cron fields or six with leading seconds, or a descriptor other than `@every`, in an IANA time zone (UTC when absent). Anything else is a RangeError.
*/
export const parsePingSchedule = (schedule = '* * * * *', timezone = 'UTC'): PingSchedule => {
	const fields = schedule.trim().split(/\s+/v);
	const isCron = (fields.length === 5 || fields.length === 6) && fields.every(part => field.test(part));
	if (!isCron && !descriptors.has(schedule)) {
		throw new RangeError(`invalid schedule: ${schedule}`);
	}

	const expression = schedule === '@annually' ? '@yearly' : schedule.replace('@midnight', '@daily');
	const next = (after: Date) => {
		try {
			return CronExpressionParser.parse(expression, {tz: timezone, currentDate: after}).next().toDate();
		} catch (error) {
			throw new RangeError(`invalid schedule or time zone: ${schedule} ${timezone}`, {cause: error});
		}
	};

	next(new Date(0));
	return {
		next,
		isDue(at) {
			const second = Math.floor(at.getTime() / 1000) * 1000;
			return next(new Date(second - 1)).getTime() === second;
		},
	};
};
