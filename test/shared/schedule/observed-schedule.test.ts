import test from 'ava';
import {decidedUntil, observeSchedule, scheduleText} from '#shared/schedule/observed-schedule.ts';
import {dueOfBackup, heldSince} from '#shared/schedule/due-of-backup.ts';
import {type ScheduledBackup} from '#shared/schedule/scheduled-backup.ts';

const created = '2026-03-01T00:30:00Z';
const now = new Date('2026-03-02T12:30:00Z');

const backup = ({metadata, spec, status}: Partial<ScheduledBackup> = {}): ScheduledBackup => ({
	metadata: {
		name: 'b', uid: 'uid-1', generation: 1, creationTimestamp: created, ...metadata,
	},
	spec: {schedule: '0 * * * *', ...spec},
	...(status && {status}),
});

const specWrittenAt = (time: string) => [
	{time: '2026-03-02T12:29:00Z', subresource: 'status', fieldsV1: {'f:status': {}}},
	{time: '2026-03-02T12:28:00Z', fieldsV1: {'f:metadata': {}}},
	{time, fieldsV1: {'f:spec': {'f:schedule': {}}}},
];

test('a new CR counts from its creation, however late it is seen', t => {
	t.deepEqual(observeSchedule(backup(), now), {expression: '0 * * * * UTC', since: created});
	t.is(dueOfBackup(backup(), new Date('2026-03-01T00:59:59Z')).run, undefined);
	t.truthy(dueOfBackup(backup(), new Date('2026-03-01T01:00:00Z')).run);
});

test('an unchanged schedule keeps what was observed', t => {
	const observedSchedule = {expression: '0 * * * * UTC', since: created};
	t.deepEqual(observeSchedule(backup({metadata: {name: 'b', generation: 7}, status: {observedSchedule}}), now), observedSchedule);
});

test('a schedule changed while nobody looked counts from its change', t => {
	const changed = backup({
		metadata: {
			name: 'b', uid: 'uid-1', generation: 2, managedFields: specWrittenAt('2026-03-02T10:10:00Z'),
		},
		spec: {schedule: '15 * * * *'},
		status: {observedSchedule: {expression: '0 * * * * UTC', since: created}, lastScheduleTime: '2026-03-02T05:00:00Z'},
	});
	t.deepEqual(observeSchedule(changed, now), {expression: '15 * * * * UTC', since: '2026-03-02T10:10:00Z'});
	t.deepEqual(dueOfBackup(changed, now).run?.scheduledTime, new Date('2026-03-02T12:15:00Z'));
	t.is(dueOfBackup(changed, new Date('2026-03-02T10:14:00Z')).run, undefined);
});

test('where the API server does not say when, it counts from now', t => {
	const changed = backup({
		metadata: {name: 'b', uid: 'uid-1', generation: 2},
		spec: {schedule: '15 * * * *'},
		status: {observedSchedule: {expression: '0 * * * * UTC', since: created}, lastScheduleTime: '2026-03-02T05:00:00Z'},
	});
	t.is(observeSchedule(changed, now).since, '2026-03-02T12:30:00Z');
	t.is(dueOfBackup(changed, now).run, undefined);
});

test('a CR edited before it was ever seen counts from the edit', t => {
	const edited = backup({
		metadata: {
			name: 'b', generation: 2, creationTimestamp: created, managedFields: specWrittenAt('2026-03-01T09:00:00Z'),
		},
	});
	t.is(observeSchedule(edited, now).since, '2026-03-01T09:00:00Z');
});

test('a date of the future counts as now', t => {
	const edited = backup({
		metadata: {
			name: 'b', generation: 2, creationTimestamp: created, managedFields: specWrittenAt('2027-01-01T00:00:00Z'),
		},
	});
	t.is(observeSchedule(edited, now).since, '2026-03-02T12:30:00Z');
});

test('while suspended nothing is due and nothing comes', t => {
	const suspended = backup({spec: {suspend: true}});
	t.is(observeSchedule(suspended, now).expression, 'suspended');
	t.deepEqual(dueOfBackup(suspended, now), {skipped: []});
});

test('taken up again, the instants of the suspension are not made up for', t => {
	const resumed = backup({
		metadata: {name: 'b', uid: 'uid-1', generation: 3},
		status: {observedSchedule: {expression: 'suspended', since: '2026-03-01T05:00:00Z'}, lastScheduleTime: '2026-03-01T05:00:00Z'},
	});
	t.deepEqual(decidedUntil(resumed, now), now);
	t.is(dueOfBackup(resumed, now).run, undefined);
	t.deepEqual(dueOfBackup(resumed, now).next, new Date('2026-03-02T13:00:00Z'));
});

test('the last decision counts when it is newer', t => {
	const running = backup({status: {observedSchedule: {expression: '0 * * * * UTC', since: created}, lastScheduleTime: '2026-03-02T12:00:00Z'}});
	t.deepEqual(decidedUntil(running, now), new Date('2026-03-02T12:00:00Z'));
});

test('the text of a schedule holds what makes it another', t => {
	t.is(scheduleText({}), '');
	t.is(scheduleText({suspend: true}), '');
	t.is(scheduleText({schedule: '0 2 * * *', timeZone: 'Europe/Berlin'}), '0 2 * * * Europe/Berlin');
	t.is(scheduleText({schedules: [{name: 'a', schedule: '0 2 * * *', timeZone: 'Europe/Berlin'}, {name: 'b', schedule: '1 2 * * *'}]}), 'a: 0 2 * * * Europe/Berlin, b: 1 2 * * * UTC');
});

test('a CR is held by its open run, by its last one, and by waiting', t => {
	const open = {startTime: '2026-03-02T12:00:00Z', status: 'Running'};
	const closed = {startTime: '2026-03-02T11:00:00Z', completionTime: '2026-03-02T11:20:00Z', status: 'Failed'};
	t.deepEqual(heldSince(backup({status: {history: [open, closed]}}), now), {since: new Date(open.startTime), until: now});
	t.deepEqual(heldSince(backup({status: {history: [closed]}}), now), {since: new Date(closed.startTime), until: new Date(closed.completionTime)});
	t.deepEqual(heldSince(backup({status: {phase: 'Waiting', history: [closed]}}), now), {since: new Date(0), until: now});
	t.is(heldSince(backup(), now), undefined);
});
