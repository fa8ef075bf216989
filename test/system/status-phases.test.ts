import test from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents, eventsOf, ownEvents} from '#test/functions/collected-events.ts';
import {unreachable} from '#test/functions/job-ends.ts';
import {backupManifest, startScenario, type Scenario} from '#test/functions/scenario.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {type Phase} from '#shared/runs/status.ts';

const name = 'daily-cluster-backup';
const setTargetPhase = async ({runtime}: Scenario, phase: string): Promise<void> => {
	await runtime.kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster',
	}, {status: {phase}}, {subresource: 'status'});
};

const readyOf = (status: Awaited<ReturnType<Scenario['backup']>>['status']) => status?.conditions?.find(({type}) => type === 'Ready');

test('[B-136] message says in every phase what is, and what to do where something is wrong', async t => {
	const scenario = await startScenario(t, {runJobs: false});
	const {apply, backup, edit, s3} = scenario;
	const {until, endJobs} = createCalendar(scenario);
	const says = async (phase: Phase, message: RegExp, ready: 'True' | 'False') => {
		const {status} = await backup(name);
		t.like({phase: status?.phase, ready: readyOf(status)?.status}, {phase, ready});
		t.regex(status?.message ?? '', message);
	};

	await setTargetPhase(scenario, 'Forming');
	await apply(backupManifest(s3, {schedule: '0 2 * * *'}));
	await says('Scheduled', /^The next run is due at 2026-11-20T02:00:00Z$/v, 'True');
	await until('2026-11-20T02:02:00Z');
	await says('Waiting', /production-cluster.*(?:not Ready|Forming)/v, 'False');
	await setTargetPhase(scenario, 'Ready');
	await until('2026-11-20T02:03:00Z');
	await says('Running', /^The run \d{14}-\p{AHex}{8} is under way \(AUTO, Job daily-cluster-backup-backup-20261120020000\)$/v, 'False');
	await endJobs();
	await says('Scheduled', /^The run \S+ succeeded: 1 artifact proven in the store$/v, 'True');
	await edit(name, {spec: {suspend: true}});
	await says('Suspended', /^The schedule is suspended: no scheduled run starts until spec\.suspend is false$/v, 'True');
	await edit(name, {spec: {suspend: null, options: {tempPath: '/tmp'}}});
	await says('Invalid', /^spec\.options\.tempPath: .*name a folder of its own/v, 'False');
	await edit(name, {spec: {schedule: null, options: null}});
	await endJobs(unreachable);
	await says('Failed', /^The run \S+ failed: neo4j-admin failed with exit code 1: connection refused; see kubectl logs job\/daily-cluster-backup-backup/v, 'False');
	await edit(name, {spec: {options: {compress: false}}});
	await endJobs();
	await says('Completed', /^The run \S+ succeeded: 1 artifact proven in the store$/v, 'True');
	await edit(name, {spec: {options: {compress: true}}});
	await endJobs({
		exitCode: exitCodes.partial, summary: {
			outcome: 'partial', reason: 'PartiallySucceeded', message: '1 database backed up, 1 missing: mydb', missing: ['mydb'], missingCount: 1,
		},
	});
	await says('Failed', /^The run \S+ backed up only some databases: 1 database backed up, 1 missing: mydb; see kubectl logs job\/daily-cluster-backup-backup/v, 'False');
	await apply(backupManifest(s3, {suspend: true}, 'once'));
	const {status: once} = await backup('once');
	t.like(once, {phase: 'Suspended', message: 'Suspended: the run starts once spec.suspend is false'});
	await checkEvents(t, scenario);
});

test('[B-141] thirty runs leave the ten newest in history, newest first, with the newest success behind them, and the two Jobs that kubectl logs is for', async t => {
	const scenario = await startScenario(t, {runJobs: false});
	const {apply, backup, jobs, s3} = scenario;
	const {until, endJobs, names} = createCalendar(scenario);
	await apply(backupManifest(s3, {schedule: '* * * * *'}));
	const left = async () => {
		const all = await jobs();
		return all.map(({metadata}) => metadata.name.slice(-6, -2)).toSorted();
	};

	for (let run = 0; run < 30; run++) {
		const minute = new Date(Date.UTC(2026, 10, 20, 1, 59 + run)).toISOString();
		await until(minute);
		await endJobs(run < 12 ? {} : unreachable, 20);
		t.deepEqual(await left(), [minute.slice(11, 16).replace(':', '')]);
	}

	t.is(names().length, 30);
	const {status} = await backup(name);
	t.deepEqual(status?.history?.map(({scheduledTime, status: outcome}) => `${scheduledTime?.slice(11, 16)} ${outcome}`), [
		'02:28 Failed', '02:27 Failed', '02:26 Failed', '02:25 Failed', '02:24 Failed', '02:23 Failed', '02:22 Failed', '02:21 Failed', '02:20 Failed', '02:19 Failed', '02:10 Succeeded',
	]);
	await until('2026-11-20T02:29:00Z');
	await endJobs({}, 20);
	t.deepEqual(await left(), ['0228', '0229']);
	await checkEvents(t, scenario);
});

test('[X-116] [X-122] a backup that does not come is announced as overdue once per instant, also when nothing else happens any more, until one succeeds', async t => {
	const scenario = await startScenario(t, {runJobs: false});
	const {apply, backup, s3} = scenario;
	const {until, endJobs} = createCalendar(scenario);
	const overdue = () => ownEvents(scenario, 'com.neo4j.backup.overdue.v1').map(({data}) => data['scheduledTime']);
	const condition = async () => {
		const {status} = await backup(name);
		return status?.conditions?.find(({type}) => type === 'Overdue');
	};

	await apply(backupManifest(s3, {schedule: '0 * * * *'}));
	await until('2026-11-20T02:00:00Z');
	await endJobs(unreachable);
	await until('2026-11-20T02:50:00Z', 10);
	t.deepEqual(overdue(), []);
	t.is(await condition(), undefined);
	await until('2026-11-20T03:00:00Z');
	await endJobs(unreachable);
	await until('2026-11-20T03:50:00Z', 10);
	t.deepEqual(overdue(), ['2026-11-20T02:00:00Z']);
	t.like(await condition(), {status: 'True', reason: 'NoSuccess', lastTransitionTime: '2026-11-20T03:00:00Z'});
	const events = await eventsOf(scenario, name);
	t.deepEqual(events.filter(({reason}) => reason === 'BackupOverdue').map(({type, message}) => [type, message]), [['Warning', 'The backup of 2026-11-20T02:00:00Z is overdue: none has succeeded since. status.history says why runs failed; where there is no run, look at Ready and at the functions\' logs']]);

	await setTargetPhase(scenario, 'Failed');
	await until('2026-11-20T05:30:00Z', 10);
	const {status} = await backup(name);
	t.is(status?.phase, 'Waiting');
	t.deepEqual(overdue(), ['2026-11-20T02:00:00Z', '2026-11-20T03:00:00Z', '2026-11-20T04:00:00Z']);
	t.like(await condition(), {status: 'True', lastTransitionTime: '2026-11-20T03:00:00Z'});

	await setTargetPhase(scenario, 'Ready');
	await until('2026-11-20T05:31:00Z');
	await endJobs();
	const after = await condition();
	t.not(after?.status, 'True');
	await until('2026-11-20T05:50:00Z', 10);
	t.is(overdue().length, 3);
	await checkEvents(t, scenario);
});
