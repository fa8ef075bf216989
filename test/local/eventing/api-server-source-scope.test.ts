import test from 'ava';
import {
	configMaps, create, seen, setUp,
} from './config-maps.ts';

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
