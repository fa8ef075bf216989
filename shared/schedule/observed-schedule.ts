import {toTime} from '../api/conditions.ts';
import {type ObservedSchedule, type ScheduledBackup, type ScheduleSpec} from './scheduled-backup.ts';

/**
The schedule that counts now, and since when. `status.observedSchedule` keeps it: what it says of an unchanged schedule stays.

A new CR counts from its creation. A changed schedule, and one taken up again after suspension, counts from the change, so that instants of the time before are not made up for, whoever was down then. The API server dates the last write of the spec in `managedFields`; where it does not, the change counts from when it is first seen.
*/
export const observeSchedule = (backup: ScheduledBackup, now: Date): ObservedSchedule => {
	const expression = scheduleText(backup.spec);
	const observed = backup.status?.observedSchedule;
	return observed?.expression === expression ? observed : {expression, since: toTime(changeTime(backup, now))};
};

/**
The instant up to which everything is decided: only later ones can be due.
*/
export const decidedUntil = (backup: ScheduledBackup, now: Date): Date => new Date(Math.max(
	Date.parse(observeSchedule(backup, now).since),
	Date.parse(backup.status?.lastScheduleTime ?? '') || 0,
));

/**
The schedule of a CR as one line: what must be the same for the schedule to be the same.
*/
export const scheduleText = ({schedule, timeZone = 'UTC', schedules = [], suspend}: ScheduleSpec): string => {
	if (!schedule && schedules.length === 0) {
		return '';
	}

	if (suspend) {
		return 'suspended';
	}

	return schedule
		? `${schedule} ${timeZone}`
		: schedules.map(entry => `${entry.name}: ${entry.schedule} ${entry.timeZone ?? timeZone}`).join(', ');
};

const changeTime = (backup: ScheduledBackup, now: Date): Date => {
	const {creationTimestamp, generation = 1} = backup.metadata;
	const created = Date.parse(creationTimestamp ?? '') || 0;
	if (!backup.status?.observedSchedule && generation === 1) {
		return new Date(created);
	}

	const written = specWriteTime(backup) ?? now.getTime();
	const before = Date.parse(backup.status?.observedSchedule?.since ?? '') || 0;
	return new Date(Math.max(created, before, Math.min(written, now.getTime())));
};

// The newest write by anybody who owns a field of the spec: the change of the schedule is not later than that.
const specWriteTime = ({metadata: {managedFields = []}}: ScheduledBackup): number | undefined => {
	const times = managedFields
		.filter(({subresource, fieldsV1}) => !subresource && fieldsV1 && 'f:spec' in fieldsV1)
		.map(({time}) => Date.parse(time ?? ''));
	return times.length === 0 || times.some(time => Number.isNaN(time)) ? undefined : Math.max(...times);
};
