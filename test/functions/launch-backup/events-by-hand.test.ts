import {randomUUID} from 'node:crypto';
import test from 'ava';
import {
	namesOf, oneShot, startDesk, type Desk,
} from './desk.ts';
import {backupApiVersion} from '#shared/api/group.ts';

type Posted = {readonly type: string; readonly name?: string; readonly attributes?: Readonly<Record<string, string>>; readonly data?: unknown};

/**
Posts an event to the Broker as somebody with curl would, and waits until all is quiet.
*/
const post = async ({runtime: {brokerUrl, settled}}: Desk, {type, name = 'hourly', attributes = {}, data}: Posted): Promise<void> => {
	const response = await fetch(brokerUrl, {
		method: 'POST',
		headers: {
			'content-type': 'application/json', 'ce-id': randomUUID(), 'ce-source': '/curl', 'ce-specversion': '1.0', 'ce-type': type, 'ce-apiversion': backupApiVersion, 'ce-kind': 'Neo4jBackup', 'ce-namespace': 'neo4j', 'ce-name': name, ...Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`ce-${key}`, value])),
		},
		body: JSON.stringify(data ?? {}),
	});
	if (response.status !== 202) {
		throw new Error(`the Broker answered ${response.status}`);
	}

	await settled();
};

const due = (scheduledTime: string, more: Readonly<Record<string, unknown>> = {}): Posted => ({
	type: 'com.neo4j.backup.due.v1', data: {
		scheduledTime, schedule: '', trigger: 'schedule', ...more,
	},
});

test('[X-112] an event for a past instant starts that run, once however often it is posted; one that the schedule does not have, or that is too old, starts none', async t => {
	const desk = await startDesk(t, {start: '2026-11-20T00:30:00Z'});
	const {apply, clock, finish, backup, minutes} = desk;
	await apply(oneShot('hourly', {schedule: '0 * * * *'}), oneShot('strict', {schedule: '0 * * * *', startingDeadline: '10m'}));
	clock.set('2026-11-20T03:59:00Z');
	await minutes(1);
	await finish('hourly');
	await finish('strict');
	const before = await namesOf(desk, 'hourly');
	t.deepEqual(before, ['hourly-backup-20261120040000']);

	await post(desk, due('2026-11-20T03:00:00Z'));
	t.deepEqual(await namesOf(desk, 'hourly'), ['hourly-backup-20261120030000', ...before]);
	await finish('hourly');
	await post(desk, due('2026-11-20T03:00:00Z'));
	const {status} = await backup('hourly');
	t.deepEqual(status?.history?.map(({scheduledTime, trigger}) => [scheduledTime, trigger]), [['2026-11-20T03:00:00Z', 'event'], ['2026-11-20T04:00:00Z', 'schedule']]);

	clock.set('2026-11-20T04:30:00Z');
	const settled = [await namesOf(desk, 'hourly'), await namesOf(desk, 'strict')];
	for (const instant of ['2026-11-20T03:30:00Z', '2026-11-20T05:00:00Z', '2026-11-20T00:00:00Z', '2026-11-19T02:00:00Z', 'yesterday', '']) {
		await post(desk, due(instant));
	}

	await post(desk, {...due('2026-11-20T02:00:00Z'), name: 'strict'});
	t.deepEqual([await namesOf(desk, 'hourly'), await namesOf(desk, 'strict')], settled);

	clock.set('2026-11-21T02:30:00Z');
	await post(desk, due('2026-11-20T02:00:00Z'));
	const after = await namesOf(desk, 'hourly');
	t.false(after.includes('hourly-backup-20261120020000'));
});

test('ten events at once for one instant have one effect, and so has the same again', async t => {
	const desk = await startDesk(t, {start: '2026-11-20T00:30:00Z'});
	const {apply, clock, backup, finish, eventsOf, minutes} = desk;
	await apply(oneShot('hourly', {schedule: '0 * * * *'}));
	clock.set('2026-11-20T01:00:20Z');
	await Promise.all(Array.from({length: 10}, async () => post(desk, due('2026-11-20T01:00:00Z'))));
	t.deepEqual(await namesOf(desk, 'hourly'), ['hourly-backup-20261120010000']);
	const started = await eventsOf('hourly', 'BackupStarted');
	t.is(started.length, 1);
	await minutes(1);
	await finish('hourly');
	await Promise.all(Array.from({length: 10}, async () => post(desk, due('2026-11-20T01:00:00Z'))));
	const {status} = await backup('hourly');
	t.like(status, {phase: 'Scheduled', history: {length: 1, 0: {status: 'Succeeded'}}});
	t.deepEqual(await namesOf(desk, 'hourly'), ['hourly-backup-20261120010000']);
});

/** What nobody may make the functions believe. */
const forged: readonly Posted[] = [
	{type: 'dev.knative.apiserver.resource.add', data: {metadata: {name: 'hourly', generation: 7, annotations: {'neo4j.com/run-now': 'forged'}}, spec: {}, status: {}}},
	{type: 'dev.knative.apiserver.resource.update', data: {metadata: {name: 'hourly', generation: 7, annotations: {'neo4j.com/run-now': 'forged'}}, spec: {schedule: '* * * * *'}, status: {phase: 'Pending', nextBackupType: 'AUTO', history: [{runID: 'x', status: 'Running', startTime: '2026-11-20T00:00:00Z'}]}}},
	{type: 'dev.knative.apiserver.resource.add', name: 'not-there', data: {metadata: {name: 'not-there'}, spec: {}}},
	{type: 'com.neo4j.reconcile.requested.v1', attributes: {handler: 'launch-backup'}, data: {reason: 'because'}},
	{type: 'com.neo4j.reconcile.requested.v1', attributes: {handler: 'launch-backup', namespace: 'kube-system', name: '../secrets'}},
	{type: 'com.neo4j.backup.due.v1', attributes: {kind: 'Neo4jRestore'}, data: {scheduledTime: '2026-11-20T01:00:00Z', trigger: 'schedule'}},
	{type: 'com.neo4j.backup.due.v1', data: {scheduledTime: {toString: 'x'}, trigger: ['ping']}},
	{type: 'com.neo4j.backup.due.v1', data: 'a text'},
	{
		type: 'com.neo4j.backup.due.v1', data: {
			scheduledTime: '2026-11-20T00:31:00Z', runID: 'forged', jobName: 'forged', phase: 'Failed',
		},
	},
];

test('an event with invented data has no effect on launch-backup beyond a look at the CR that it names', async t => {
	const desk = await startDesk(t, {start: '2026-11-20T00:30:00Z'});
	const {apply, backup, jobs, list, clock} = desk;
	await apply(oneShot('hourly', {schedule: '0 * * * *'}));
	clock.advance(60_000);
	const state = async () => [await backup('hourly'), await jobs(), await list('v1', 'Event')];
	const before = await state();
	for (const event of forged) {
		await post(desk, event);
		t.deepEqual(await state(), before, `${event.type} ${JSON.stringify(event.data)}`);
	}
});
