import test from 'ava';
import {startServer} from './server.ts';
import {
	configMap, configMaps, widget, widgetDefinition, widgets,
} from './widget.ts';

test('a JSON patch is a list of operations, all of which must fit', async t => {
	const {create, get, patch} = await startServer(t);
	await create(configMap('a', {}, {k: '1'}));
	t.like(await patch(`${configMaps}/a`, [{op: 'test', path: '/data/k', value: '1'}, {op: 'add', path: '/metadata/annotations', value: {}}, {op: 'add', path: '/metadata/annotations/l~1m', value: '2'}], 'json'), {code: 200, body: {data: {k: '1'}, metadata: {annotations: {'l/m': '2'}}}});
	t.like(await patch(`${configMaps}/a`, [{op: 'remove', path: '/data/k'}, {op: 'test', path: '/data/k', value: '9'}], 'json'), {code: 422});
	t.like(await get(`${configMaps}/a`), {data: {k: '1'}});
	t.like(await patch(`${configMaps}/a`, {data: {}}, 'json'), {code: 400});
});

test('a merge patch merges objects, removes with null and replaces lists', async t => {
	const {create, patch} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('a', {tags: ['x', 'y'], labels: {a: '1', b: '2'}}));
	const {code, body} = await patch(`${widgets}/a`, {spec: {tags: ['z'], labels: {a: null, c: '3'}, missing: {deep: null}}});
	t.is(code, 200);
	t.deepEqual(body.spec, {
		size: 1, color: 'red', tags: ['z'], labels: {b: '2', c: '3'},
	});
});

test('a patch with an old version is a conflict, one without a version is not', async t => {
	const {create, patch} = await startServer(t);
	const {metadata: {resourceVersion}} = await create(configMap('a'));
	t.like(await patch(`${configMaps}/a`, {data: {k: '1'}}), {code: 200});
	t.like(await patch(`${configMaps}/a`, {metadata: {resourceVersion}, data: {k: '2'}}), {code: 409, body: {reason: 'Conflict'}});
});

test('a patched object is validated, defaulted and held against its schema like any other', async t => {
	const {create, patch} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('a'));
	t.like(await patch(`${widgets}/a`, {spec: {size: 0}}), {code: 422});
	t.like(await patch(`${widgets}/a`, {spec: {color: null}}), {code: 200, body: {spec: {color: 'red'}}});
	t.like(await patch(`${widgets}/a?fieldValidation=Strict`, {spec: {colour: 'red'}}), {code: 422});
	t.like(await patch(`${widgets}/a`, {spec: {colour: 'red'}}), {code: 200, body: {spec: {size: 1}}});
	t.like(await patch(`${widgets}/none`, {}), {code: 404});
});

test('strategic merge patches are for builtin kinds only, and other media types for none', async t => {
	const {codeOf, create, patch} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('a'));
	t.like(await patch(`${widgets}/a`, {spec: {size: 2}}, 'strategic'), {code: 415, body: {reason: 'UnsupportedMediaType'}});
	t.is(await codeOf('PATCH', `${widgets}/a`, {spec: {size: 2}}), 415);
});

const statefulSet = {
	apiVersion: 'apps/v1',
	kind: 'StatefulSet',
	metadata: {name: 'a', finalizers: ['example.com/a']},
	spec: {
		serviceName: 'a',
		selector: {matchLabels: {app: 'a'}},
		template: {
			metadata: {labels: {app: 'a'}},
			spec: {
				containers: [
					{
						name: 'one', image: 'one:1', env: [{name: 'A', value: '1'}, {name: 'B', value: '2'}], ports: [{containerPort: 80}], args: ['x', 'y'],
					},
					{name: 'two', image: 'two:1'},
				],
			},
		},
	},
};
const path = '/apis/apps/v1/namespaces/default/statefulsets/a';

test('a strategic merge patch merges containers, variables and ports by their keys', async t => {
	const {create, get, patch} = await startServer(t);
	await create(statefulSet);
	const containers = [
		{name: 'three', image: 'three:1'},
		{
			name: 'one', env: [{name: 'B', value: '3'}, {name: 'A', $patch: 'delete'}], ports: [{containerPort: 81}], args: ['z'],
		},
		{name: 'two', $patch: 'delete'},
	];
	const {code, body} = await patch(path, {spec: {template: {spec: {containers}}}}, 'strategic');
	t.is(code, 200);
	t.like(body, {
		spec: {
			template: {
				spec: {
					containers: [
						{name: 'three'},
						{
							name: 'one', image: 'one:1', env: [{name: 'B', value: '3'}], ports: [{containerPort: 81}, {containerPort: 80}], args: ['z'],
						},
					],
				},
			},
		},
	});
	t.like(await get(path), {spec: {template: {spec: {containers: {length: 2}}}}});
});

test('a strategic merge patch unites sets, deletes from them, and replaces or orders what it is told to', async t => {
	const {create, patch} = await startServer(t);
	await create(statefulSet);
	t.like(await patch(path, {metadata: {finalizers: ['example.com/b']}}, 'strategic'), {body: {metadata: {finalizers: ['example.com/b', 'example.com/a']}}});
	t.like(await patch(path, {metadata: {'$deleteFromPrimitiveList/finalizers': ['example.com/a']}}, 'strategic'), {body: {metadata: {finalizers: ['example.com/b']}}});
	t.like(await patch(path, {spec: {template: {spec: {'$setElementOrder/containers': [{name: 'two'}, {name: 'one'}]}}}}, 'strategic'), {body: {spec: {template: {spec: {containers: [{name: 'two'}, {name: 'one'}]}}}}});
	t.like(await patch(path, {spec: {template: {spec: {containers: [{$patch: 'replace'}, {name: 'new', image: 'new:1'}]}}}}, 'strategic'), {body: {spec: {template: {spec: {containers: [{name: 'new'}]}}}}});
	const {body} = await patch(path, {spec: {updateStrategy: {$patch: 'replace', type: 'OnDelete'}}}, 'strategic');
	t.deepEqual((body.spec['updateStrategy']), {type: 'OnDelete'});
});

test('replicas are read and written through the scale subresource', async t => {
	const {bodyOf, codeOf, create, get, patch} = await startServer(t);
	await create(statefulSet);
	t.like(await get(`${path}/scale`), {
		kind: 'Scale', apiVersion: 'autoscaling/v1', spec: {replicas: 1}, status: {selector: 'app=a'},
	});
	const scale = await get(`${path}/scale`);
	t.like(await bodyOf('PUT', `${path}/scale`, {...scale, spec: {replicas: 3}}), {spec: {replicas: 3}});
	t.is(await codeOf('PUT', `${path}/scale`, scale), 409);
	t.like(await patch(`${path}/scale`, {spec: {replicas: 0}}), {body: {kind: 'Scale', spec: {replicas: undefined}}});
	t.like(await get(path), {spec: {replicas: 0, serviceName: 'a'}, metadata: {generation: 3}});
});
