import test, {type ExecutionContext} from 'ava';
import {createHandle} from '../../../functions/dead-letter/handle.ts';
import {readManifests} from '#local/manifests.ts';
import {type Handle} from '#shared/events/host.ts';
import {type Log} from '#shared/log.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {startCluster, type Cluster} from '#test/local/cluster.ts';

type KubeEvent = KubeObject & {readonly reason: string; readonly message: string; readonly type: string; readonly involvedObject: {readonly name: string; readonly uid: string}};

const letter = (extensions: ReceivedEvent['extensions']): ReceivedEvent => ({
	id: '1', source: '/s', type: 'dev.knative.apiserver.resource.update', specversion: '1.0', extensions: {
		apiversion: 'batch/v1', kind: 'Job', namespace: 'test', name: 'daily-backup', knativeerrorcode: '422', ...extensions,
	}, data: {},
});

const job = {
	apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'daily-backup'}, spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'a', image: 'a'}]}}},
};

const eventsOf = async ({client}: Cluster): Promise<readonly KubeEvent[]> => {
	const found: KubeEvent[] = [];
	for await (const page of client.list<KubeEvent>({apiVersion: 'v1', kind: 'Event', namespace: 'test'})) {
		found.push(...page);
	}

	return found;
};

const start = async (t: ExecutionContext) => {
	const cluster = await startCluster(t);
	const lines: Array<Record<string, unknown>> = [];
	const log = {error: (fields: Record<string, unknown>) => lines.push(fields)} as unknown as Log;
	const handle: Handle = createHandle({kube: cluster.client});
	return {cluster, lines, record: async (event: ReceivedEvent) => handle(event, {log, signal: new AbortController().signal})};
};

test('a letter is one line of the log and one Warning on the object that it names, however often it comes', async t => {
	const {cluster, lines, record} = await start(t);
	const {metadata: {uid}} = await cluster.apply(job);
	await record(letter({}));
	await record(letter({}));
	t.is(lines.length, 2);
	t.like(lines[0], {deadLetter: {id: '1', kind: 'Job'}, failure: {status: '422'}});
	const events = await eventsOf(cluster);
	t.is(events.length, 1);
	t.like(events[0], {type: 'Warning', reason: 'EventGivenUp', involvedObject: {name: 'daily-backup', uid: uid!}});
	t.regex(events[0]!.message, /HTTP 422.*docs\/events\.md/v);
});

test('a letter about a restore is a Warning on it, which says that the restore goes on by itself', async t => {
	const {cluster, record} = await start(t);
	for (const manifest of await readManifests('crds/neo4jrestores.yaml')) {
		await cluster.client.create<KubeObject>(manifest);
	}

	await cluster.apply({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jRestore', metadata: {name: 'back'}, spec: {clusterRef: 'graph', databaseName: 'movies', source: {type: 'backup', backupRef: 'daily'}},
	});
	await record(letter({apiversion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jRestore', name: 'back'}));
	const events = await eventsOf(cluster);
	t.like(events, [{type: 'Warning', reason: 'EventGivenUp', involvedObject: {name: 'back'}}]);
	t.regex(events[0]!.message, /goes on within a minute/v);
});

for (const [title, extensions] of Object.entries({
	'an object that is gone': {name: 'gone'},
	'a kind that is not ours': {apiversion: 'v1', kind: 'Secret'},
	'a path in place of a name': {name: '../../secrets'},
})) {
	test(`a letter about ${title} is a line of the log alone`, async t => {
		const {cluster, lines, record} = await start(t);
		await t.notThrowsAsync(record(letter(extensions)));
		t.is(lines.length, 1);
		t.deepEqual(await eventsOf(cluster), []);
	});
}
