import test, {type ExecutionContext} from 'ava';
import {type Body, startEmbedded, startServer} from './server.ts';
import {
	configMap, configMaps, job, jobs, widget, widgetDefinition, widgets,
} from './widget.ts';
import {type Fields} from '#local/apiserver/object.ts';
import {humanDuration} from '#local/apiserver/table/age.ts';

const table = {accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'};

type Table = Body & {
	readonly columnDefinitions: ReadonlyArray<{readonly name: string; readonly type: string; readonly priority: number; readonly description: string}>;
	readonly rows: ReadonlyArray<{readonly cells: readonly unknown[]; readonly object: unknown}>;
};

const asTable = (body: Body): Table => body as Table;

const ages = test.macro({
	exec(t: ExecutionContext, seconds: number, expected: string) {
		t.is(humanDuration(seconds * 1000), expected);
	},
	title: (_, seconds, expected) => `${seconds} seconds are ${expected}`,
});

const [minute, hour, day] = [60, 3600, 86_400];
test(ages, -2, '<invalid>');
test(ages, -1, '0s');
test(ages, 119, '119s');
test(ages, 120, '2m');
test(ages, (9 * minute) + 59, '9m59s');
test(ages, (10 * minute) + 59, '10m');
test(ages, 179 * minute, '179m');
test(ages, 3 * hour, '3h');
test(ages, (7 * hour) + (59 * minute), '7h59m');
test(ages, 8.9 * hour, '8h');
test(ages, 47 * hour, '47h');
test(ages, 2 * day, '2d');
test(ages, (7 * day) + (23 * hour), '7d23h');
test(ages, 8.5 * day, '8d');
test(ages, 700 * day, '700d');
test(ages, 731 * day, '2y1d');
test(ages, 3000 * day, '8y');

/** A time that a real server, which has no clock but the machine's, can tell the age of. */
const ago = (seconds: number): string => new Date((Math.floor(Date.now() / 1000) - seconds) * 1000).toISOString().replace('.000', '');

test('a custom resource has the columns of its definition, dates as ages and missing values empty', async t => {
	const {bodyOf, create, patch} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('a', {}, {labels: {'example.com/team': 'blue'}}));
	await patch(`${widgets}/a/status`, {status: {phase: 'Running', last: ago((2 * day) + hour + 600), conditions: [{type: 'Other', status: 'False'}, {type: 'Ready', status: 'True'}]}});
	await create(widget('b'));
	const {kind, apiVersion, columnDefinitions, rows} = asTable(await bodyOf('GET', widgets, undefined, table));
	t.deepEqual([kind, apiVersion], ['Table', 'meta.k8s.io/v1']);
	t.deepEqual(columnDefinitions.map(({name, type, priority}) => [name, type, priority]), [
		['Name', 'string', 0], ['Size', 'integer', 0], ['Phase', 'string', 0], ['Ready', 'string', 1], ['Team', 'string', 0], ['Last', 'date', 0], ['Age', 'date', 0],
	]);
	t.is(columnDefinitions[1]?.description, 'How big it is');
	t.deepEqual(rows.map(({cells}) => cells.slice(0, -1)), [
		['a', 1, 'Running', 'True', 'blue', '2d1h'],
		['b', 1, null, null, null, null],
	]);
	t.regex(String(rows[0]?.cells.at(-1)), /^\d+s$/v);
});

test('a table holds as much of each object as is asked for', async t => {
	const {bodyOf, create} = await startServer(t);
	const created = await create(configMap('a', {}, {k: '1'}));
	const objectWith = async (include: string) => {
		const {rows: [row]} = asTable(await bodyOf('GET', `${configMaps}/a${include}`, undefined, table));
		return row!.object;
	};

	t.deepEqual(await objectWith('?includeObject=Object'), created);
	t.deepEqual(await objectWith(''), {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: created.metadata});
	t.is(await objectWith('?includeObject=None'), null);
});

test('metadata alone is an answer too', async t => {
	const {bodyOf, create} = await startServer(t);
	const {metadata} = await create(configMap('a', {}, {k: '1'}));
	t.deepEqual(await bodyOf('GET', `${configMaps}/a`, undefined, {accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'}), {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata});
	t.like(await bodyOf('GET', configMaps, undefined, {accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'}), {kind: 'PartialObjectMetadataList', items: [{kind: 'PartialObjectMetadata', metadata}]});
});

test('a watch sends tables of one row, and errors as they are', async t => {
	const {create, server, watch} = await startEmbedded(t);
	await create(configMap('a', {}, {k: '1'}));
	const {next} = await watch(`${configMaps}?watch=true`, table);
	t.like(await next(), {type: 'ADDED', object: {kind: 'Table', rows: [{cells: ['a', 1]}]}});
	const old = server.storage.revision();
	await create(configMap('b'));
	server.compact();
	const late = await watch(`${configMaps}?watch=true&resourceVersion=${old - 1}`, table);
	t.like(await late.next(), {type: 'ERROR', object: {kind: 'Status', code: 410}});
});

const start = ago((3 * hour) + (30 * minute) + 20);

const statuses: ReadonlyArray<readonly [Fields, readonly unknown[]]> = [
	[{}, ['Running', '0/1', '']],
	[{startTime: start, succeeded: 0}, ['Running', '0/1', '3h30m']],
	[{
		startTime: start, completionTime: ago((3 * hour) + (30 * minute)), succeeded: 1, conditions: [{type: 'SuccessCriteriaMet', status: 'True'}, {type: 'Complete', status: 'True'}],
	}, ['Complete', '1/1', '20s']],
	[{startTime: start, conditions: [{type: 'FailureTarget', status: 'True'}, {type: 'Failed', status: 'True'}]}, ['Failed', '0/1', '3h30m']],
];

test('a Job shows whether it runs, completed or failed', async t => {
	const {bodyOf, create, patch} = await startServer(t);
	for (const [index, [status, expected]] of statuses.entries()) {
		const path = `${jobs}/a${index}`;
		await create(job(`a${index}`));
		t.like(await patch(`${path}/status`, [{op: 'replace', path: '/status', value: status}], 'json'), {code: 200});
		const {rows: [row]} = asTable(await bodyOf('GET', path, undefined, table));
		t.deepEqual(row?.cells.slice(1, 4), expected);
	}
});

const running = {state: {running: {}}};
const done = {state: {terminated: {exitCode: 0, reason: 'Completed'}}};

const pods: ReadonlyArray<readonly [string, Fields, string, string]> = [
	['waits', {phase: 'Pending'}, '0/1', 'Pending'],
	['runs', {phase: 'Running', containerStatuses: [{...running, ready: true, restartCount: 2}]}, '1/1', 'Running'],
	['is being made', {phase: 'Pending', containerStatuses: [{state: {waiting: {reason: 'ContainerCreating'}}}]}, '0/1', 'ContainerCreating'],
	['runs its second init container', {phase: 'Pending', initContainerStatuses: [done, running]}, '0/1', 'Init:1/2'],
	['failed in an init container', {phase: 'Pending', initContainerStatuses: [{state: {terminated: {exitCode: 2, reason: 'Error'}}}]}, '0/1', 'Init:Error'],
	['succeeded', {phase: 'Succeeded', initContainerStatuses: [done], containerStatuses: [done]}, '0/1', 'Completed'],
	['ended with a code', {phase: 'Failed', containerStatuses: [{state: {terminated: {exitCode: 41}}}]}, '0/1', 'ExitCode:41'],
	['was evicted', {phase: 'Failed', reason: 'Evicted'}, '0/1', 'Evicted'],
];

for (const [what, status, ready, word] of pods) {
	test(`a Pod that ${what} is ${word}`, async t => {
		const {bodyOf, create, patch} = await startServer(t);
		const path = '/api/v1/namespaces/default/pods/a';
		await create({
			apiVersion: 'v1', kind: 'Pod', metadata: {name: 'a'}, spec: {initContainers: [{name: 'i', image: 'i'}, {name: 'j', image: 'j'}], containers: [{name: 'main', image: 'a'}]},
		});
		await patch(`${path}/status`, [{op: 'replace', path: '/status', value: status}], 'json');
		const {rows: [row]} = asTable(await bodyOf('GET', path, undefined, table));
		t.deepEqual(row?.cells.slice(0, 3), ['a', ready, word]);
	});
}

test('an Event shows when it was last seen, and of what', async t => {
	const {bodyOf, create} = await startServer(t);
	await create({
		apiVersion: 'v1', kind: 'Event', metadata: {name: 'a.1'}, involvedObject: {kind: 'Widget', name: 'a', namespace: 'default'}, type: 'Warning', reason: 'Tested', message: 'It was.\n', lastTimestamp: start, source: {component: 'tester'},
	});
	const {columnDefinitions, rows: [row]} = asTable(await bodyOf('GET', '/api/v1/events', undefined, table));
	t.deepEqual(columnDefinitions.map(({name}) => name), ['Last Seen', 'Type', 'Reason', 'Object', 'Subobject', 'Source', 'Message', 'First Seen', 'Count', 'Name']);
	t.deepEqual(row?.cells, ['3h30m', 'Warning', 'Tested', 'widget/a', '', 'tester', 'It was.', '<unknown>', 1, 'a.1']);
});

test('every builtin kind has a table', async t => {
	const {bodyOf, get} = await startServer(t);
	const {resources} = await get('/apis/apps/v1') as Body & {readonly resources: ReadonlyArray<{readonly name: string}>};
	t.true(resources.length > 0);
	for (const path of ['/api/v1', '/apis/apps/v1', '/apis/batch/v1', '/apis/rbac.authorization.k8s.io/v1', '/apis/apiextensions.k8s.io/v1']) {
		const list = await get(path) as Body & {readonly resources: ReadonlyArray<{readonly name: string; readonly verbs: readonly string[]}>};
		for (const {name} of list.resources.filter(({name, verbs}) => !name.includes('/') && verbs.includes('list'))) {
			const {columnDefinitions} = asTable(await bodyOf('GET', `${path}/${name}`, undefined, table));
			t.true(columnDefinitions.length > 1);
		}
	}
});
