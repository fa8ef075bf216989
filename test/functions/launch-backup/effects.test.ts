import {randomUUID} from 'node:crypto';
import test, {type ExecutionContext} from 'ava';
import {systemNamespace} from '../scenario.ts';
import {
	namesOf, oneShot, startDesk, type Desk,
} from './desk.ts';
import {type Fault, type FaultRequest} from '#local/apiserver/http/fault.ts';
import {backupApiVersion} from '#shared/api/group.ts';

/**
A CR whose schedule has one instant, the next full minute.
*/
const dueSoon = ({clock}: Desk, name: string) => {
	const next = new Date(clock.now().getTime() + 60_000);
	return oneShot(name, {schedule: `${next.getUTCMinutes()} ${next.getUTCHours()} * * *`});
};

const settledRun = async (t: ExecutionContext, desk: Desk, name: string, what: string): Promise<void> => {
	await desk.minutes(2);
	const jobs = await namesOf(desk, name);
	t.is(jobs.length, 1, `${what}: one Job`);
	await desk.finish(name);
	await desk.minutes(1);
	const {status} = await desk.backup(name);
	t.deepEqual(status?.history?.map(entry => [entry.status, entry.jobName]), [['Succeeded', jobs[0]]], `${what}: one entry`);
	t.is(status?.phase, 'Scheduled', `${what}: phase`);
	t.deepEqual(await namesOf(desk, name), jobs, `${what}: the same Job`);
	const started = await desk.eventsOf(name, 'BackupStarted');
	t.is(started.length, 1, `${what}: one Event`);
	await desk.runtime.kube.delete({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
	});
};

/** What launch-backup alone asks of the API server before each Job runs. */
const isOfLaunch = ({method, path}: FaultRequest): boolean => path.startsWith('/api') && path.includes('/namespaces/neo4j/') && !path.endsWith('/neo4jbackups') && !(method === 'GET' && path.includes('/jobs')) && !path.includes('/leases');

test('[X-014] an instant runs once: killed before or after any request, under doubled ticks and with replicas at work at once', async t => {
	let fault: (request: FaultRequest) => Fault | undefined = () => undefined;
	const desk = await startDesk(t, {fault: request => isOfLaunch(request) ? fault(request) : undefined});
	const {apply, minutes, runtime: {eventing}, clock} = desk;

	const seen: string[] = [];
	await apply(dueSoon(desk, 'undisturbed'));
	fault = ({method, path}) => {
		seen.push(`${method} ${path}`);
		return undefined;
	};

	await minutes(1);
	fault = () => undefined;
	t.true(seen.length >= 10, `a start makes ${seen.length} requests:\n${seen.join('\n')}`);
	await settledRun(t, desk, 'undisturbed', 'undisturbed');

	for (const [index, request] of seen.entries()) {
		for (const how of ['drop', 'dropAfter'] as const) {
			const name = `${how.toLowerCase()}-${index}`;
			await apply(dueSoon(desk, name));
			let count = 0;
			// Whoever is killed does nothing more, and neither does anyone who takes its place within the minute.
			fault = () => {
				const number = count++;
				return number < index ? undefined : {[number === index ? how : 'drop']: true};
			};

			await minutes(1);
			fault = () => undefined;
			t.true(count > index, `${how} ${request}: it came to that`);
			await settledRun(t, desk, name, `${how} ${request}`);
		}
	}

	await apply(dueSoon(desk, 'doubled'));
	clock.advance(60_000);
	await Promise.all([eventing.tick(clock.now()), eventing.tick(clock.now()), eventing.tick(clock.now())]);
	await settledRun(t, desk, 'doubled', 'three ticks at once');
});

const broker = {
	apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', namespace: systemNamespace, name: 'neo4j-backup',
};

test('a Broker that takes no event when a run starts: the run starts all the same, and is announced later', async t => {
	const desk = await startDesk(t);
	const {apply, clock, runtime: {kube, functionUrl, eventing, settled}} = desk;
	await apply(dueSoon(desk, 'unheard'));
	const {metadata: {name, namespace, annotations}, ...rest} = (await kube.get(broker))!;
	await kube.delete(broker);
	clock.advance(60_000);
	const response = await fetch(functionUrl('launch-backup'), {
		method: 'POST',
		headers: {
			'ce-id': '1', 'ce-source': '/by-hand', 'ce-type': 'com.neo4j.reconcile.requested.v1', 'ce-specversion': '1.0', 'ce-apiversion': backupApiVersion, 'ce-kind': 'Neo4jBackup', 'ce-namespace': 'neo4j', 'ce-name': 'unheard',
		},
	});
	t.is(response.status, 503);
	const jobs = await namesOf(desk, 'unheard');
	t.is(jobs.length, 1);
	await kube.create({...rest, metadata: {name, namespace: namespace!, ...(annotations && {annotations})}});
	await settled();
	await settledRun(t, desk, 'unheard', 'after the Broker was gone');
	t.is(eventing.events().filter(({event}) => event.attributes['type'] === 'com.neo4j.backup.started.v1').length, 1);
});

/**
Posts an event for one o'clock so many times at once, as somebody with curl would.
*/
const post = async ({runtime: {brokerUrl, settled}}: Desk, times: number): Promise<void> => {
	await Promise.all(Array.from({length: times}, async () => fetch(brokerUrl, {
		method: 'POST',
		headers: {
			'content-type': 'application/json', 'ce-id': randomUUID(), 'ce-source': '/curl', 'ce-specversion': '1.0', 'ce-type': 'com.neo4j.backup.due.v1', 'ce-apiversion': backupApiVersion, 'ce-kind': 'Neo4jBackup', 'ce-namespace': 'neo4j', 'ce-name': 'hourly',
		},
		body: JSON.stringify({scheduledTime: '2026-11-20T01:00:00Z', schedule: '', trigger: 'schedule'}),
	})));
	await settled();
};

test('ten events at once for one instant have one effect, and so has the same again', async t => {
	const desk = await startDesk(t, {start: '2026-11-20T00:30:00Z'});
	const {apply, clock, backup, finish, eventsOf, minutes} = desk;
	await apply(oneShot('hourly', {schedule: '0 * * * *'}));
	clock.set('2026-11-20T01:00:20Z');
	await post(desk, 10);
	t.deepEqual(await namesOf(desk, 'hourly'), ['hourly-backup-20261120010000']);
	const started = await eventsOf('hourly', 'BackupStarted');
	t.is(started.length, 1);
	await minutes(1);
	await finish('hourly');
	await post(desk, 10);
	const {status} = await backup('hourly');
	t.like(status, {phase: 'Scheduled', history: {length: 1, 0: {status: 'Succeeded'}}});
	t.deepEqual(await namesOf(desk, 'hourly'), ['hourly-backup-20261120010000']);
});
