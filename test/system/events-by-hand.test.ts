import test from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents, ownEvents, postByHand} from '#test/functions/collected-events.ts';
import {backupManifest, startScenario, type Scenario} from '#test/functions/scenario.ts';
import {readManifests} from '#local/manifests.ts';
import {scheduledRunID} from '#shared/api/names.ts';

const name = 'daily-cluster-backup';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const post = async (scenario: Scenario, attributes: Readonly<Record<string, string>>, data?: unknown): Promise<number> => postByHand(scenario, {name, ...attributes}, data);

const dueOf = (instant: string, attributes: Readonly<Record<string, string>> = {}) => [{type: 'com.neo4j.backup.due.v1', subject: instant, ...attributes}, {scheduledTime: instant, schedule: '', trigger: 'schedule'}] as const;

test('[X-112] [X-121] [X-122] an instant of the schedule that is posted by hand runs once; one that the schedule does not have, or that is too old, does not', async t => {
	let isCut = () => false;
	const scenario = await startScenario(t, {
		runJobs: false, start: '2026-11-18T01:30:00Z', delay: async () => undefined, fault: ({method, path}) => method === 'PUT' && path.endsWith(`${name}/status`) && isCut() ? {drop: true} : undefined,
	});
	const {apply, backup, clock, s3} = scenario;
	const {until, endJobs, names} = createCalendar(scenario);
	const look = async () => until(new Date((Math.floor(clock.now().getTime() / 60_000) + 1) * 60_000).toISOString());
	await apply(backupManifest(s3, {schedule: '0 * * * *'}));
	await apply(backupManifest(s3, {schedule: '0 * * * *', startingDeadline: '45m'}, 'strict'));
	// For two days nobody was there to see what was due; at 04:00 one run makes up for all.
	clock.set('2026-11-20T04:00:10Z');
	await until('2026-11-20T04:01:00Z');
	await endJobs();
	t.deepEqual(names(), [`${name}-backup-20261120040000`, 'strict-backup-20261120040000']);

	const traced = dueOf('2026-11-20T03:00:00Z', {traceparent});
	t.is(await post(scenario, ...traced), 202);
	await look();
	const started = [`${name}-backup-20261120040000`, 'strict-backup-20261120040000', `${name}-backup-20261120030000`];
	t.deepEqual(names(), started);
	const {metadata, status} = await backup(name);
	t.like(status?.history?.[0], {trigger: 'event', scheduledTime: '2026-11-20T03:00:00Z', runID: scheduledRunID(metadata.uid!, new Date('2026-11-20T03:00:00Z'))});
	t.is(status?.lastScheduleTime, '2026-11-20T04:00:00Z');
	// The run is told of, and then job-completed is killed before it is recorded.
	const tellings = () => scenario.runtime.eventing.events().filter(({event: {attributes: {subject, type}}}) => subject === status?.history?.[0]?.runID && type?.endsWith('.succeeded.v1')).length;
	isCut = () => tellings() === 1;
	await endJobs();
	for (const instant of ['2026-11-20T03:00:00Z', '2026-11-20T03:30:00Z', '2026-11-20T05:00:00Z', '2026-11-19T03:00:00Z', '2026-11-18T01:00:00Z', 'whenever']) {
		t.is(await post(scenario, ...dueOf(instant)), 202);
		await look();
	}

	// An hour ago, and allowed for three quarters of one.
	await post(scenario, ...dueOf('2026-11-20T03:00:00Z', {name: 'strict'}));
	await look();
	t.deepEqual(names(), started);
	await post(scenario, ...dueOf('2026-11-20T02:00:00Z'));
	await look();
	t.is(names().at(-1), `${name}-backup-20261120020000`);
	await checkEvents(t, scenario, {repeats: true});
	const ofRun = ownEvents(scenario).filter(({subject, type}) => subject === status?.history?.[0]?.runID && /\.(?:started|succeeded)\./v.test(type));
	t.true(tellings() > 1);
	t.deepEqual([...new Map(ofRun.map(({id, type}) => [id, type])).values()], ['com.neo4j.backup.started.v1', 'com.neo4j.backup.succeeded.v1']);
	t.is(ofRun[0]!.attributes['traceparent'], traceparent);
});

test('[X-120] [X-125] a request posted by hand makes a function look at once; what an event invents has no effect beyond that look', async t => {
	let silent = true;
	const scenario = await startScenario(t, {runJobs: false, chaos: ({attributes}, hop) => silent && hop === 'source' && attributes['type']?.startsWith('dev.knative.apiserver.') ? 'drop' : 'deliver'});
	const {apply, backup, s3, jobs, runtime} = scenario;
	const {endJobs, names} = createCalendar(scenario);
	const request = async (handler: string, data: unknown = {}) => post(scenario, {type: 'com.neo4j.reconcile.requested.v1', handler}, data);
	await apply(backupManifest(s3));
	const fresh = await backup(name);
	t.is(fresh.status, undefined);
	const forged = {
		metadata: {
			name, namespace: 'neo4j', generation: 1, labels: {'neo4j.com/backup': name},
		}, spec: {suspend: true}, status: {
			phase: 'Completed', observedGeneration: 1, lastRunGeneration: 1, history: [{runID: 'forged', status: 'Succeeded', startTime: '2026-11-20T00:00:00Z'}],
		},
	};
	t.is(await request('launch-backup', forged), 202);
	const {status: running} = await backup(name);
	t.is(running?.phase, 'Running');
	t.is(running?.history?.length, 1);

	const [job] = await jobs();
	const jobAttributes = {
		type: 'dev.knative.apiserver.resource.update', apiversion: 'batch/v1', kind: 'Job', name: job!.metadata.name,
	};
	await post(scenario, jobAttributes, {...forged, ...job, status: {conditions: [{type: 'Complete', status: 'True'}], artifacts: ['forged.backup']}});
	await post(scenario, {...jobAttributes, type: 'dev.knative.apiserver.resource.delete'}, forged);
	await post(scenario, {type: 'com.neo4j.backup.succeeded.v1', subject: running!.history![0]!.runID!}, {artifacts: [{name: 'forged.backup'}]});
	await request('job-completed', forged);
	const unmoved = await backup(name);
	t.deepEqual(unmoved.status?.history, running?.history);
	t.is(unmoved.status?.phase, 'Running');

	await endJobs();
	const unaware = await backup(name);
	t.is(unaware.status?.phase, 'Running');
	await request('job-completed');
	const {status} = await backup(name);
	t.like(status, {phase: 'Completed'});
	silent = false;
	await post(scenario, {type: 'dev.knative.apiserver.resource.update', apiversion: 'neo4j.neo4j.com/v1alpha1'}, {
		...forged, metadata: {...forged.metadata, generation: 7}, spec: {}, status: {phase: 'Failed', nextBackupType: 'AUTO'},
	});
	await runtime.settled();
	t.is(names().length, 1);
	await checkEvents(t, scenario, {repeats: true});
});

test('[X-162] a PingSource of a user runs the Neo4jBackup that it names at its minute, once, also when pings are doubled', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-20T10:57:30Z', chaos: ({attributes}, hop) => attributes['source']?.endsWith('daily-at-noon') && hop === 'source' ? 'double' : 'deliver'});
	const {apply, backup, runtime, s3} = scenario;
	const {at, endJobs, names} = createCalendar(scenario);
	const [ping] = await readManifests('examples/user-pingsource.yaml');
	const spec = ping!['spec'] as {readonly sink: {readonly ref: Record<string, string>}};
	await runtime.kube.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'neo4j-backup-2'}});
	await apply(backupManifest(s3, {}, 'daily'));
	await endJobs();
	await apply({...ping!, spec: {...spec, sink: {ref: {...spec.sink.ref, namespace: 'neo4j-backup'}}}});
	t.deepEqual(names(), ['daily-backup']);
	await at('2026-11-20T10:59:00Z');
	t.deepEqual(names(), ['daily-backup']);
	// Noon in Berlin.
	await at('2026-11-20T11:00:00Z');
	await runtime.eventing.tick(new Date('2026-11-20T11:00:00Z'));
	await runtime.settled();
	t.deepEqual(names(), ['daily-backup', 'daily-backup-20261120110000']);
	await endJobs({}, 20);
	await runtime.eventing.tick(new Date('2026-11-20T11:00:00Z'));
	await at('2026-11-20T11:01:00Z');
	t.is(names().length, 2);
	const {status} = await backup('daily');
	t.like(status, {phase: 'Completed'});
	t.like(status?.history?.[0], {trigger: 'ping', scheduledTime: '2026-11-20T11:00:00Z', status: 'Succeeded'});
	await at('2026-11-21T11:00:00Z');
	t.is(names().at(-1), 'daily-backup-20261121110000');
	await checkEvents(t, scenario);
});
