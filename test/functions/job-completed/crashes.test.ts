import test from 'ava';
import {endJob, type JobEnd} from '../job-ends.ts';
import {jobName, openRun} from './objects.ts';
import {
	changedJob, startServer, type Server, type Setting,
} from './setting.ts';
import {type KubeObject} from '#shared/kube/object.ts';

const succeeds: Partial<JobEnd> = {};
const fails: Partial<JobEnd> = {
	exitCode: 41, summary: {
		outcome: 'failed', reason: 'BackupFailed', message: 'connection refused', artifacts: [], artifactCount: 0, bytes: 0,
	},
};

/** An older run whose Job has to go once this one is recorded. */
const earlier = openRun({
	runID: 'earlier', startTime: '2026-11-19T02:00:00Z', completionTime: '2026-11-19T02:05:00Z', status: 'Succeeded',
});

const begin = async (server: Server, namespace: string, how: Partial<JobEnd> | 'never'): Promise<Setting> => {
	const setting = await server.begin(namespace);
	const {kube, job, backup, setNow} = setting;
	setNow('2026-11-19T02:00:00Z');
	const old = await kube.create({...job, metadata: {...metadataOf(job), name: 'daily-backup-20261119020000', labels: {...job.metadata.labels, 'neo4j.com/run': 'earlier'}}} as KubeObject);
	await endJob(kube, old, {at: new Date('2026-11-19T02:05:00Z')});
	setNow(how === 'never' ? '2026-11-20T03:06:00Z' : '2026-11-20T02:06:00Z');
	const cr = await backup();
	await kube.replaceStatus({...cr, status: {...cr.status, history: [...cr.status!.history!, earlier]}});
	if (how !== 'never') {
		await endJob(kube, job, {startedAt: new Date('2026-11-20T02:00:02Z'), at: new Date('2026-11-20T02:05:32Z'), ...how});
	}

	return setting;
};

const metadataOf = ({metadata: {namespace, ownerReferences}}: KubeObject) => ({namespace, ownerReferences});

const jobEvent = (namespace: string) => changedJob(undefined, {namespace});

/** Everything that can be seen of the run afterwards. */
const traces = async ({backup, list, sent}: Setting) => {
	const {status} = await backup();
	const [events, jobs] = [await list('v1', 'Event'), await list('batch/v1', 'Job')];
	return {
		status: {...status, history: status?.history?.map(({jobUID: _, ...run}) => run)},
		events: events.map(event => (event as KubeObject & {reason: string}).reason).toSorted(),
		jobs: jobs.map(({metadata}) => metadata.name),
		ids: new Set(sent.map(({id}) => id)).size,
		types: [...new Set(sent.map(({type}) => type))],
	};
};

const cases = [['a success', succeeds, ['BackupSucceeded'], [jobName]], ['a failure', fails, ['BackupFailed'], [jobName]], ['a run that never started', 'never', ['BackupNotStarted', 'NotStarted'], ['daily-backup-20261119020000']]] as const;

for (const [what, how, events, jobs] of cases) {
	test(`${what}: killed before or after any of its requests, the next look ends it with one event id, one entry and one Event`, async t => {
		const server = await startServer(t);
		const clean = await begin(server, 'clean', how);
		await clean.handle(jobEvent('clean'));
		const expected = await traces(clean);
		t.like(expected, {ids: 1, jobs, events});
		t.deepEqual(expected.status.history?.map(({status}) => status), [how === succeeds ? 'Succeeded' : 'Failed', 'Succeeded']);
		const count = clean.requests().length;
		t.true(count >= 8, `${count} requests`);

		for (let number = 1; number <= count; number++) {
			for (const fault of ['drop', 'dropAfter'] as const) {
				const namespace = `${fault.toLowerCase()}-${number}`;
				const killed = await begin(server, namespace, how);
				killed.disturb({request: current => current === number ? {[fault]: true} : undefined});
				await t.throwsAsync(killed.handle(jobEvent(namespace)), undefined, `${fault} of request ${number}`);
				killed.disturb({});
				await killed.handle(jobEvent(namespace));
				t.deepEqual(await traces(killed), expected, `${fault} of request ${number}`);
			}
		}
	});

	test(`${what}: the same when the event is not taken, or its answer is lost`, async t => {
		const server = await startServer(t);
		const clean = await begin(server, 'clean', how);
		await clean.handle(jobEvent('clean'));
		const expected = await traces(clean);
		for (const fault of ['before', 'after'] as const) {
			const killed = await begin(server, fault, how);
			killed.disturb({emit: current => current === 1 ? fault : undefined});
			await t.throwsAsync(killed.handle(jobEvent(fault)));
			const {status} = await killed.backup();
			t.is(status?.phase, 'Running');
			await killed.handle(jobEvent(fault));
			t.deepEqual(await traces(killed), expected);
		}
	});
}

test('four replicas at once record a run once', async t => {
	const setting = await begin(await startServer(t), 'neo4j', succeeds);
	await Promise.all(Array.from({length: 4}, async () => setting.handle(jobEvent('neo4j'))));
	const {ids, events, status} = await traces(setting);
	t.like({ids, events}, {ids: 1, events: ['BackupSucceeded']});
	t.is(status.history?.length, 2);
});
