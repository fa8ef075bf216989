import test from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents} from '#test/functions/collected-events.ts';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';

const name = 'daily-cluster-backup';

test('[B-026] [B-027] [B-030] [X-009] [X-019] [X-033] a nightly backup over three days: nothing at once, one Job in the minute after each 02:00 UTC, none in between', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-19T13:12:30Z'});
	const {apply, backup, edit, s3, jobs, runtime} = scenario;
	const {at, until, endJobs, names} = createCalendar(scenario);
	await apply(backupManifest(s3, {schedule: '0 2 * * *'}));
	const fresh = await backup(name);
	t.like(fresh.status, {
		phase: 'Scheduled', nextRunTime: '2026-11-20T02:00:00Z', observedGeneration: 1, message: 'The next run is due at 2026-11-20T02:00:00Z',
	});
	t.deepEqual(await jobs(), []);

	for (const day of ['20', '21', '22']) {
		const before = names().length;
		await until(`2026-11-${day}T01:58:00Z`, 57);
		await at(`2026-11-${day}T01:59:00Z`);
		t.is(names().length, before);
		await at(`2026-11-${day}T02:00:00Z`);
		t.is(names().at(-1), `${name}-backup-202611${day}020000`);
		const started = await jobs();
		t.is(started.find(job => job.metadata.name === names().at(-1))?.metadata.creationTimestamp, `2026-11-${day}T02:00:00Z`);
		await until(`2026-11-${day}T02:03:00Z`);
		await endJobs();
		const {status} = await backup(name);
		t.like(status, {phase: 'Scheduled', lastScheduleTime: `2026-11-${day}T02:00:00Z`, nextRunTime: `2026-11-${Number(day) + 1}T02:00:00Z`});

		await runtime.functions.stop();
		await runtime.functions.start();
		await until(`2026-11-${day}T02:12:00Z`);
		const restarted = await backup(name);
		t.is(restarted.status?.lastScheduleTime, `2026-11-${day}T02:00:00Z`);
	}

	t.deepEqual(names(), ['20', '21', '22'].map(day => `${name}-backup-202611${day}020000`));
	await edit(name, {spec: {schedule: '30 2 * * *'}});
	const edited = await backup(name);
	t.like(edited.status, {observedGeneration: 2, nextRunTime: '2026-11-22T02:30:00Z', lastScheduleTime: '2026-11-22T02:00:00Z'});
	await checkEvents(t, scenario);
});

test('[X-001] [X-002] 02:00 in Berlin is 01:00Z in winter and 00:00Z in summer, and comes once on the days on which the clocks change', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-03-27T12:00:30Z'});
	const {apply, backup, s3, clock, runtime} = scenario;
	const {until, endJobs, names} = createCalendar(scenario);
	const seasons = [
		{
			// At 01:00Z on 29 March 02:00 becomes 03:00.
			cr: 'spring', schedule: '0 2 * * *', from: '2026-03-27T12:00:30Z', ends: ['2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z', '2026-03-30T12:00:00Z'],
			runs: ['20260328010000', '20260329010000', '20260330000000'], next: ['2026-03-29T01:00:00Z', '2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z'],
		},
		{
			// At 01:00Z on 25 October 03:00 becomes 02:00, and 02:30 comes again.
			cr: 'autumn', schedule: '30 2 * * *', from: '2026-10-23T12:00:30Z', ends: ['2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z', '2026-10-26T12:00:00Z'],
			runs: ['20261024003000', '20261025003000', '20261026013000'], next: ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z', '2026-10-27T01:30:00Z'],
		},
	];
	for (const {cr, schedule, from, ends, runs, next} of seasons) {
		clock.set(from);
		await apply(backupManifest(s3, {schedule, timeZone: 'Europe/Berlin'}, cr));
		for (const [day, end] of ends.entries()) {
			await until(end, 120);
			t.deepEqual(names().filter(job => job.startsWith(cr)), runs.slice(0, day + 1).map(time => `${cr}-backup-${time}`));
			await endJobs();
			const {status} = await backup(cr);
			t.is(status?.nextRunTime, next[day]);
		}

		await runtime.kube.delete({
			apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: cr,
		});
		await runtime.settled();
	}

	await checkEvents(t, scenario);
});

test('[X-005] [X-007] [X-008] entries of schedules keep their own time zone and type; of two that are due at once the FULL runs; nextRunTime is the earliest', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-21T22:30:30Z'});
	const {apply, backup, s3} = scenario;
	const {until, endJobs, names} = createCalendar(scenario);
	const entries = [
		{name: 'full', schedule: '0 0 * * 0', backupType: 'FULL'},
		{name: 'differential', schedule: '0 * * * *', backupType: 'DIFF'},
		{
			name: 'berlin', schedule: '30 2 * * *', timeZone: 'Europe/Berlin', backupType: 'AUTO',
		},
	];
	await t.throwsAsync(apply(backupManifest(s3, {schedules: [...entries, {name: 'full', schedule: '0 3 * * *'}]})), {message: /spec\.schedules\[3\].*Duplicate value/v});
	await apply(backupManifest(s3, {schedules: entries}));
	const storage = {restorePoints: 1, bytes: 4096};
	for (const [end, next] of [['2026-11-21T23:05:00Z', '2026-11-22T00:00:00Z'], ['2026-11-22T00:05:00Z', '2026-11-22T01:00:00Z'], ['2026-11-22T01:05:00Z', '2026-11-22T01:30:00Z'], ['2026-11-22T01:35:00Z', '2026-11-22T02:00:00Z'], ['2026-11-22T02:05:00Z', '2026-11-22T03:00:00Z']] as const) {
		await until(end, 5);
		await endJobs({summary: {storage}});
		const {status} = await backup(name);
		t.is(status?.nextRunTime, next);
	}

	const {status} = await backup(name);
	t.deepEqual(status?.history?.map(({scheduledTime, backupType}) => `${scheduledTime} ${backupType}`).toReversed(), [
		// The first run of a directory is a FULL, whatever its entry says.
		'2026-11-21T23:00:00Z FULL',
		'2026-11-22T00:00:00Z FULL',
		'2026-11-22T01:00:00Z DIFF',
		'2026-11-22T01:30:00Z AUTO',
		'2026-11-22T02:00:00Z DIFF',
	]);
	t.is(names().length, 5);
	await checkEvents(t, scenario);
});
