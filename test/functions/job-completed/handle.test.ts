import test, {type ExecutionContext} from 'ava';
import {endJob, type JobEnd} from '../job-ends.ts';
import {changedJob, reconcileEvent, startSetting} from './setting.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {compileEventSchemas} from '#test/shared/events/event-schemas.ts';

const end = {startedAt: new Date('2026-11-20T02:00:02Z'), at: new Date('2026-11-20T02:05:32Z')};

const records = async (t: ExecutionContext, event: ReceivedEvent) => {
	const {job, kube, handle, backup, sent} = await startSetting(t);
	await endJob(kube, job, end);
	await handle(event);
	const {status} = await backup();
	t.like(status, {phase: 'Scheduled', lastSuccessTime: '2026-11-20T02:05:32Z'});
	t.is(sent.length, 1);
};

test('a Job that has changed names its CR by a label', records, changedJob());
test('a Job that is gone does too', records, {...changedJob(), type: 'dev.knative.apiserver.resource.delete'});
test('a Job that shows its end does', records, changedJob(undefined, {spec: {}, status: {conditions: [{type: 'SuccessCriteriaMet', status: 'True'}, {type: 'Complete', status: 'True'}]}}));
test('a Job that does not show how it stands does', records, changedJob(undefined, {spec: {}, status: {conditions: 'none'}}));
test('a Job that somebody deletes does', records, {...changedJob(undefined, {spec: {}, status: {active: 1}, metadata: {labels: {'neo4j.com/backup': 'daily'}, deletionTimestamp: '2026-11-20T02:05:00Z'}})});
test('a request names the CR outright', records, reconcileEvent());

const ignores = async (t: ExecutionContext, event: ReceivedEvent, reads: readonly string[] = []) => {
	const {job, kube, handle, backup, sent, requests} = await startSetting(t);
	await endJob(kube, job, end);
	await handle(event);
	t.deepEqual([...new Set(requests())], reads);
	t.is(sent.length, 0);
	const {status} = await backup();
	t.is(status?.phase, 'Running');
};

test('a Job without the label is somebody else\'s', ignores, changedJob({}));
test('a label that is no name', ignores, changedJob({'neo4j.com/backup': '../../secrets/x'}));
test('a label that is no text', ignores, changedJob({'neo4j.com/backup': ['daily']}));
test('a Job that goes on', ignores, changedJob(undefined, {spec: {}, status: {active: 1}}));
test('a Job that is about to end', ignores, changedJob(undefined, {spec: {}, status: {conditions: [{type: 'SuccessCriteriaMet', status: 'True'}]}}));
test('an event about another kind', ignores, reconcileEvent({kind: 'Neo4jRestore'}));
test('an event about a CR of another group', ignores, reconcileEvent({apiversion: 'other.io/v1alpha1'}));
test('an event that names nothing', ignores, {...reconcileEvent(), extensions: {}});
test('a namespace that would be a path', ignores, reconcileEvent({namespace: '../x'}));
test('a CR that is not there', ignores, reconcileEvent({name: 'other'}), ['GET neo4j.neo4j.com/v1alpha1/namespaces/neo4j/neo4jbackups/other']);

test('an event that claims an end has no effect beyond a look: the Job says how it stands', async t => {
	const {handle, backup, sent, list} = await startSetting(t);
	const before = await backup();
	await handle(changedJob(undefined, {status: {conditions: [{type: 'Complete', status: 'True'}]}, artifacts: ['forged.backup']}));
	t.deepEqual(await backup(), before);
	t.is(sent.length, 0);
	t.deepEqual(await list('v1', 'Event'), []);
});

const ends: ReadonlyArray<readonly [what: string, how: Partial<JobEnd>, type: string, status: 'Succeeded' | 'PartiallySucceeded' | 'Failed']> = [
	['succeeded', {}, 'com.neo4j.backup.succeeded.v1', 'Succeeded'],
	['backed up a part', {
		exitCode: 40, summary: {
			outcome: 'partial', reason: 'PartiallySucceeded', missing: ['mydb'], missingCount: 1,
		},
	}, 'com.neo4j.backup.succeeded.v1', 'PartiallySucceeded'],
	['failed', {
		exitCode: 41, summary: {
			outcome: 'failed', reason: 'BackupFailed', artifacts: [], artifactCount: 0, bytes: 0,
		},
	}, 'com.neo4j.backup.failed.v1', 'Failed'],
	['ended without words', {summary: false}, 'com.neo4j.backup.succeeded.v1', 'Succeeded'],
];

for (const [what, how, type, status] of ends) {
	test(`the event of a run that ${what} passes its schema and says what the status says`, async t => {
		const {job, kube, handle, backup, sent} = await startSetting(t);
		await endJob(kube, job, {...end, ...how});
		await handle(reconcileEvent());
		const [event] = sent;
		t.like(event, {
			type, source: '/apis/neo4j.neo4j.com/v1alpha1/namespaces/neo4j/neo4jbackups/daily', subject: '20261120020000-0a1b2c3d', datacontenttype: 'application/json', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'daily',
		});
		const schemas = await compileEventSchemas();
		const validate = schemas.get(type)!;
		validate(event!.data);
		t.is(validate.errors, null);
		const cr = await backup();
		const [run] = cr.status!.history!;
		t.is(run!.status, status);
		t.like(event!.data, {
			runID: run!.runID, jobName: run!.jobName, startTime: run!.startTime, completionTime: run!.completionTime, ...(status === 'Failed' ? {reason: run!.reason, message: run!.error} : {status, artifactCount: run!.artifactCount ?? 0}),
		});
	});
}
