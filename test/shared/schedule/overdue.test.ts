import test, {type ExecutionContext} from 'ava';
import {overdueInstant} from '#shared/schedule/overdue.ts';
import {type ScheduleSpec, type ScheduleStatus} from '#shared/schedule/scheduled-backup.ts';

type Case = {readonly spec?: ScheduleSpec; readonly status?: ScheduleStatus; readonly now: string; readonly instant?: string};

const overdueFor = (t: ExecutionContext, {spec, status, now, instant}: Case) => {
	const backup = {
		metadata: {name: 'b', uid: 'uid-1', creationTimestamp: '2026-03-09T00:30:00Z'}, spec: {schedule: '0 * * * *', ...spec}, ...(status && {status}),
	};
	t.is(overdueInstant(backup, new Date(now))?.instant.toISOString().replace('.000', ''), instant);
};

test('an hourly backup is overdue an hour after its instant', overdueFor, {status: {lastSuccessTime: '2026-03-10T08:04:00Z'}, now: '2026-03-10T10:00:00Z', instant: '2026-03-10T09:00:00Z'});
test('and not a second before', overdueFor, {status: {lastSuccessTime: '2026-03-10T08:04:00Z'}, now: '2026-03-10T09:59:59Z'});
test('each later instant is overdue in its turn', overdueFor, {status: {lastSuccessTime: '2026-03-10T08:04:00Z'}, now: '2026-03-10T13:10:00Z', instant: '2026-03-10T12:00:00Z'});
test('a success ends it', overdueFor, {status: {lastSuccessTime: '2026-03-10T12:04:00Z'}, now: '2026-03-10T12:10:00Z'});
test('a schedule of every minute has an hour', overdueFor, {spec: {schedule: '* * * * *'}, status: {lastSuccessTime: '2026-03-10T08:00:30Z'}, now: '2026-03-10T09:00:59Z'});
test('and then is overdue', overdueFor, {
	spec: {schedule: '* * * * *'}, status: {lastSuccessTime: '2026-03-10T08:00:30Z'}, now: '2026-03-10T09:01:00Z', instant: '2026-03-10T08:01:00Z',
});
test('a daily backup has a day', overdueFor, {spec: {schedule: '0 2 * * *'}, status: {lastSuccessTime: '2026-03-10T02:10:00Z'}, now: '2026-03-12T01:59:00Z'});
test('a weekly one has no more than a day', overdueFor, {spec: {schedule: '0 2 * * TUE'}, now: '2026-03-11T02:00:00Z', instant: '2026-03-10T02:00:00Z'});
test('a startingDeadline that is longer counts', overdueFor, {spec: {schedule: '0 2 * * TUE', startingDeadline: '30h'}, now: '2026-03-11T07:59:00Z'});
test('within uneven intervals an older instant may be overdue first', overdueFor, {
	spec: {schedule: '0 0-6 * * *'}, status: {lastSuccessTime: '2026-03-10T03:10:00Z'}, now: '2026-03-10T08:00:00Z', instant: '2026-03-10T05:00:00Z',
});
test('the first backup ever can be overdue', overdueFor, {now: '2026-03-09T02:00:00Z', instant: '2026-03-09T01:00:00Z'});
test('instants of a suspension are not', overdueFor, {
	status: {observedSchedule: {expression: '0 * * * * UTC', since: '2026-03-10T12:10:00Z'}, lastSuccessTime: '2026-03-09T05:00:00Z'}, now: '2026-03-10T13:30:00Z',
});
test('a suspended CR never is', overdueFor, {spec: {suspend: true}, now: '2026-03-20T00:00:00Z'});
test('a CR without a schedule never is', overdueFor, {spec: {schedule: ''}, now: '2026-03-20T00:00:00Z'});
test('one of two entries is enough', overdueFor, {
	spec: {schedule: '', schedules: [{name: 'a', schedule: '0 * * * *'}, {name: 'b', schedule: '0 2 * * TUE'}]},
	status: {lastSuccessTime: '2026-03-10T02:04:00Z'}, now: '2026-03-10T04:05:00Z', instant: '2026-03-10T03:00:00Z',
});

test('the message is the same as long as the instant is', t => {
	const backup = {metadata: {name: 'b', uid: 'uid-1', creationTimestamp: '2026-03-09T00:30:00Z'}, spec: {schedule: '0 * * * *'}};
	const first = overdueInstant(backup, new Date('2026-03-10T10:00:00Z'));
	t.deepEqual(first?.deadline, new Date('2026-03-10T10:00:00Z'));
	t.is(first?.message, overdueInstant(backup, new Date('2026-03-10T10:59:00Z'))?.message);
	t.not(first?.message, overdueInstant(backup, new Date('2026-03-10T11:00:00Z'))?.message);
});
