import test from 'ava';
import {
	type Body, type Client, startEmbedded, startServer, until,
} from './server.ts';
import {widgetDefinition} from './widget.ts';
import {type Fields} from '#local/apiserver/object.ts';

test('the version says that this is a stand-in', async t => {
	const {get} = await startEmbedded(t);
	t.like(await get('/version'), {major: '1', minor: '34', gitVersion: 'v1.34.0-embedded'});
});

test('health checks answer ok', async t => {
	const {request} = await startServer(t);
	for (const path of ['/healthz', '/livez', '/readyz']) {
		t.like(await request('GET', path), {code: 200, body: {message: 'ok'}});
	}
});

test('groups, versions and resources can be found one by one', async t => {
	const {codeOf, create, get} = await startServer(t);
	await create(widgetDefinition);
	t.like(await get('/api'), {versions: ['v1']});
	const {groups} = await get('/apis') as Body & {readonly groups: ReadonlyArray<{readonly name: string}>};
	t.true(['batch', 'apps', 'example.com', 'apiextensions.k8s.io', 'rbac.authorization.k8s.io'].every(name => groups.some(group => group.name === name)));
	t.like(await get('/apis/example.com'), {kind: 'APIGroup', versions: [{version: 'v1'}, {version: 'v1alpha1'}], preferredVersion: {groupVersion: 'example.com/v1'}});
	t.like(await get('/apis/example.com/v1'), {
		kind: 'APIResourceList',
		groupVersion: 'example.com/v1',
		resources: [
			{
				name: 'widgets', singularName: 'widget', kind: 'Widget', namespaced: true, shortNames: ['wd'], categories: ['all'],
			},
			{name: 'widgets/status', kind: 'Widget'},
		],
	});
	t.is(await codeOf('GET', '/apis/example.org'), 404);
	t.is(await codeOf('GET', '/apis/example.com/v2'), 404);
});

test('everything can be found at once', async t => {
	const {create, request} = await startServer(t);
	await create(widgetDefinition);
	const {headers, body} = await request('GET', '/apis', undefined, {accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'});
	t.is(headers.get('content-type'), 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
	const apps = body.items.find(({metadata}) => metadata.name === 'apps');
	const [{resources}] = apps!['versions'] as readonly [{readonly resources: ReadonlyArray<Fields & {readonly subresources: readonly Fields[]}>}];
	const sets = resources.find(({resource}) => resource === 'statefulsets');
	t.like(sets, {scope: 'Namespaced', verbs: {length: 8}});
	t.like(sets?.subresources.find(({subresource}) => subresource === 'scale'), {responseKind: {group: 'autoscaling', kind: 'Scale'}});
	t.truthy(sets?.subresources.find(({subresource}) => subresource === 'status'));
	t.like(body.items.find(({metadata}) => metadata.name === 'example.com'), {versions: [{version: 'v1'}, {version: 'v1alpha1'}]});
});

type Document = Body & {readonly paths: Readonly<Record<string, Fields>>; readonly components?: {readonly schemas: Readonly<Record<string, Fields>>}};

/** What explains the widgets, once the server has heard of them. */
const documentOf = async (get: Client['get']): Promise<Document | undefined> => {
	const {paths} = await get('/openapi/v3') as Document;
	const url = paths['apis/example.com/v1']?.['serverRelativeURL'];
	const document = typeof url === 'string' ? await get(url) as Document : undefined;
	// Right after the definition has gone it may be named and not found.
	return document?.components?.schemas['com.example.v1.Widget'] ? document : undefined;
};

test('OpenAPI explains custom resources in the words of their definition', async t => {
	const {create, get} = await startServer(t);
	await until(async () => await documentOf(get) ? undefined : true);
	await create(widgetDefinition);
	const document = await until(async () => documentOf(get));
	t.like(document.components?.schemas['com.example.v1.Widget'], {
		description: 'A widget, as an example.',
		properties: {spec: {properties: {size: {type: 'integer', description: 'How big it is.'}}}},
		'x-kubernetes-group-version-kind': [{group: 'example.com', version: 'v1', kind: 'Widget'}],
	});
	t.like(document.paths['/apis/example.com/v1/namespaces/{namespace}/widgets/{name}'], {patch: {parameters: [{name: 'dryRun'}, {name: 'fieldManager'}, {name: 'fieldValidation'}]}});
});

test('every reference in OpenAPI leads somewhere', async t => {
	const {get} = await startServer(t);
	const {paths} = await get('/openapi/v3') as Document;
	for (const root of Object.keys(paths)) {
		const document = await get(`/openapi/v3/${root}`) as Document;
		const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(?<name>[^"]+)"/gv);
		t.deepEqual([...references].map(({groups}) => groups?.['name'] ?? '').filter(name => !(name in document.components!.schemas)), []);
	}
});

test('the hash of a document changes with the definition it explains', async t => {
	const {create, get, patch} = await startServer(t);
	const {spec} = await create(widgetDefinition);
	const urlOf = async () => {
		const {paths} = await get('/openapi/v3') as Document;
		return paths['apis/example.com/v1']?.['serverRelativeURL'];
	};

	await until(async () => documentOf(get));
	const before = await urlOf();
	t.is(await urlOf(), before);
	const changed = JSON.parse(JSON.stringify({spec}).replace('How big it is.', 'How large it is.')) as Fields;
	t.like(await patch('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com', changed), {code: 200});
	await t.notThrowsAsync(until(async () => await urlOf() === before ? undefined : true));
});

test('anybody may do anything', async t => {
	const {bodyOf} = await startServer(t);
	t.like(await bodyOf('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {spec: {resourceAttributes: {verb: 'delete', resource: 'nodes'}}}), {status: {allowed: true}});
});
