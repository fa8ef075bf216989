import test from 'ava';
import {dueRun, type DueDecision, type DueQuestion} from '#shared/schedule/due.ts';
import {parseSchedule} from '#shared/schedule/cron.ts';
import {jitterOffset} from '#shared/schedule/jitter.ts';
import {type ScheduleEntry} from '#shared/schedule/entries.ts';

const at = (time: string) => new Date(`2026-03-0${time}Z`);

const entry = (expression: string, options: Partial<ScheduleEntry> = {}): ScheduleEntry => ({
	name: '', schedule: parseSchedule(expression), backupType: 'AUTO', ...options,
});

const ask = (question: Partial<DueQuestion> & Pick<DueQuestion, 'now' | 'decidedUntil'>): DueDecision => dueRun({
	uid: 'uid-1', entries: [entry('0 * * * *')], policy: {catchUp: 'RunOnce', jitter: 0}, ...question,
});

test('before its instant nothing is due, and the next one is known', t => {
	const decision = ask({decidedUntil: at('1T01:00:00'), now: at('1T01:59:59')});
	t.is(decision.run, undefined);
	t.is(decision.decided, undefined);
	t.deepEqual(decision.next, at('1T02:00:00'));
});

test('at its instant a run is due', t => {
	const {run, decided, skipped} = ask({decidedUntil: at('1T01:00:00'), now: at('1T02:00:00')});
	t.deepEqual(run, {
		scheduledTime: at('1T02:00:00'), dueTime: at('1T02:00:00'), entry: '', backupType: 'AUTO', catchUp: false,
	});
	t.deepEqual(decided, at('1T02:00:00'));
	t.deepEqual(skipped, []);
});

test('an instant that is decided is not due again', t => {
	t.is(ask({decidedUntil: at('1T02:00:00'), now: at('1T02:01:00')}).run, undefined);
});

test('after five missed instants there is one run, for the newest', t => {
	const {run, decided} = ask({decidedUntil: at('1T01:00:00'), now: at('1T06:30:00')});
	t.deepEqual(run?.scheduledTime, at('1T06:00:00'));
	t.true(run?.catchUp);
	t.deepEqual(decided, at('1T06:00:00'));
});

test('with catchUp Skip missed instants are left out, with a reason', t => {
	const {run, decided, skipped} = ask({decidedUntil: at('1T01:00:00'), now: at('1T06:30:00'), policy: {catchUp: 'Skip', jitter: 0}});
	t.is(run, undefined);
	t.deepEqual(decided, at('1T06:00:00'));
	t.deepEqual(skipped, [{
		scheduledTime: at('1T06:00:00'), entry: '', reason: 'MissedSchedule', message: 'The backup of 2026-03-01T06:00:00Z was not started: its time was missed by 30m, and catchUp is Skip',
	}]);
});

test('with catchUp Skip a tick two minutes late is in time, three minutes late is not', t => {
	const skip = {decidedUntil: at('1T01:00:00'), policy: {catchUp: 'Skip', jitter: 0}} as const;
	t.truthy(ask({...skip, now: at('1T02:02:00')}).run);
	t.is(ask({...skip, now: at('1T02:03:00')}).run, undefined);
});

test('what came due during a run waited for it, and was not missed', t => {
	const waiting = {decidedUntil: at('1T01:00:00'), policy: {catchUp: 'Skip', jitter: 0}, held: {since: at('1T01:00:05'), until: at('1T04:40:00')}} as const;
	t.deepEqual(ask({...waiting, now: at('1T04:41:00')}).run?.scheduledTime, at('1T04:00:00'));
	t.is(ask({...waiting, now: at('1T04:44:00')}).run, undefined);
});

test('what was missed before a run is not excused by it', t => {
	const held = {since: at('1T03:30:00'), until: at('1T03:50:00')};
	t.is(ask({
		decidedUntil: at('1T01:00:00'), now: at('1T03:51:00'), policy: {catchUp: 'Skip', jitter: 0}, held,
	}).run, undefined);
});

test('startingDeadline: ten minutes late is started, eleven minutes late is not', t => {
	const policy = {catchUp: 'RunOnce', jitter: 0, startingDeadline: 600_000} as const;
	t.truthy(ask({decidedUntil: at('1T01:00:00'), now: at('1T02:10:00'), policy}).run);
	const {run, skipped, decided} = ask({decidedUntil: at('1T01:00:00'), now: at('1T02:11:00'), policy});
	t.is(run, undefined);
	t.is(skipped[0]?.message, 'The backup of 2026-03-01T02:00:00Z was not started: it is 11m late, and startingDeadline is 10m');
	t.deepEqual(decided, at('1T02:00:00'));
});

test('the jitter puts the start off, and the instant stays', t => {
	const jitter = 600_000;
	const offset = jitterOffset('uid-1', jitter);
	const due = new Date(at('1T02:00:00').getTime() + offset);
	t.true(offset > 0);
	t.is(ask({decidedUntil: at('1T01:00:00'), now: new Date(due.getTime() - 1), policy: {catchUp: 'RunOnce', jitter}}).run, undefined);
	const {run} = ask({decidedUntil: at('1T01:00:00'), now: due, policy: {catchUp: 'RunOnce', jitter}});
	t.deepEqual(run?.scheduledTime, at('1T02:00:00'));
	t.deepEqual(run?.dueTime, due);
});

test('startingDeadline and missed count from the end of the jitter', t => {
	const jitter = 3_600_000;
	const due = new Date(at('1T02:00:00').getTime() + jitterOffset('uid-1', jitter));
	t.truthy(ask({decidedUntil: at('1T01:00:00'), now: due, policy: {catchUp: 'Skip', jitter, startingDeadline: 60_000}}).run);
});

const weekly = [
	entry('0 * * * *', {name: 'hourly', backupType: 'DIFF'}),
	entry('0 0 * * SUN', {name: 'weekly', backupType: 'FULL'}),
];

test('two entries due at the same instant give one run, the FULL', t => {
	const {run, decided} = ask({entries: weekly, decidedUntil: at('7T23:00:00'), now: at('8T00:00:30')});
	t.is(run?.backupType, 'FULL');
	t.is(run?.entry, 'weekly');
	t.deepEqual(decided, at('8T00:00:00'));
});

test('of waiting instants the FULL goes first, and covers the DIFFs', t => {
	const {run, decided} = ask({entries: weekly, decidedUntil: at('7T23:00:00'), now: at('8T03:20:00')});
	t.is(run?.backupType, 'FULL');
	t.deepEqual(run?.scheduledTime, at('8T00:00:00'));
	t.deepEqual(decided, at('8T03:00:00'));
});

test('a FULL past its deadline leaves the DIFF', t => {
	const {run, skipped, decided} = ask({
		entries: weekly, decidedUntil: at('7T23:00:00'), now: at('8T03:05:00'), policy: {catchUp: 'RunOnce', jitter: 0, startingDeadline: 600_000},
	});
	t.is(run?.backupType, 'DIFF');
	t.deepEqual(run?.scheduledTime, at('8T03:00:00'));
	t.deepEqual(skipped.map(({entry}) => entry), ['weekly']);
	t.deepEqual(decided, at('8T03:00:00'));
});

test('the next instant is the earliest of all entries', t => {
	const entries = [entry('0 5 * * *'), entry('30 3 * * *')];
	t.deepEqual(ask({entries, decidedUntil: at('1T00:00:00'), now: at('1T01:00:00')}).next, at('1T03:30:00'));
	t.deepEqual(ask({entries, decidedUntil: at('1T03:30:00'), now: at('1T04:00:00')}).next, at('1T05:00:00'));
});

test('without entries nothing is due and nothing comes', t => {
	t.deepEqual(ask({entries: [], decidedUntil: at('1T00:00:00'), now: at('1T01:00:00')}), {skipped: []});
});

test('a clock that went back makes nothing due', t => {
	t.is(ask({decidedUntil: at('1T06:00:00'), now: at('1T02:30:00')}).run, undefined);
});
