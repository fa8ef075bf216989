import test from 'ava';
import {
	argumentsOf, namesOf, oneShot, startDesk,
} from './desk.ts';

const scheduled = {schedule: '0 2 * * *'};

test('[X-019] [B-030] applying a schedule starts nothing; at its instant one Job starts, named for it', async t => {
	const desk = await startDesk(t, {start: '2026-11-20T01:58:30Z'});
	const {apply, backup, minutes, finish, clock} = desk;
	await apply(oneShot('daily', scheduled));
	t.deepEqual(await namesOf(desk, 'daily'), []);
	const {status} = await backup('daily');
	t.like(status, {phase: 'Scheduled', nextRunTime: '2026-11-20T02:00:00Z', observedGeneration: 1});
	await minutes(1);
	t.deepEqual(await namesOf(desk, 'daily'), []);
	await minutes(1);
	t.deepEqual(await namesOf(desk, 'daily'), ['daily-backup-20261120020000']);
	await finish('daily');
	await minutes(2);
	clock.set('2026-11-21T01:59:00Z');
	await minutes(2);
	t.deepEqual(await namesOf(desk, 'daily'), ['daily-backup-20261120020000', 'daily-backup-20261121020000']);
});

test('[X-165] the location cannot be edited; an edit of anything else during a run changes the next run only', async t => {
	const desk = await startDesk(t);
	const {apply, edit, jobsOf, jobOf, minutes, finish, clock} = desk;
	await apply(oneShot('daily', scheduled));
	await t.throwsAsync(edit('daily', {spec: {storage: {path: 'elsewhere'}}}), {message: /spec\.storage\.path.*cannot be changed/v});
	await minutes(2);
	const before = await jobOf('daily');
	await edit('daily', {spec: {options: {compress: false, backupType: 'FULL'}}});
	await minutes(1);
	t.deepEqual(await jobOf('daily'), before);
	await finish('daily');
	clock.set('2026-11-21T01:59:30Z');
	await minutes(1);
	const [, second] = await jobsOf('daily');
	t.like(argumentsOf(second!).filter(word => /^--(?:type|compress)/v.test(word)), ['--type=FULL', '--compress=false']);
});

test('[X-016] an instant that comes due during a run waits for its end, and several become one', async t => {
	const desk = await startDesk(t);
	const {apply, minutes, finish, eventsOf, backup} = desk;
	await apply(oneShot('often', {schedule: '*/5 * * * *'}));
	await minutes(2);
	t.deepEqual(await namesOf(desk, 'often'), ['often-backup-20261120020000']);
	await minutes(11);
	t.deepEqual(await namesOf(desk, 'often'), ['often-backup-20261120020000']);
	const events = await eventsOf('often', 'BackupWaits');
	t.is(events.length, 1);
	await finish('often');
	await minutes(1);
	t.deepEqual(await namesOf(desk, 'often'), ['often-backup-20261120020000', 'often-backup-20261120021000']);
	const {status} = await backup('often');
	t.is(status?.history?.filter(({status: state}) => state === 'Running').length, 1);
});

test('[B-035] [B-037] suspend starts no scheduled run and keeps everything; afterwards the next instant runs, the missed ones do not', async t => {
	const desk = await startDesk(t);
	const {apply, minutes, finish, edit, backup, clock} = desk;
	await apply(oneShot('daily', scheduled));
	await minutes(2);
	await finish('daily');
	await edit('daily', {spec: {suspend: true}});
	for (const day of [21, 22]) {
		clock.set(`2026-11-${day}T01:59:00Z`);
		await minutes(3);
	}

	t.deepEqual(await namesOf(desk, 'daily'), ['daily-backup-20261120020000']);
	const {status} = await backup('daily');
	t.is(status?.phase, 'Suspended');
	t.is(status?.nextRunTime, undefined);
	t.is(status?.history?.length, 1);
	clock.set('2026-11-22T12:00:00Z');
	await edit('daily', {spec: {suspend: false}});
	await minutes(2);
	t.deepEqual(await namesOf(desk, 'daily'), ['daily-backup-20261120020000']);
	clock.set('2026-11-23T01:59:00Z');
	await minutes(2);
	t.deepEqual(await namesOf(desk, 'daily'), ['daily-backup-20261120020000', 'daily-backup-20261123020000']);
});

test('[B-036] a Job that runs when suspend is set is left to finish and is recorded', async t => {
	const desk = await startDesk(t);
	const {apply, minutes, finish, edit, backup, jobOf} = desk;
	await apply(oneShot('daily', scheduled));
	await minutes(2);
	const before = await jobOf('daily');
	await edit('daily', {spec: {suspend: true}});
	await minutes(1);
	t.deepEqual(await jobOf('daily'), before);
	const {status: during} = await backup('daily');
	t.is(during?.phase, 'Running');
	await finish('daily');
	const {status} = await backup('daily');
	t.like(status, {phase: 'Suspended', history: [{status: 'Succeeded'}]});
});

test('a CR without a schedule that is suspended does not start, until it no longer is', async t => {
	const desk = await startDesk(t);
	await desk.apply(oneShot('once', {suspend: true}));
	await desk.minutes(1);
	const {status} = await desk.backup('once');
	t.is(status?.phase, 'Suspended');
	t.deepEqual(await namesOf(desk, 'once'), []);
	await desk.edit('once', {spec: {suspend: false}});
	t.deepEqual(await namesOf(desk, 'once'), ['once-backup']);
});
