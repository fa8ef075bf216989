import {Buffer} from 'node:buffer';
import test from 'ava';
import {startHarness, type Harness} from './harness.ts';

const configMaps = {resources: [{apiVersion: 'v1', kind: 'ConfigMap'}], mode: 'Resource'};

const change = async ({cluster}: Harness, name: string, colour: string) =>
	cluster.client.patch({
		apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name,
	}, {data: {colour}});

const create = async ({cluster}: Harness, name: string, labels: Record<string, string> = {}) => cluster.apply({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, labels}});

const remove = async ({cluster}: Harness, name: string) => cluster.client.delete({
	apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name,
});

const seen = ({eventing}: Harness) => eventing.events().map(({event: {attributes: {type, name}}}) => `${type!.split('.').at(-1)} ${name}`);

const setUp = async (...[t, options]: Parameters<typeof startHarness>) => {
	const harness = await startHarness(t, options);
	await harness.broker('main');
	return harness;
};

test('an ApiServerSource tells of additions, changes and deletions, with the whole object in Resource mode', async t => {
	const harness = await setUp(t, {now: () => new Date('2026-03-01T10:00:00Z')});
	await harness.source('ApiServerSource', 'maps', {...configMaps, ceOverrides: {extensions: {colour: 'blue'}}});
	await harness.eventing.settled();
	await create(harness, 'one');
	await harness.eventing.settled();
	await change(harness, 'one', 'red');
	await harness.eventing.settled();
	await remove(harness, 'one');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add one', 'update one', 'delete one']);
	const [, {event: {attributes, data}}] = harness.eventing.events() as [unknown, ReturnType<Harness['eventing']['events']>[number]];
	t.regex(attributes['id']!, /^[0-9a-f]{8}-[0-9a-f]{4}-4/v);
	t.like(attributes, {
		specversion: '1.0', type: 'dev.knative.apiserver.resource.update', source: harness.cluster.server, subject: '/apis/v1/namespaces/test/configmaps/one',
		time: '2026-03-01T10:00:00.000Z', datacontenttype: 'application/json', apiversion: 'v1', kind: 'ConfigMap', name: 'one', namespace: 'test', colour: 'blue',
	});
	const object = JSON.parse(Buffer.from(data!).toString()) as Record<string, unknown>;
	t.like(object, {
		apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'one'}, data: {colour: 'red'},
	});
});

test('in Reference mode an event carries only what names the object', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', {resources: configMaps.resources});
	await harness.eventing.settled();
	await create(harness, 'one');
	await harness.eventing.settled();
	const [{event}] = harness.eventing.events() as [ReturnType<Harness['eventing']['events']>[number]];
	t.is(event.attributes['type'], 'dev.knative.apiserver.ref.add');
	t.deepEqual(JSON.parse(Buffer.from(event.data!).toString()), {
		kind: 'ConfigMap', namespace: 'test', name: 'one', apiVersion: 'v1',
	});
});

test('what was there when a source started is never told', async t => {
	const harness = await setUp(t);
	await create(harness, 'old');
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await create(harness, 'new');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add new']);
});

test('what happens while nothing runs is lost', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await harness.eventing.close();
	await create(harness, 'missed');
	const again = await harness.start();
	await again.settled();
	await change(harness, 'missed', 'red');
	await again.settled();
	t.deepEqual(again.events().map(({event}) => event.attributes['type']), ['dev.knative.apiserver.resource.update']);
});

test('a watch that is cut goes on where it was', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	harness.cluster.apiServer.dropWatches();
	await create(harness, 'one');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add one']);
});

test('after 410 everything in the gap is silently lost', async t => {
	let isDown = false;
	const harness = await setUp(t, {fault: ({query}) => isDown && query.has('watch') ? {status: 503} : undefined});
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	isDown = true;
	harness.cluster.apiServer.dropWatches();
	await create(harness, 'lost');
	harness.cluster.apiServer.compact();
	isDown = false;
	await harness.eventing.settled();
	await create(harness, 'told');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add told']);
});

test('an object that begins to match the selector is an addition, one that ceases to is a deletion', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', {...configMaps, resources: [{...configMaps.resources[0], selector: {matchLabels: {mine: 'yes'}, matchExpressions: [{key: 'kept', operator: 'DoesNotExist'}]}}]});
	await harness.eventing.settled();
	await create(harness, 'one');
	await create(harness, 'kept', {mine: 'yes', kept: ''});
	const relabel = async (mine: string) => harness.cluster.client.patch({
		apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'one',
	}, {metadata: {labels: {mine}}});
	await relabel('yes');
	await harness.eventing.settled();
	await relabel('no');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add one', 'delete one']);
});

test('a source watches its own namespace, all of them, or those that its selector names', async t => {
	const harness = await setUp(t);
	await harness.cluster.client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'red', labels: {colour: 'red'}}});
	await harness.source('ApiServerSource', 'own', {...configMaps, ceOverrides: {extensions: {by: 'own'}}});
	await harness.source('ApiServerSource', 'all', {...configMaps, namespaceSelector: {}, ceOverrides: {extensions: {by: 'all'}}});
	await harness.source('ApiServerSource', 'some', {...configMaps, namespaceSelector: {matchLabels: {colour: 'red'}}, ceOverrides: {extensions: {by: 'some'}}});
	await harness.eventing.settled();
	for (const namespace of ['test', 'red', 'default']) {
		await harness.cluster.apply({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'one', namespace}});
	}

	await harness.eventing.settled();
	const heard = harness.eventing.events().map(({event: {attributes}}) => `${attributes['by']} ${attributes['namespace']}`);
	t.deepEqual(heard.toSorted(), ['all default', 'all red', 'all test', 'own test', 'some red']);
});

test('a namespace that begins to match is watched from then on', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'some', {...configMaps, namespaceSelector: {matchLabels: {colour: 'red'}}});
	await harness.eventing.settled();
	await harness.cluster.client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'late'}});
	await harness.cluster.apply({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'before', namespace: 'late'}});
	await harness.cluster.client.patch({apiVersion: 'v1', kind: 'Namespace', name: 'late'}, {metadata: {labels: {colour: 'red'}}});
	await harness.eventing.settled();
	await harness.cluster.apply({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'after', namespace: 'late'}});
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add after']);
});

test('an owner lets through only what its kind controls', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', {...configMaps, owner: {apiVersion: 'v1', kind: 'Secret'}});
	const {metadata: {uid}} = await harness.cluster.apply<{metadata: {uid: string}}>({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'owner'}});
	await harness.eventing.settled();
	await create(harness, 'free');
	await harness.cluster.apply({
		apiVersion: 'v1', kind: 'ConfigMap', metadata: {
			name: 'owned', ownerReferences: [{
				apiVersion: 'v1', kind: 'Secret', name: 'owner', uid, controller: true,
			}],
		},
	});
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add owned']);
});

test('a source sends one event at a time, in order', async t => {
	const harness = await startHarness(t);
	const sink = await harness.service('sink');
	await harness.source('ApiServerSource', 'maps', {...configMaps, sink: {uri: sink.url}});
	await harness.eventing.settled();
	const names = Array.from({length: 20}, (_, index) => `map-${index}`);
	for (const name of names) {
		await create(harness, name);
	}

	await harness.eventing.settled();
	t.deepEqual(sink.received.map(({headers}) => headers['ce-name']), names);
	t.is(sink.received[0]!.headers['kn-namespace'], 'test');
});

test('a kind that is missing from its group is left out until the source starts again', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', {...configMaps, resources: [{apiVersion: 'v1', kind: 'Absent'}, ...configMaps.resources]});
	await harness.eventing.settled();
	await create(harness, 'one');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), ['add one']);
});

test('an API group that is missing keeps the whole source down, until the group is there', async t => {
	const waiting = Promise.withResolvers<undefined>();
	const harness = await setUp(t, {
		async delay() {
			await waiting.promise;
		},
	});
	await harness.source('ApiServerSource', 'maps', {...configMaps, resources: [...configMaps.resources, {apiVersion: 'example.com/v1', kind: 'Thing'}]});
	await harness.eventing.settled();
	await create(harness, 'missed');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), []);
	await harness.cluster.client.create({
		apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: {name: 'things.example.com'},
		spec: {
			group: 'example.com', scope: 'Namespaced', names: {
				kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList',
			},
			versions: [{
				name: 'v1', served: true, storage: true, schema: {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}},
			}],
		},
	} as Parameters<typeof harness.cluster.client.create>[0]);
	waiting.resolve(undefined);
	for (let index = 0; !seen(harness).some(line => line.startsWith('add')); index++) {
		await create(harness, `later-${index}`);
		await harness.eventing.settled();
	}

	t.false(seen(harness).includes('add missed'));
});

test('an edited source goes on without a gap', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await harness.cluster.client.patch({
		apiVersion: 'sources.knative.dev/v1', kind: 'ApiServerSource', namespace: 'test', name: 'maps',
	}, {spec: {mode: 'Reference'}});
	await create(harness, 'between');
	await harness.eventing.settled();
	await create(harness, 'after');
	await harness.eventing.settled();
	t.true(seen(harness).includes('add between'));
	t.is(harness.eventing.events().at(-1)!.event.attributes['type'], 'dev.knative.apiserver.ref.add');
});

test('a deleted source falls silent', async t => {
	const harness = await setUp(t);
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	await harness.cluster.client.delete({
		apiVersion: 'sources.knative.dev/v1', kind: 'ApiServerSource', namespace: 'test', name: 'maps',
	});
	await harness.eventing.settled();
	await create(harness, 'one');
	await harness.eventing.settled();
	t.deepEqual(seen(harness), []);
});

test('what a source sends can be dropped, doubled with another id, and delayed on purpose', async t => {
	const harness = await setUp(t, {
		chaos: ({attributes}, hop) => hop === 'source' ? (attributes['name'] as 'drop' | 'double' | 'delay' | 'deliver') : 'deliver',
	});
	await harness.source('ApiServerSource', 'maps', configMaps);
	await harness.eventing.settled();
	for (const name of ['delay', 'drop', 'double', 'deliver']) {
		await create(harness, name);
	}

	await harness.eventing.settled();
	t.deepEqual(seen(harness).filter(line => line !== 'add delay'), ['add double', 'add double', 'add deliver']);
	t.true(seen(harness).includes('add delay'));
	t.is(new Set(harness.eventing.events().map(({event}) => event.attributes['id'])).size, 4);
});
