import test from 'ava';
import {startEmbedded, startServer, type WatchEvent} from './server.ts';
import {
	configMap, configMaps, widget, widgetDefinition, widgets,
} from './widget.ts';

const summary = (event: WatchEvent | undefined): string => event ? `${event.type} ${event.object.metadata.name}` : 'end';

test('a watch without a version begins with what is there and goes on with what happens', async t => {
	const {create, request, watch} = await startServer(t);
	await create(configMap('a'));
	const {next} = await watch(`${configMaps}?watch=true`);
	t.is(summary(await next()), 'ADDED a');
	await create(configMap('b'));
	await request('PUT', `${configMaps}/b`, configMap('b', {}, {k: '1'}));
	await request('DELETE', `${configMaps}/a`);
	t.deepEqual([summary(await next()), summary(await next()), summary(await next())], ['ADDED b', 'MODIFIED b', 'DELETED a']);
});

test('a watch goes on from the version of a list without losing or repeating anything', async t => {
	const {create, get, request, watch} = await startServer(t);
	await create(configMap('a'));
	const {metadata} = await get(configMaps);
	await request('DELETE', `${configMaps}/a`);
	await create(configMap('b'));
	const {next} = await watch(`${configMaps}?watch=1&resourceVersion=${metadata.resourceVersion ?? ''}`);
	const deleted = await next();
	t.is(summary(deleted), 'DELETED a');
	t.is(Number(deleted?.object.metadata.resourceVersion), Number(metadata.resourceVersion) + 1);
	t.is(summary(await next()), 'ADDED b');
});

test('a watch sees only its namespace and its kind', async t => {
	const {create, get, watch} = await startServer(t);
	await create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'other'}});
	const {metadata} = await get(configMaps);
	const {next} = await watch(`${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion ?? ''}`);
	await create(configMap('a', {namespace: 'other'}));
	await create({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'a'}});
	await create(configMap('b'));
	t.is(summary(await next()), 'ADDED b');
});

test('what comes to match a selector is ADDED, what ceases to is DELETED', async t => {
	const {create, patch, watch} = await startServer(t);
	await create(configMap('a'));
	const {next} = await watch(`${configMaps}?watch=true&labelSelector=on`);
	await patch(`${configMaps}/a`, {metadata: {labels: {on: ''}}});
	await patch(`${configMaps}/a`, {data: {k: '1'}});
	await patch(`${configMaps}/a`, {metadata: {labels: null}});
	await patch(`${configMaps}/a`, {data: {k: '2'}});
	await create(configMap('b', {labels: {on: ''}}));
	const events = [await next(), await next(), await next(), await next()];
	t.deepEqual(events.map(event => summary(event)), ['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b']);
	// The last state that matched, under the version of the change.
	t.like(events[2]?.object, {data: {k: '1'}, metadata: {labels: {on: ''}}});
	t.true(Number(events[2]?.object.metadata.resourceVersion) > Number(events[1]?.object.metadata.resourceVersion));
});

test('one object is watched by its name', async t => {
	const {create, watch} = await startServer(t);
	const {next} = await watch(`${configMaps}?watch=true&fieldSelector=metadata.name%3Db`);
	await create(configMap('a'));
	await create(configMap('b'));
	t.is(summary(await next()), 'ADDED b');
});

test('a watch of a forgotten version is told so by an ERROR event, and ends', async t => {
	const {create, server, watch} = await startEmbedded(t);
	const {metadata} = await create(configMap('a'));
	await create(configMap('b'));
	server.compact();
	const reader = await watch(`${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion ?? ''}`);
	t.is(reader.code, 200);
	t.like(await reader.next(), {type: 'ERROR', object: {kind: 'Status', code: 410, reason: 'Expired'}});
	t.is(await reader.next(), undefined);
});

test('the history holds as many changes as it is told to, and no more are needed for the newest', async t => {
	const {create, watch} = await startEmbedded(t, {watchHistory: 2});
	const first = await create(configMap('a'));
	await create(configMap('b'));
	await create(configMap('c'));
	const tooOld = await watch(`${configMaps}?watch=true&resourceVersion=${Number(first.metadata.resourceVersion) - 1}`);
	t.like(await tooOld.next(), {type: 'ERROR', object: {code: 410}});
	const recent = await watch(`${configMaps}?watch=true&resourceVersion=${first.metadata.resourceVersion ?? ''}`);
	t.deepEqual([summary(await recent.next()), summary(await recent.next())], ['ADDED b', 'ADDED c']);
});

test('a version of the future is 504, so that clients of a server that lost its state list again', async t => {
	const {codeOf, server} = await startEmbedded(t);
	t.is(await codeOf('GET', `${configMaps}?watch=true&resourceVersion=${server.storage.revision() + 1}`), 504);
});

test('a watch ends after its timeout, with a bookmark for who asked for one', async t => {
	const {create, server, watch} = await startEmbedded(t);
	await create({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'a'}});
	const plain = await watch(`${configMaps}?watch=true&timeoutSeconds=1`);
	const marked = await watch(`${configMaps}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`);
	t.like(await marked.next(), {type: 'BOOKMARK', object: {kind: 'ConfigMap', apiVersion: 'v1', metadata: {resourceVersion: String(server.storage.revision())}}});
	t.is(await marked.next(), undefined);
	t.is(await plain.next(), undefined);
});

test('a watch that wants the initial events streamed is refused, upon which clients list', async t => {
	const {bodyOf} = await startEmbedded(t);
	t.like(await bodyOf('GET', `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`), {code: 422, reason: 'Invalid'});
});

test('all watches can be cut at once', async t => {
	const {create, server, watch} = await startEmbedded(t);
	const readers = [await watch(`${configMaps}?watch=true`), await watch('/api/v1/pods?watch=true')];
	server.dropWatches();
	for (const reader of readers) {
		t.is(await reader.next(), undefined);
	}

	const {next} = await watch(`${configMaps}?watch=true`);
	await create(configMap('a'));
	t.is(summary(await next()), 'ADDED a');
});

test('a watch of custom resources speaks the version that was asked for', async t => {
	const {create, patch, watch} = await startServer(t);
	await create(widgetDefinition);
	const {next} = await watch('/apis/example.com/v1alpha1/widgets?watch=true');
	await create(widget('a'));
	t.like(await next(), {type: 'ADDED', object: {apiVersion: 'example.com/v1alpha1', metadata: {name: 'a'}}});
	await patch(`${widgets}/a/status`, {status: {phase: 'Running'}});
	t.like(await next(), {type: 'MODIFIED', object: {status: {phase: 'Running'}}});
});
