import test from 'ava';
import {type Client, startServer} from './server.ts';
import {
	configMaps, widget, widgetDefinition, widgets,
} from './widget.ts';

const apply = async ({patch}: Client, path: string, manager: string, object: Record<string, unknown>) =>
	patch(`${path}${path.includes('?') ? '&' : '?'}fieldManager=${manager}`, object, 'apply');

const map = (data: Record<string, unknown>, metadata: Record<string, unknown> = {}) => ({
	apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'a', ...metadata}, data,
});

test('applying creates what is missing and owns exactly what it sent', async t => {
	const client = await startServer(t, {now: () => new Date('2026-03-01T12:00:00Z')});
	const {code, body} = await apply(client, `${configMaps}/a`, 'one', map({k: '1'}, {labels: {x: 'y'}}));
	t.is(code, 201);
	t.deepEqual(body.metadata.managedFields, [{
		manager: 'one',
		operation: 'Apply',
		apiVersion: 'v1',
		time: '2026-03-01T12:00:00Z',
		fieldsType: 'FieldsV1',
		fieldsV1: {'f:data': {'f:k': {}}, 'f:metadata': {'f:labels': {'f:x': {}}}},
	}]);
});

test('a field that one manager alone applied goes when it applies without it; what others own stays', async t => {
	const client = await startServer(t);
	await apply(client, `${configMaps}/a`, 'one', map({mine: '1', shared: '1'}, {annotations: {x: 'y'}}));
	await apply(client, `${configMaps}/a`, 'two', map({shared: '1', other: '2'}));
	const {code, body} = await apply(client, `${configMaps}/a`, 'one', map({new: '3'}));
	t.is(code, 200);
	t.deepEqual(body['data'], {shared: '1', other: '2', new: '3'});
	t.is(body.metadata.annotations, undefined);
});

test('a field that another manager owns with another value is a conflict, which force decides', async t => {
	const client = await startServer(t);
	await apply(client, `${configMaps}/a`, 'one', map({k: '1', l: '1'}));
	t.like(await apply(client, `${configMaps}/a`, 'two', map({k: '2'})), {
		code: 409,
		body: {
			reason: 'Conflict',
			message: 'Apply failed with 1 conflict: conflict with "one": .data.k',
			details: {causes: [{reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.k'}]},
		},
	});
	const {body} = await apply(client, `${configMaps}/a?force=true`, 'two', map({k: '2'}));
	t.like(body, {data: {k: '2', l: '1'}});
	t.deepEqual(body.metadata.managedFields?.map(({manager, fieldsV1}) => [manager, fieldsV1]), [['one', {'f:data': {'f:l': {}}}], ['two', {'f:data': {'f:k': {}}}]]);
	t.like(await apply(client, `${configMaps}/a`, 'one', map({k: '1', l: '1'})), {code: 409});
});

test('ordinary writes own what they change', async t => {
	const client = await startServer(t, {now: () => new Date('2026-03-01T12:00:00Z')});
	await apply(client, `${configMaps}/a`, 'one', map({k: '1', l: '1'}));
	await client.patch(`${configMaps}/a?fieldManager=editor`, {data: {k: '2', l: null}});
	t.like(await apply(client, `${configMaps}/a`, 'one', map({k: '1'})), {code: 409, body: {message: 'Apply failed with 1 conflict: conflict with "editor" using v1: .data.k'}});
	const {metadata} = await client.get(`${configMaps}/a`);
	t.deepEqual(metadata.managedFields?.map(({manager, operation, fieldsV1}) => ({manager, operation, fieldsV1})), [{manager: 'editor', operation: 'Update', fieldsV1: {'f:data': {'f:k': {}}}}]);
});

test('a writer without a field manager is known by its program\'s name', async t => {
	const {bodyOf} = await startServer(t);
	t.like(await bodyOf('POST', configMaps, map({k: '1'})), {metadata: {managedFields: [{manager: 'tester', operation: 'Update'}]}});
});

test('items of a keyed list have owners of their own, a plain list is one value', async t => {
	const client = await startServer(t);
	await client.create(widgetDefinition);
	await apply(client, `${widgets}/a`, 'one', widget('a', {parts: [{name: 'x', count: 1}, {name: 'y'}], tags: ['a']}));
	const two = {
		apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name: 'a'}, spec: {parts: [{name: 'z'}, {name: 'y', note: 'kept'}]},
	};
	await apply(client, `${widgets}/a`, 'two', two);
	const {body} = await apply(client, `${widgets}/a`, 'one', widget('a', {parts: [{name: 'w'}]}));
	t.deepEqual(body.spec, {size: 1, color: 'red', parts: [{name: 'z'}, {name: 'y', note: 'kept'}, {name: 'w'}]});
	t.like(await apply(client, `${widgets}/a`, 'three', {...two, spec: {parts: [{name: 'y', note: 'other'}]}}), {code: 409, body: {message: 'Apply failed with 1 conflict: conflict with "two": .spec.parts[name="y"].note'}});
});

test('containers are keyed lists too', async t => {
	const client = await startServer(t);
	const path = '/apis/apps/v1/namespaces/default/statefulsets/a';
	const set = (containers: ReadonlyArray<Record<string, unknown>>) => ({
		apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name: 'a'}, spec: {selector: {matchLabels: {app: 'a'}}, template: {metadata: {labels: {app: 'a'}}, spec: {containers}}},
	});
	await client.create(set([{name: 'main', image: 'main:1'}]));
	const sidecar = {name: 'sidecar', image: 'side:1', ports: [{containerPort: 80}]};
	const added = await apply(client, path, 'side', {
		apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name: 'a'}, spec: {template: {spec: {containers: [sidecar]}}},
	});
	t.like(added.body, {spec: {template: {spec: {containers: [{name: 'main'}, {name: 'sidecar', ports: [{containerPort: 80, protocol: 'TCP'}]}]}}}});
	const removed = await apply(client, path, 'side', {apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name: 'a'}});
	t.like(await client.get(path), {spec: {template: {spec: {containers: {length: 1}}}}});
	t.is(removed.code, 200);
});

test('the status is applied through its own endpoint, the rest through the other', async t => {
	const client = await startServer(t);
	await client.create(widgetDefinition);
	await apply(client, `${widgets}/a`, 'one', {...widget('a'), status: {phase: 'Ignored'}});
	const {body} = await apply(client, `${widgets}/a/status`, 'one', {...widget('a', {size: 7}), status: {phase: 'Running'}});
	t.like(body, {spec: {size: 1}, status: {phase: 'Running'}});
	t.deepEqual(body.metadata.managedFields?.map(({subresource, fieldsV1}) => [subresource, fieldsV1]), [[undefined, {'f:spec': {'f:size': {}}}], ['status', {'f:status': {'f:phase': {}}}]]);
	t.like(await apply(client, `${widgets}/none/status`, 'one', {...widget('none'), status: {phase: 'Running'}}), {code: 404});
});

test('applying the same again changes nothing', async t => {
	let seconds = 0;
	const client = await startServer(t, {now: () => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds++))});
	const first = await apply(client, `${configMaps}/a`, 'one', map({k: '1'}));
	const second = await apply(client, `${configMaps}/a`, 'one', map({k: '1'}));
	t.deepEqual(second.body, first.body);
});

test('apply takes YAML, needs a field manager, and takes no managedFields', async t => {
	const client = await startServer(t);
	t.like(await client.patch(`${configMaps}/a?fieldManager=one`, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: "1"\n', 'apply'), {code: 201, body: {data: {k: '1'}}});
	t.like(await client.patch(`${configMaps}/a`, map({}), 'apply'), {code: 422});
	t.like(await apply(client, `${configMaps}/a`, 'one', map({}, {managedFields: [{manager: 'x'}]})), {code: 400});
	t.like(await apply(client, `${configMaps}/a`, 'one', map({}, {resourceVersion: '1'})), {code: 409});
	t.like(await apply(client, `${configMaps}/a`, 'one', {data: {}}), {code: 400});
});
