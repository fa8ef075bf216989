import test, {type ExecutionContext} from 'ava';
import {acceptInstant} from '#shared/schedule/event-instant.ts';
import {type ScheduledBackup, type ScheduledRun, type ScheduleSpec} from '#shared/schedule/scheduled-backup.ts';

const now = new Date('2026-03-10T12:30:00Z');

const run = (scheduledTime: string, startTime = scheduledTime, completionTime = new Date(Date.parse(startTime) + 300_000).toISOString()): ScheduledRun => ({
	scheduledTime, startTime, completionTime, status: 'Succeeded',
});

type Case = {readonly spec?: ScheduleSpec; readonly history?: readonly ScheduledRun[]; readonly createdAt?: string; readonly instant: string; readonly gives: string};

const decides = (t: ExecutionContext, {spec, history = [], createdAt = '2026-03-01T00:00:00Z', instant, gives}: Case) => {
	const backup: ScheduledBackup = {
		metadata: {name: 'b', uid: 'uid-1', creationTimestamp: createdAt}, spec: {schedule: '0 * * * *', ...spec}, status: {history},
	};
	const decision = acceptInstant(backup, new Date(instant), {now, finishedRunsKept: 3});
	t.is<string, string>(decision.accepted ? decision.entry.backupType : decision.reason, gives);
};

test('a past instant that has not been run is accepted', decides, {instant: '2026-03-10T09:00:00Z', gives: 'AUTO'});
test('of two entries the FULL counts', decides, {
	spec: {schedule: '', schedules: [{name: 'a', schedule: '0 * * * *', backupType: 'DIFF'}, {name: 'b', schedule: '0 9 * * *', backupType: 'FULL'}]}, instant: '2026-03-10T09:00:00Z', gives: 'FULL',
});
test('a second off is no instant', decides, {instant: '2026-03-10T09:00:01Z', gives: 'NotScheduled'});
test('a CR without a schedule has no instants', decides, {spec: {schedule: ''}, instant: '2026-03-10T09:00:00Z', gives: 'NotScheduled'});
test('a suspended schedule starts nothing', decides, {spec: {suspend: true}, instant: '2026-03-10T09:00:00Z', gives: 'Suspended'});
test('an instant to come is refused', decides, {instant: '2026-03-10T13:00:00Z', gives: 'NotYetDue'});
test('24 hours back is accepted', decides, {instant: '2026-03-09T13:00:00Z', gives: 'AUTO'});
test('more than 24 hours back is refused', decides, {instant: '2026-03-09T12:00:00Z', gives: 'TooOld'});
test('past startingDeadline is refused', decides, {spec: {startingDeadline: '10m'}, instant: '2026-03-10T12:00:00Z', gives: 'TooOld'});
test('within a long startingDeadline is accepted', decides, {spec: {startingDeadline: '2d'}, instant: '2026-03-09T10:00:00Z', gives: 'AUTO'});
test('before the creation is refused', decides, {createdAt: '2026-03-10T10:30:00Z', instant: '2026-03-10T10:00:00Z', gives: 'BeforeCreation'});
test('an instant in the history is refused', decides, {history: [run('2026-03-10T09:00:00Z')], instant: '2026-03-10T09:00:00Z', gives: 'AlreadyRun'});
test('also one that still runs', decides, {
	history: [{scheduledTime: '2026-03-10T12:00:00Z', startTime: '2026-03-10T12:00:05Z', status: 'Running'}], instant: '2026-03-10T12:00:00Z', gives: 'AlreadyRun',
});
test('a full history that does not reach back refuses', decides, {
	history: [run('2026-03-10T12:00:00Z'), run('2026-03-10T11:00:00Z'), run('2026-03-10T10:00:00Z')], instant: '2026-03-10T09:00:00Z', gives: 'HistoryTooShort',
});
test('a full history that reaches back accepts', decides, {
	history: [run('2026-03-10T12:00:00Z'), run('2026-03-10T11:00:00Z'), run('2026-03-10T08:00:00Z')], instant: '2026-03-10T09:00:00Z', gives: 'AUTO',
});
test('an old success that is kept beyond the others proves nothing', decides, {
	history: [run('2026-03-10T12:00:00Z'), run('2026-03-10T11:00:00Z'), run('2026-03-10T10:00:00Z'), run('2026-03-09T22:00:00Z')], instant: '2026-03-10T09:00:00Z', gives: 'HistoryTooShort',
});
test('an instant that waited for a run and was covered by the next is refused', decides, {
	history: [run('2026-03-10T11:00:00Z', '2026-03-10T11:40:00Z'), run('2026-03-10T08:00:00Z', '2026-03-10T08:00:00Z', '2026-03-10T11:39:00Z')], instant: '2026-03-10T10:00:00Z', gives: 'Covered',
});
test('an instant that waits for a run that has just ended is accepted', decides, {
	history: [run('2026-03-10T08:00:00Z', '2026-03-10T08:00:00Z', '2026-03-10T12:29:00Z')], instant: '2026-03-10T12:00:00Z', gives: 'AUTO',
});
