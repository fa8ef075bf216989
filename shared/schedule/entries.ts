import {type BackupType} from '../runs/run-spec.ts';
import {parseSchedule, type Schedule} from './cron.ts';
import {parseDuration} from './duration.ts';
import {type ScheduleSpec} from './scheduled-backup.ts';

/**
One cadence of a CR. The name is empty for the single one that `spec.schedule` gives.
*/
export type ScheduleEntry = {
	readonly name: string;
	readonly schedule: Schedule;
	readonly backupType: BackupType;
};

export type SchedulePolicy = {
	/** How late a run may start, in milliseconds; absent: however late. */
	readonly startingDeadline?: number;
	readonly catchUp: 'RunOnce' | 'Skip';
	/** By how much starts are spread, in milliseconds. */
	readonly jitter: number;
};

/**
All that a CR says about when it runs, read.
*/
export type SchedulePlan = {readonly entries: readonly ScheduleEntry[]; readonly policy: SchedulePolicy};

/**
Reads entries and policy. Throws a ConfigurationError that names the field.
*/
export const schedulePlan = (spec: ScheduleSpec): SchedulePlan => ({entries: scheduleEntries(spec), policy: schedulePolicy(spec)});

/**
The cadences of a CR, from `schedule` or `schedules`; none for a CR that runs once. Throws a ConfigurationError that names the field.
*/
export const scheduleEntries = ({schedule, timeZone, schedules = [], options}: ScheduleSpec): ScheduleEntry[] => {
	const backupType = options?.backupType ?? 'AUTO';
	if (schedule) {
		return [{name: '', schedule: parseSchedule(schedule, timeZone), backupType}];
	}

	return schedules.map((entry, index) => ({
		name: entry.name,
		schedule: parseSchedule(entry.schedule, entry.timeZone ?? timeZone, `spec.schedules[${index}]`),
		backupType: entry.backupType ?? backupType,
	}));
};

/**
How late and missed runs are treated. Throws a ConfigurationError that names the field.
*/
export const schedulePolicy = ({startingDeadline, catchUp = 'RunOnce', jitter}: ScheduleSpec): SchedulePolicy => ({
	catchUp,
	jitter: jitter ? parseDuration(jitter, 'spec.jitter') : 0,
	...(startingDeadline && {startingDeadline: parseDuration(startingDeadline, 'spec.startingDeadline')}),
});
