import test from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents, eventsOf} from '#test/functions/collected-events.ts';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';

const name = 'daily-cluster-backup';

test('[B-035] [B-036] [B-037] [B-139] suspend starts nothing and lets a running Job end; resumed, the next instant runs and the missed ones do not', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-20T01:30:30Z'});
	const {apply, backup, edit, s3, jobs} = scenario;
	const {until, endJobs, names} = createCalendar(scenario);
	const at = (hour: number) => `${name}-backup-202611200${hour}0000`;
	await apply(backupManifest(s3, {schedule: '0 * * * *'}));
	await until('2026-11-20T02:05:00Z', 5);
	await edit(name, {spec: {suspend: true}});
	const running = await backup(name);
	t.like(running.status, {phase: 'Running'});
	t.is(running.status?.nextRunTime, undefined);
	await until('2026-11-20T02:20:00Z', 5);
	await endJobs();
	const recorded = await backup(name);
	t.like(recorded.status, {phase: 'Suspended', lastSuccessTime: '2026-11-20T02:21:30Z'});
	t.is(recorded.status?.nextRunTime, undefined);
	t.like(recorded.status?.history?.[0], {jobName: at(2), status: 'Succeeded'});

	await until('2026-11-20T04:20:00Z', 10);
	const suspended = await backup(name);
	t.like(suspended.status, {phase: 'Suspended', history: recorded.status!.history!});
	t.is(suspended.status?.nextRunTime, undefined);
	t.deepEqual(names(), [at(2)]);
	const left = await jobs();
	t.is(left.length, 1);

	await edit(name, {spec: {suspend: false}});
	await until('2026-11-20T04:55:00Z', 5);
	const resumed = await backup(name);
	t.like(resumed.status, {phase: 'Scheduled', nextRunTime: '2026-11-20T05:00:00Z'});
	t.deepEqual(names(), [at(2)]);
	await until('2026-11-20T05:05:00Z');
	t.deepEqual(names(), [at(2), at(5)]);
	await endJobs();
	await edit(name, {spec: {schedule: null}});
	await endJobs();
	const once = await backup(name);
	t.is(once.status?.phase, 'Completed');
	t.is(once.status?.nextRunTime, undefined);
	await checkEvents(t, scenario);
});

test('[X-010] [X-011] [X-012] [X-015] what five instants without functions leave to be done', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-20T01:30:30Z'});
	const {apply, backup, edit, s3, runtime} = scenario;
	const {until, at, endJobs, names} = createCalendar(scenario);
	const crs = {
		once: {}, skip: {catchUp: 'Skip'}, late: {startingDeadline: '10m'}, early: {startingDeadline: '12m'}, changed: {},
	};
	for (const [cr, spec] of Object.entries(crs)) {
		await apply(backupManifest(s3, {schedule: '0 * * * *', storage: {...storageOf(s3), path: cr}, ...spec}, cr));
	}

	await until('2026-11-20T02:00:00Z', 30);
	await endJobs();
	const runsOf = (cr: string) => names().filter(job => job.startsWith(`${cr}-`)).map(job => job.slice(-6, -2));
	t.deepEqual(Object.keys(crs).map(cr => runsOf(cr)), [['0200'], ['0200'], ['0200'], ['0200'], ['0200']]);

	await runtime.functions.stop();
	await until('2026-11-20T05:30:00Z', 30);
	await edit('changed', {spec: {schedule: '45 * * * *'}});
	await until('2026-11-20T07:10:00Z', 10);
	await runtime.functions.start();
	await at('2026-11-20T07:11:00Z');
	// The old schedule of `changed` missed 03:00 to 05:00, its new one 05:45 and 06:45.
	const caughtUp = {
		once: ['0200', '0700'], skip: ['0200'], late: ['0200'], early: ['0200', '0700'], changed: ['0200', '0645'],
	};
	for (const [cr, runs] of Object.entries(caughtUp)) {
		t.deepEqual([cr, ...runsOf(cr)], [cr, ...runs]);
	}

	await endJobs();
	await until('2026-11-20T08:02:00Z');
	t.deepEqual(runsOf('once'), ['0200', '0700', '0800']);
	t.deepEqual(runsOf('skip'), ['0200', '0800']);
	t.deepEqual(runsOf('late'), ['0200', '0800']);
	t.deepEqual(runsOf('changed'), ['0200', '0645', '0745']);

	const skipped = await eventsOf(scenario, 'late');
	t.deepEqual(skipped.filter(({reason}) => reason === 'StartingDeadlineExceeded').map(({type, message}) => [type, message]), [
		['Warning', 'The backup of 2026-11-20T07:00:00Z was not started: it is 11m1s late, and startingDeadline is 10m'],
	]);
	const missed = await eventsOf(scenario, 'skip');
	t.deepEqual(missed.filter(({reason}) => reason === 'MissedSchedule').map(({message}) => message), [
		'The backup of 2026-11-20T07:00:00Z was not started: its time was missed by 11m1s, and catchUp is Skip',
	]);
	const {status} = await backup('late');
	t.like(status, {phase: 'Running', lastScheduleTime: '2026-11-20T08:00:00Z'});
	await checkEvents(t, scenario);
});

const storageOf = (s3: Parameters<typeof backupManifest>[0]) => (backupManifest(s3)['spec'] as {readonly storage: Record<string, unknown>}).storage;

test('[X-016] what comes due while a run goes on waits for its end; several become one, FULL before DIFF', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-21T21:30:30Z'});
	const {apply, backup, s3} = scenario;
	const {until, startJobs, endJobs, names} = createCalendar(scenario);
	await apply(backupManifest(s3, {schedules: [{name: 'full', schedule: '0 0 * * 0', backupType: 'FULL'}, {name: 'differential', schedule: '0 * * * *', backupType: 'DIFF'}]}));
	await until('2026-11-21T22:00:00Z', 5);
	await startJobs();
	await until('2026-11-21T23:10:00Z');
	const events = await eventsOf(scenario, name);
	const {status: first} = await backup(name);
	t.deepEqual(events.filter(({reason}) => reason === 'BackupWaits').map(({message}) => message), [`A run is due and waits for the run ${first!.history![0]!.runID}: only one runs at a time in a directory`]);
	await until('2026-11-22T02:20:00Z', 5);
	t.deepEqual(names(), [`${name}-backup-20261121220000`]);
	const {status: waiting} = await backup(name);
	t.like(waiting, {phase: 'Running'});
	await endJobs({summary: {storage: {restorePoints: 1, bytes: 4096}}});
	await until('2026-11-22T02:23:00Z');
	t.deepEqual(names().slice(1), [`${name}-backup-20261122000000`]);
	const {status: next} = await backup(name);
	t.like(next?.history?.[0], {backupType: 'FULL', scheduledTime: '2026-11-22T00:00:00Z'});
	t.is(next?.lastScheduleTime, '2026-11-22T02:00:00Z');
	await endJobs();
	await until('2026-11-22T02:59:00Z', 10);
	t.is(names().length, 2);
	await until('2026-11-22T03:00:00Z');
	t.is(names().at(-1), `${name}-backup-20261122030000`);
	await checkEvents(t, scenario);
});

test('[X-018] a CR without a schedule runs once per generation; suspended it does not, but for run-now', async t => {
	const scenario = await startScenario(t, {runJobs: false});
	const {apply, backup, edit, s3} = scenario;
	const {until, endJobs, names} = createCalendar(scenario);
	await apply(backupManifest(s3));
	await until('2026-11-20T02:00:00Z');
	t.deepEqual(names(), [`${name}-backup`]);
	await endJobs();
	await edit(name, {metadata: {labels: {team: 'graph'}, annotations: {note: 'x'}}});
	await until('2026-11-20T02:05:00Z');
	t.deepEqual(names(), [`${name}-backup`]);
	await edit(name, {spec: {options: {compress: false}}});
	await until('2026-11-20T02:10:00Z');
	t.deepEqual(names(), [`${name}-backup`, `${name}-backup-20261120020500`]);
	await endJobs();
	await edit(name, {spec: {suspend: true}});
	await until('2026-11-20T02:20:00Z');
	t.is(names().length, 2);
	const suspended = await backup(name);
	t.is(suspended.status?.observedGeneration, 3);
	await edit(name, {metadata: {annotations: {'neo4j.com/run-now': 'please'}}});
	await until('2026-11-20T02:25:00Z');
	t.deepEqual(names().slice(2), [`${name}-backup-20261120022000`]);
	await endJobs();
	await edit(name, {spec: {suspend: false}});
	await until('2026-11-20T02:30:00Z');
	t.is(names().length, 4);

	await apply(backupManifest(s3, {suspend: true, storage: {...storageOf(s3), path: 'other'}}, 'suspended'));
	await until('2026-11-20T02:33:00Z');
	const other = await backup('suspended');
	t.like(other.status, {phase: 'Suspended', message: 'Suspended: the run starts once spec.suspend is false'});
	t.is(names().length, 4);
	await checkEvents(t, scenario);
});
