import {readFile} from 'node:fs/promises';
import test from 'ava';
import {parse} from 'yaml';
import {createHandle} from '../../../functions/schedule-tick/handle.ts';
import {type TickDependencies} from '../../../functions/schedule-tick/deps.ts';
import {type JobObject} from '../../../functions/schedule-tick/open-run.ts';
import {hourlyBackup} from './backup.ts';
import {fakeKube, type FakeKube} from './fake-kube.ts';
import {startCluster} from '#test/local/cluster.ts';
import {type OutgoingEvent} from '#shared/events/emit.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {scheduledRunID} from '#shared/api/names.ts';
import {TerminalError} from '#shared/errors.ts';
import {silentLog} from '#shared/log.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const noon = new Date('2026-03-10T12:00:10Z');

const ping = (data: unknown = {}, time = noon.toISOString()): ReceivedEvent => ({
	id: '1', source: '/apis/v1/namespaces/default/pingsources/heartbeat', type: 'dev.knative.sources.ping', specversion: '1.0', time, extensions: {}, data,
});

type Setting = {
	readonly kube: FakeKube;
	readonly sent: OutgoingEvent[];
	readonly tick: (event?: ReceivedEvent) => Promise<void>;
};

const set = (objects: readonly KubeObject[], {now = noon, ...overrides}: Partial<TickDependencies> & {now?: Date} = {}): Setting => {
	const kube = fakeKube(objects, () => now);
	const sent: OutgoingEvent[] = [];
	const handle = createHandle({
		kube,
		emitter: {
			async emit(event) {
				sent.push(event);
			},
		},
		log: silentLog(),
		localNow: () => now,
		...overrides,
	});
	return {
		kube, sent, tick: async (event = ping()) => handle(event, {log: silentLog(), signal: new AbortController().signal}),
	};
};

const named = (name: string, parts: Parameters<typeof hourlyBackup>[0] = {}) => hourlyBackup({...parts, metadata: {name, uid: `uid-${name}`, ...parts.metadata}});
const upToDate = {lastScheduleTime: '2026-03-10T12:00:00Z'};

test('a due run is sent with its run id, its instant and the names of the CR', async t => {
	const {sent, tick} = set([named('b')]);
	await tick();
	t.is(sent.length, 1);
	t.like(sent[0], {
		type: 'com.neo4j.backup.due.v1', source: '/apis/neo4j.neo4j.com/v1alpha1/namespaces/n/neo4jbackups/b', subject: scheduledRunID('uid-b', new Date('2026-03-10T12:00:00Z')), kind: 'Neo4jBackup', namespace: 'n', name: 'b',
	});
	t.deepEqual(sent[0]!.data, {scheduledTime: '2026-03-10T12:00:00Z', schedule: '', trigger: 'schedule'});
});

test('the same tick twice sends the same event', async t => {
	const {sent, tick} = set([named('b')]);
	await tick();
	await tick();
	t.is(sent[0]!.id, sent[1]!.id);
});

test('who has waited longest goes first', async t => {
	const {status: _, ...unseen} = named('unseen', {metadata: {creationTimestamp: '2026-03-10T11:00:00Z'}, spec: {schedule: '0 5 * * *'}});
	const {sent, tick} = set([
		named('now'),
		named('half', {spec: {schedule: '30 * * * *'}, status: {observedSchedule: {expression: '30 * * * * UTC', since: '2026-03-10T00:30:00Z'}}}),
		unseen,
	]);
	await tick();
	t.deepEqual(sent.map(({name}) => name), ['unseen', 'half', 'now']);
});

test('a CR that is being deleted is left alone', async t => {
	const {sent, tick} = set([named('b', {metadata: {deletionTimestamp: '2026-03-10T11:00:00Z'}})]);
	await tick();
	t.is(sent.length, 0);
});

test('what cannot be sent holds up nothing else, and the tick comes again', async t => {
	const sent: string[] = [];
	const {tick} = set([named('a'), named('b'), named('c')], {
		emitter: {
			async emit(event) {
				if (event['name'] === 'a') {
					throw new Error('refused');
				}

				sent.push(String(event['name']));
			},
		},
	});
	await t.throwsAsync(tick(), {message: /1 of 3 announcements failed: refused/v});
	t.deepEqual(sent.toSorted(), ['b', 'c']);
});

test('after thirty seconds of sending the rest is left for the next tick', async t => {
	let time = 0;
	const sent: OutgoingEvent[] = [];
	const {tick} = set(Array.from({length: 20}, (_, index) => named(`b${index}`)), {
		monotonic: () => time,
		emitter: {
			async emit(event) {
				time += 5000;
				sent.push(event);
			},
		},
	});
	await tick();
	t.true(sent.length >= 6 && sent.length <= 10, `${sent.length} were sent`);
});

test('the scan reads pages of 500 of both kinds and one Job per open run, however long the histories are', async t => {
	const run = (index: number) => ({
		runID: `r${index}`, jobName: `j${index}`, jobUID: `u${index}`, startTime: '2026-03-10T11:00:00Z', completionTime: '2026-03-10T11:05:00Z', status: 'Succeeded',
	} as const);
	const history = Array.from({length: 10}, (_, index) => run(index));
	const backups = Array.from({length: 1200}, (_, index) => named(`b${index}`, {status: {...upToDate, history}}));
	const open = {
		startTime: '2026-03-10T12:00:00Z', status: 'Running', runID: 'open', jobName: 'open', jobUID: 'open',
	} as const;
	const {kube, tick} = set([...backups, ...['x', 'y', 'z'].map(name => named(name, {status: {...upToDate, history: [open, ...history]}}))]);
	await tick();
	t.deepEqual(kube.requests(), {list: 3 + 1, get: 3});
});

test('a finished Job is passed to job-completed, a late sweep to retention-sweep', async t => {
	const job: JobObject = {
		apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'j', namespace: 'n', uid: 'u'}, status: {conditions: [{type: 'Complete', status: 'True'}]},
	};
	const {sent, tick} = set([job, named('b', {
		spec: {retention: {maxCount: 1}}, status: {
			...upToDate, history: [{
				startTime: '2026-03-10T12:00:00Z', status: 'Running', runID: 'r', jobName: 'j', jobUID: 'u',
			}],
		},
	})]);
	await tick();
	t.deepEqual(sent.map(({type, handler}) => `${type} ${String(handler)}`).toSorted((a, b) => a.localeCompare(b)), ['com.neo4j.reconcile.requested.v1 job-completed', 'com.neo4j.reconcile.requested.v1 retention-sweep']);
});

test('one CR that cannot be looked at does not stop the others', async t => {
	const broken = named('broken', {status: {...upToDate, history: 'what' as never}});
	const {sent, tick} = set([broken, named('b')]);
	await tick();
	t.deepEqual(sent.map(({name}) => name), ['b']);
});

test('a clock five minutes off starts nothing, and an Event says so', async t => {
	const {kube, sent, tick} = set([named('b')], {localNow: () => new Date(noon.getTime() + (40 * 86_400_000))});
	await tick();
	t.is(sent.length, 0);
	t.deepEqual(kube.events().map(({reason, involvedObject}) => [reason, involvedObject.kind, involvedObject.name]), [['ClockSkew', 'PingSource', 'heartbeat']]);
});

test('the time is that of the answer, not that of the tick before', async t => {
	let time = new Date('2026-03-10T11:59:00Z');
	const kube = fakeKube([named('b')], () => time);
	const {sent, tick} = set([], {
		kube: {
			...kube,
			list(...parameters) {
				time = noon;
				return kube.list(...parameters);
			},
		},
	});
	await tick();
	t.is(sent.length, 1);
});

test('an overdue backup: event, Kubernetes Event and condition, once per instant; a success ends it', async t => {
	const backup = named('b', {status: {...upToDate, lastSuccessTime: '2026-03-10T09:05:00Z'}});
	const {kube, sent, tick} = set([backup]);
	await tick();
	await tick();
	const overdue = sent.filter(({type}) => type === 'com.neo4j.backup.overdue.v1');
	t.is(overdue.length, 1);
	t.deepEqual(overdue[0]!.data, {scheduledTime: '2026-03-10T11:00:00Z', deadline: '2026-03-10T12:00:00Z', lastSuccessTime: '2026-03-10T09:05:00Z'});
	t.deepEqual(kube.events().map(({reason}) => reason), ['BackupOverdue']);
	const condition = () => kube.backup('b').status?.conditions?.find(({type}) => type === 'Overdue');
	t.like(condition(), {status: 'True', reason: 'NoSuccess'});
	const succeeded: Neo4jBackup = {...kube.backup('b'), status: {...kube.backup('b').status, lastSuccessTime: '2026-03-10T12:00:05Z'}};
	kube.write(succeeded);
	await tick();
	t.like(condition(), {status: 'False', reason: 'InTime'});
});

test('a status that somebody else wrote meanwhile is left to the next tick', async t => {
	const {kube, sent, tick} = set([named('b', {status: {...upToDate, lastSuccessTime: '2026-03-10T09:05:00Z'}})]);
	kube.conflictOnce();
	await t.notThrowsAsync(tick());
	await tick();
	const overdue = sent.filter(({type}) => type === 'com.neo4j.backup.overdue.v1');
	t.is(new Set(overdue.map(({id}) => id)).size, 1);
	t.is(kube.events().length, 1);
	t.truthy(kube.backup('b').status?.conditions);
});

test('a ping of a user\'s own asks for one run at its minute, however often it comes', async t => {
	const {sent, tick} = set([named('b', {status: upToDate}), named('other')]);
	await tick(ping({namespace: 'n', name: 'b'}, '2026-03-10T12:00:00.014Z'));
	await tick(ping({namespace: 'n', name: 'b'}, '2026-03-10T12:00:03Z'));
	t.is(sent.length, 2);
	t.is(sent[0]!.id, sent[1]!.id);
	t.like(sent[0], {type: 'com.neo4j.backup.due.v1', name: 'b'});
	t.deepEqual(sent[0]!.data, {scheduledTime: '2026-03-10T12:00:00Z', schedule: '', trigger: 'ping'});
});

test('or for a sweep', async t => {
	const {sent, tick} = set([named('b', {status: upToDate})]);
	await tick(ping({namespace: 'n', name: 'b', do: 'sweep'}));
	t.deepEqual(sent.map(({type, handler, name}) => [type, handler, name]), [['com.neo4j.reconcile.requested.v1', 'retention-sweep', 'b']]);
});

test('a ping that comes late is not made up for', async t => {
	const {sent, tick} = set([named('b')]);
	await tick(ping({namespace: 'n', name: 'b'}, '2026-03-10T11:50:00Z'));
	t.is(sent.length, 0);
});

test('a ping for a CR that does not exist can never succeed', async t => {
	const {tick} = set([]);
	await t.throwsAsync(tick(ping({namespace: 'n', name: 'nowhere'})), {instanceOf: TerminalError, message: /nowhere in namespace n, which does not exist/v});
});

test('a ping for something else, and an event of another type, do nothing', async t => {
	const {kube, sent, tick} = set([named('b')]);
	await tick(ping({hello: 'world'}));
	await tick({...ping(), type: 'com.neo4j.backup.due.v1'});
	t.is(sent.length, 0);
	t.deepEqual(kube.requests(), {});
});

test('over the API: a CR of the real schema is found, and becomes overdue', async t => {
	const {client, apply} = await startCluster(t);
	for (const file of ['neo4jbackups.yaml', 'neo4jrestores.yaml']) {
		await client.create(parse(await readFile(new URL(`../../../crds/${file}`, import.meta.url), 'utf8')) as KubeObject);
	}

	const {apiVersion, kind, spec} = hourlyBackup();
	const created = await apply<Neo4jBackup>({
		apiVersion, kind, metadata: {name: 'b'}, spec,
	});
	const sent: OutgoingEvent[] = [];
	let now = new Date(Date.parse(created.metadata.creationTimestamp!) + 1000);
	const handle = createHandle({
		kube: {...client, now: async () => now},
		emitter: {
			async emit(event) {
				sent.push(event);
			},
		},
		log: silentLog(),
		localNow: () => now,
	});
	const tick = async () => handle(ping(), {log: silentLog(), signal: new AbortController().signal});
	await tick();
	t.deepEqual(sent.map(({type, handler}) => [type, handler]), [['com.neo4j.reconcile.requested.v1', 'launch-backup']]);
	await client.replaceStatus({...created, status: {phase: 'Scheduled', observedGeneration: 1}});
	now = new Date(now.getTime() + (3 * 3_600_000));
	await tick();
	t.deepEqual(sent.slice(1).map(({type}) => type).toSorted((a, b) => a.localeCompare(b)), ['com.neo4j.backup.due.v1', 'com.neo4j.backup.overdue.v1']);
	const after = await client.get<Neo4jBackup>({
		apiVersion, kind, namespace: 'test', name: 'b',
	});
	t.like(after?.status?.conditions?.[0], {type: 'Overdue', status: 'True', observedGeneration: 1});
});
