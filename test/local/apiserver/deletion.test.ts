import test from 'ava';
import {
	type Body, startEmbedded, startServer, until, untilGone,
} from './server.ts';
import {
	configMap, configMaps, job, jobs, widget, widgetDefinition, widgets,
} from './widget.ts';
import {type Fields} from '#local/apiserver/object.ts';

const ownedBy = ({apiVersion, kind, metadata}: Body, more: Fields = {}): Fields => ({
	ownerReferences: [{
		apiVersion, kind, name: metadata.name, uid: metadata.uid, ...more,
	}],
});

test('a deleted object is gone, and the answer says which it was', async t => {
	const {bodyOf, codeOf, create} = await startServer(t);
	const {metadata: {uid}} = await create(job('a'));
	t.like(await bodyOf('DELETE', `${jobs}/a?propagationPolicy=Background`), {
		kind: 'Status', status: 'Success', details: {
			name: 'a', group: 'batch', kind: 'jobs', uid,
		},
	});
	t.is(await codeOf('GET', `${jobs}/a`), 404);
	t.is(await codeOf('DELETE', `${jobs}/a`), 404);
});

test('an object with finalizers stays until the last of them is removed', async t => {
	const {bodyOf, codeOf, create, patch} = await startServer(t, {now: () => new Date('2026-03-01T12:00:00Z')});
	await create(configMap('a', {finalizers: ['example.com/a', 'example.com/b']}));
	t.like(await bodyOf('DELETE', `${configMaps}/a`), {kind: 'ConfigMap', metadata: {deletionTimestamp: '2026-03-01T12:00:00Z'}});
	t.like(await bodyOf('DELETE', `${configMaps}/a`), {kind: 'ConfigMap'});
	t.like(await patch(`${configMaps}/a`, {metadata: {finalizers: ['example.com/a', 'example.com/c']}}), {code: 422});
	t.like(await patch(`${configMaps}/a`, {metadata: {finalizers: ['example.com/a']}}), {code: 200});
	t.like(await patch(`${configMaps}/a`, {metadata: {finalizers: null}}), {code: 200});
	t.is(await codeOf('GET', `${configMaps}/a`), 404);
});

test('preconditions on uid and version are kept', async t => {
	const {bodyOf, codeOf, create} = await startServer(t);
	const {metadata: {uid, resourceVersion}} = await create(configMap('a'));
	t.like(await bodyOf('DELETE', `${configMaps}/a`, {preconditions: {uid: 'other'}}), {code: 409, message: `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other) does not match the UID in record (${uid ?? ''}). The object might have been deleted and then recreated`});
	t.is(await codeOf('DELETE', `${configMaps}/a`, {preconditions: {resourceVersion: '1'}}), 409);
	t.is(await codeOf('DELETE', `${configMaps}/a`, {preconditions: {uid, resourceVersion}}), 200);
});

test('dependents go after their owner, down to the last generation', async t => {
	const client = await startServer(t);
	const {create, request} = client;
	const grandparent = await create(configMap('grandparent'));
	const parent = await create(configMap('parent', ownedBy(grandparent)));
	await create(configMap('child', ownedBy(parent)));
	await create(configMap('stranger'));
	await request('DELETE', `${configMaps}/grandparent`);
	await untilGone(client, `${configMaps}/child`);
	t.is(await client.codeOf('GET', `${configMaps}/parent`), 404);
	t.is(await client.codeOf('GET', `${configMaps}/stranger`), 200);
});

test('a dependent of two owners stays with the other one', async t => {
	const {create, get, request} = await startServer(t);
	const [one, two] = [await create(configMap('one')), await create(configMap('two'))];
	await create(configMap('child', {ownerReferences: [ownedBy(one), ownedBy(two)].flatMap(({ownerReferences}) => ownerReferences)}));
	await request('DELETE', `${configMaps}/one`);
	const left = await until(async () => {
		const {metadata: {ownerReferences = []}} = await get(`${configMaps}/child`);
		return ownerReferences.length === 1 ? ownerReferences : undefined;
	});
	t.is(left[0]?.name, 'two');
});

test('a dependent that is created after its owner is gone goes as well', async t => {
	const client = await startServer(t);
	const owner = await client.create(configMap('owner'));
	await client.request('DELETE', `${configMaps}/owner`);
	await client.create(configMap('owner'));
	await client.create(configMap('late', ownedBy(owner)));
	await untilGone(client, `${configMaps}/late`);
	t.is(await client.codeOf('GET', `${configMaps}/owner`), 200);
});

test('a dependent of an owner whose kind nobody serves stays', async t => {
	const client = await startServer(t);
	await client.create(configMap('a', {
		ownerReferences: [{
			apiVersion: 'nobody.example.com/v1', kind: 'Nothing', name: 'a', uid: '1',
		}],
	}));
	await client.create(configMap('b', {
		ownerReferences: [{
			apiVersion: 'v1', kind: 'Secret', name: 'b', uid: '1',
		}],
	}));
	await untilGone(client, `${configMaps}/b`);
	t.is(await client.codeOf('GET', `${configMaps}/a`), 200);
});

test('with Orphan the dependents stay and forget their owner', async t => {
	const client = await startServer(t);
	const owner = await client.create(configMap('owner'));
	await client.create(configMap('child', ownedBy(owner)));
	t.like(await client.bodyOf('DELETE', `${configMaps}/owner`, {propagationPolicy: 'Orphan'}), {metadata: {finalizers: ['orphan']}});
	await untilGone(client, `${configMaps}/owner`);
	const child = await client.get(`${configMaps}/child`);
	t.is(child.metadata.ownerReferences, undefined);
});

test('with Foreground the owner stays until the dependents that block it are gone', async t => {
	const client = await startServer(t);
	const owner = await client.create(configMap('owner'));
	await client.create(configMap('child', {...ownedBy(owner, {blockOwnerDeletion: true}), finalizers: ['example.com/a']}));
	t.like(await client.bodyOf('DELETE', `${configMaps}/owner?propagationPolicy=Foreground`), {metadata: {finalizers: ['foregroundDeletion']}});
	await until(async () => {
		const {metadata} = await client.get(`${configMaps}/child`);
		return metadata.deletionTimestamp;
	});
	t.is(await client.codeOf('GET', `${configMaps}/owner`), 200);
	await client.patch(`${configMaps}/child`, {metadata: {finalizers: null}});
	await untilGone(client, `${configMaps}/owner`);
});

test('a DELETE of a Job that does not say what becomes of its Pods orphans them, as batch/v1 does', async t => {
	const client = await startServer(t);
	const owner = await client.create(job('a'));
	const pod = {apiVersion: 'v1', kind: 'Pod', spec: {containers: [{name: 'main', image: 'a'}]}};
	await client.create({...pod, metadata: {name: 'a', ...ownedBy(owner)}});
	await client.request('DELETE', `${jobs}/a`);
	await untilGone(client, `${jobs}/a`);
	t.is(await client.codeOf('GET', '/api/v1/namespaces/default/pods/a'), 200);
	const other = await client.create(job('b'));
	await client.create({...pod, metadata: {name: 'b', ...ownedBy(other)}});
	await client.request('DELETE', `${jobs}/b?propagationPolicy=Background`);
	await untilGone(client, '/api/v1/namespaces/default/pods/b');
});

test('a running Pod is given its grace period, and goes when its node says so', async t => {
	const {bodyOf, codeOf, create, request} = await startServer(t, {now: () => new Date('2026-03-01T12:00:00Z')});
	const path = '/api/v1/namespaces/default/pods/a';
	await create({
		apiVersion: 'v1', kind: 'Pod', metadata: {name: 'a'}, spec: {nodeName: 'n', containers: [{name: 'main', image: 'a'}]},
	});
	t.like(await bodyOf('DELETE', path), {kind: 'Pod', metadata: {deletionTimestamp: '2026-03-01T12:00:30Z', deletionGracePeriodSeconds: 30}});
	t.like(await bodyOf('DELETE', path, {gracePeriodSeconds: 5}), {metadata: {deletionGracePeriodSeconds: 5}});
	t.is(await codeOf('GET', path), 200);
	await request('DELETE', path, {gracePeriodSeconds: 0});
	t.is(await codeOf('GET', path), 404);
});

test('a Pod that has ended, or that no node has taken, goes at once', async t => {
	const {codeOf, create, patch, request} = await startServer(t);
	const pod = (name: string, nodeName?: string) => ({
		apiVersion: 'v1', kind: 'Pod', metadata: {name}, spec: {containers: [{name: 'main', image: 'a'}], ...(nodeName !== undefined && {nodeName})},
	});
	await create(pod('ended', 'n'));
	await create(pod('waiting'));
	await patch('/api/v1/namespaces/default/pods/ended/status', {status: {phase: 'Succeeded'}});
	for (const name of ['ended', 'waiting']) {
		await request('DELETE', `/api/v1/namespaces/default/pods/${name}`);
		t.is(await codeOf('GET', `/api/v1/namespaces/default/pods/${name}`), 404);
	}
});

test('a namespace empties itself, takes nothing new meanwhile, and then goes', async t => {
	const client = await startServer(t);
	const {create, bodyOf, patch} = client;
	await create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'other'}});
	await create(configMap('held', {namespace: 'other', finalizers: ['example.com/a']}));
	await create(job('a', {namespace: 'other'}));
	t.like(await bodyOf('DELETE', '/api/v1/namespaces/other'), {kind: 'Namespace', status: {phase: 'Terminating'}});
	await untilGone(client, '/apis/batch/v1/namespaces/other/jobs/a');
	t.like(await bodyOf('POST', '/api/v1/namespaces/other/configmaps', configMap('b')), {
		code: 403, reason: 'Forbidden', message: 'configmaps "b" is forbidden: unable to create new content in namespace other because it is being terminated',
	});
	await patch('/api/v1/namespaces/other/configmaps/held', {metadata: {finalizers: null}});
	await untilGone(client, '/api/v1/namespaces/other');
});

test('a definition takes its objects along', async t => {
	const client = await startServer(t);
	const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com';
	await client.create(widgetDefinition);
	await client.create(widget('a', {}, {finalizers: ['example.com/a']}));
	t.like(await client.bodyOf('DELETE', definition), {kind: 'CustomResourceDefinition'});
	await until(async () => {
		const {metadata} = await client.get(`${widgets}/a`);
		return metadata.deletionTimestamp;
	});
	t.is(await client.codeOf('GET', definition), 200);
	await client.patch(`${widgets}/a`, {metadata: {finalizers: null}});
	await untilGone(client, definition);
	await client.create(widgetDefinition);
	t.like(await client.get(widgets), {items: []});
});

test('a whole collection, or what a selector leaves of it, is deleted at once', async t => {
	const {create, get, request} = await startServer(t);
	for (const name of ['a', 'b', 'c']) {
		await create(configMap(name, {labels: {name}}));
	}

	await request('DELETE', `${configMaps}?labelSelector=name!=b`);
	const {items} = await get(configMaps);
	t.deepEqual(items.map(({metadata}) => metadata.name), ['b']);
});

test('an Event is forgotten an hour after it was last written', async t => {
	let now = Date.parse('2026-03-01T12:00:00Z');
	const client = await startEmbedded(t, {now: () => new Date(now)});
	const event = (name: string) => ({
		apiVersion: 'v1', kind: 'Event', metadata: {name}, involvedObject: {kind: 'Job', name: 'a', namespace: 'default'}, reason: 'Tested', type: 'Normal',
	});
	const path = '/api/v1/namespaces/default/events';
	await client.create(event('a'));
	await client.create(event('b'));
	now += 50 * 60 * 1000;
	await client.patch(`${path}/b`, {count: 2});
	now += 20 * 60 * 1000;
	await client.create(event('c'));
	await untilGone(client, `${path}/a`);
	t.is(await client.codeOf('GET', `${path}/b`), 200);
});
