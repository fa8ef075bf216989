import test from 'ava';
import {startEmbedded, startServer} from './server.ts';
import {
	configMap, configMaps, job, jobs,
} from './widget.ts';

const noon = new Date('2026-03-01T12:00:00.400Z');

test('a created object has the identity, clock and first generation of the server', async t => {
	const {create, get} = await startServer(t, {now: () => noon});
	const created = await create(job('a', {
		uid: 'mine', resourceVersion: '', creationTimestamp: '2001-01-01T00:00:00Z', generation: 7,
	}));
	t.like(created, {
		apiVersion: 'batch/v1', kind: 'Job', metadata: {
			name: 'a', namespace: 'default', creationTimestamp: '2026-03-01T12:00:00Z', generation: 1,
		},
	});
	t.regex(created.metadata.uid ?? '', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/v);
	t.deepEqual(await get(`${jobs}/a`), created);
});

test('every answer carries the server\'s clock in its Date header', async t => {
	const {request} = await startServer(t, {now: () => noon});
	for (const path of ['/version', configMaps, `${configMaps}/missing`, '/nowhere']) {
		const {headers} = await request('GET', path);
		t.is(headers.get('date'), 'Sun, 01 Mar 2026 12:00:00 GMT');
	}
});

test('kube-system, which identifies the cluster, and default are there from the start', async t => {
	const {get} = await startServer(t);
	const {metadata} = await get('/api/v1/namespaces/kube-system');
	t.truthy(metadata.uid);
	t.like(await get('/api/v1/namespaces/default'), {status: {phase: 'Active'}});
});

test('generateName makes names that differ and fit', async t => {
	const {create} = await startServer(t);
	const prefix = `${'a'.repeat(80)}-`;
	const created = await Promise.all([1, 2].map(async () => create({...configMap('x'), metadata: {generateName: prefix}})));
	t.not(created[0]?.metadata.name, created[1]?.metadata.name);
	for (const {metadata} of created) {
		t.regex(metadata.name, /^a{58}[bcdfghj-np-tv-xz\d]{5}$/v);
	}
});

const refusals = [
	['an object that exists', 'POST', configMaps, configMap('taken'), 409, 'AlreadyExists', 'configmaps "taken" already exists'],
	['a name in another namespace than the path', 'POST', configMaps, configMap('a', {namespace: 'kube-system'}), 400, 'BadRequest', 'the namespace of the provided object does not match the namespace sent on the request'],
	['a namespace that does not exist', 'POST', '/api/v1/namespaces/none/configmaps', configMap('a'), 404, 'NotFound', 'namespaces "none" not found'],
	['another kind', 'POST', configMaps, {...configMap('a'), kind: 'Secret'}, 400, 'BadRequest', 'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion'],
	['another version', 'POST', configMaps, {...configMap('a'), apiVersion: 'v2'}, 400, 'BadRequest', 'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:110"'],
	['no name', 'POST', configMaps, configMap(''), 422, 'Invalid', 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
	['a long name', 'POST', configMaps, configMap('a'.repeat(254)), 422, 'Invalid', `ConfigMap "${'a'.repeat(254)}" is invalid: metadata.name: Invalid value: "${'a'.repeat(254)}": must be no more than 253 characters`],
	['a label that is too long', 'POST', configMaps, configMap('a', {labels: {a: 'b'.repeat(64)}}), 422, 'Invalid', `ConfigMap "a" is invalid: metadata.labels: Invalid value: "${'b'.repeat(64)}": must be no more than 63 characters`],
	['a missing object', 'GET', `${configMaps}/none`, undefined, 404, 'NotFound', 'configmaps "none" not found'],
	['a missing object of a group', 'DELETE', `${jobs}/none`, undefined, 404, 'NotFound', 'jobs.batch "none" not found'],
	['a kind that nobody serves', 'GET', '/apis/apps/v1/widgets', undefined, 404, 'NotFound', 'the server could not find the requested resource'],
	['another name in the body than in the path', 'PUT', `${configMaps}/taken`, configMap('other'), 400, 'BadRequest', 'the name of the object (other) does not match the name on the URL (taken)'],
	['an unknown verb', 'POST', `${configMaps}/taken`, configMap('taken'), 405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'],
	['a body that is not JSON', 'POST', configMaps, '{', 400, 'BadRequest', undefined],
] as const;

for (const [what, method, path, sent, code, reason, message] of refusals) {
	test(`the server refuses ${what} in its own words`, async t => {
		const {create, request} = await startServer(t);
		await create(configMap('taken'));
		const answer = await request(method, path, sent);
		t.like(answer.body, {
			kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, ...(message !== undefined && {message}),
		});
		t.is(answer.code, code);
	});
}

test('a group that is not the server\'s own has no words of the API for what it lacks', async t => {
	const {server} = await startServer(t);
	for (const path of ['/apis/example.com/v1/widgets', '/apis/example.com', '/apis/neo4j.neo4j.com/v1alpha1/widgets', '/nonsense']) {
		const answer = await fetch(server.url + path);
		t.deepEqual([answer.status, await answer.text()], [404, '404 page not found\n']);
	}
});

test('a PUT with a resourceVersion that is not the latest is a conflict', async t => {
	const {bodyOf, create, request} = await startServer(t);
	const first = await create(configMap('a', {}, {k: '1'}));
	const second = await request('PUT', `${configMaps}/a`, {...first, data: {k: '2'}});
	t.is(second.code, 200);
	t.true(Number(second.body.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
	t.like(await bodyOf('PUT', `${configMaps}/a`, {...first, data: {k: '3'}}), {
		code: 409,
		reason: 'Conflict',
		message: 'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
		details: {name: 'a', kind: 'configmaps'},
	});
});

test('of two writers that read the same version one succeeds', async t => {
	const {codeOf, create} = await startServer(t);
	const read = await create(configMap('a'));
	const codes = await Promise.all(['1', '2', '3'].map(async k => codeOf('PUT', `${configMaps}/a`, {...read, data: {k}})));
	t.deepEqual(codes.toSorted((left, right) => left - right), [200, 409, 409]);
});

test('a PUT cannot change what is the server\'s, nor name another uid', async t => {
	const {codeOf, create, request} = await startServer(t);
	const {metadata} = await create(configMap('a'));
	const written = await request('PUT', `${configMaps}/a`, configMap('a', {creationTimestamp: '2001-01-01T00:00:00Z'}, {k: '1'}));
	t.like(written.body.metadata, {uid: metadata.uid, creationTimestamp: metadata.creationTimestamp});
	t.is(await codeOf('PUT', `${configMaps}/a`, configMap('a', {deletionTimestamp: '2001-01-01T00:00:00Z'})), 422);
	t.is(await codeOf('PUT', `${configMaps}/a`, configMap('a', {uid: 'other'})), 409);
});

test('a write that changes nothing stores nothing', async t => {
	const {bodyOf, create, server} = await startEmbedded(t);
	const read = await create(configMap('a'));
	const revision = server.storage.revision();
	t.like(await bodyOf('PUT', `${configMaps}/a`, read), {metadata: {resourceVersion: read.metadata.resourceVersion}});
	t.is(server.storage.revision(), revision);
});

test('a dry run answers as the write would and stores nothing', async t => {
	const {bodyOf, codeOf, create, server} = await startEmbedded(t);
	await create(configMap('a'));
	const revision = server.storage.revision();
	t.like(await bodyOf('POST', `${configMaps}?dryRun=All`, configMap('b')), {metadata: {name: 'b'}});
	t.like(await bodyOf('PUT', `${configMaps}/a?dryRun=All`, configMap('a', {}, {k: '1'})), {data: {k: '1'}});
	t.is(await codeOf('DELETE', `${configMaps}/a?dryRun=All`), 200);
	t.is(server.storage.revision(), revision);
});

test('YAML is taken as JSON is; a body past 3 MiB is not', async t => {
	const {codeOf} = await startServer(t);
	t.is(await codeOf('POST', configMaps, 'metadata: {name: a}\ndata: {k: v}\n', {'content-type': 'application/yaml'}), 201);
	t.is(await codeOf('POST', configMaps, configMap('b', {}, {k: 'x'.repeat(3 * 1024 * 1024)})), 413);
	t.is(await codeOf('POST', configMaps, '<a/>', {'content-type': 'text/xml'}), 415);
});

test('protobuf of kinds that the embedded server has no numbers for is not taken, and none is given', async t => {
	const {codeOf} = await startEmbedded(t);
	t.is(await codeOf('POST', configMaps, 'k8s\0', {'content-type': 'application/vnd.kubernetes.protobuf'}), 415);
	t.is(await codeOf('GET', configMaps, undefined, {accept: 'application/vnd.kubernetes.protobuf'}), 406);
	t.is(await codeOf('GET', configMaps, undefined, {accept: 'application/vnd.kubernetes.protobuf,application/json'}), 200);
});
