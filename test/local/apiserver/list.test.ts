import test, {type ExecutionContext} from 'ava';
import {
	type Body, type Client, startEmbedded, startServer,
} from './server.ts';
import {
	configMap, configMaps, job, jobs, widget, widgetDefinition, widgets,
} from './widget.ts';

const namesOf = ({items}: Body): readonly string[] => items.map(({metadata}) => metadata.name);

const labelled = {
	none: undefined, red: {color: 'red'}, blue: {color: 'blue'}, bigRed: {color: 'red', size: 'big'},
};

const selects = test.macro({
	async exec(t: ExecutionContext, selector: string, expected: readonly string[]) {
		const {create, get} = await startServer(t);
		for (const [name, labels] of Object.entries(labelled)) {
			await create(configMap(name.toLowerCase(), {labels}));
		}

		t.deepEqual(namesOf(await get(`${configMaps}?labelSelector=${encodeURIComponent(selector)}`)), expected);
	},
	title: (_, selector) => `labels are selected by ${selector}`,
});

test(selects, 'color=red', ['bigred', 'red']);
test(selects, 'color==red,size', ['bigred']);
test(selects, 'color!=red', ['blue', 'none']);
test(selects, 'color in (red, blue),!size', ['blue', 'red']);
test(selects, 'color notin (red,blue)', ['none']);
test(selects, 'color', ['bigred', 'blue', 'red']);
test(selects, '!color', ['none']);
test(selects, ' color = blue ', ['blue']);

test('a selector that is none, and a field that the real server cannot select by, are 400', async t => {
	const {codeOf} = await startServer(t);
	for (const query of ['labelSelector=a%20b%20c', 'labelSelector=a%20in%20b', 'fieldSelector=data.k%3Dv', 'fieldSelector=nonsense', 'resourceVersion=abc', 'continue=abc']) {
		t.is(await codeOf('GET', `${configMaps}?${query}`), 400);
	}
});

test('objects are selected by their fields', async t => {
	const {create, get} = await startServer(t);
	const pod = (name: string, spec: Record<string, unknown>): Record<string, unknown> => ({
		apiVersion: 'v1', kind: 'Pod', metadata: {name}, spec: {containers: [{name: 'main', image: 'a'}], ...spec},
	});
	await create(pod('a', {nodeName: 'n'}));
	await create(pod('b', {}));
	const pods = '/api/v1/pods?fieldSelector=';
	t.deepEqual(namesOf(await get(`${pods}spec.nodeName=n,status.phase=Pending`)), ['a']);
	t.deepEqual(namesOf(await get(`${pods}spec.nodeName!=n`)), ['b']);
	t.deepEqual(namesOf(await get(`${pods}metadata.name=b,metadata.namespace=default`)), ['b']);
	t.deepEqual(namesOf(await get(`${pods}status.phase=Running`)), []);
});

test('Events are selected by what they are about', async t => {
	const {create, get} = await startServer(t);
	const event = (name: string, kind: string): Record<string, unknown> => ({
		apiVersion: 'v1', kind: 'Event', metadata: {name}, involvedObject: {
			kind, name: 'a', namespace: 'default', uid: '1',
		}, reason: 'Tested', type: 'Warning',
	});
	await create(event('a.1', 'Widget'));
	await create(event('a.2', 'Job'));
	t.deepEqual(namesOf(await get('/api/v1/events?fieldSelector=involvedObject.kind=Widget,involvedObject.name=a,involvedObject.namespace=default,involvedObject.uid=1,type=Warning,reason=Tested')), ['a.1']);
});

test('a collection is listed across namespaces, or in one', async t => {
	const {create, get} = await startServer(t);
	await create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'other'}});
	await create(job('b'));
	await create(job('a', {namespace: 'other'}));
	t.deepEqual(namesOf(await get('/apis/batch/v1/jobs')), ['b', 'a']);
	t.deepEqual(namesOf(await get(jobs)), ['b']);
});

const fill = async ({create}: Pick<Client, 'create'>, count: number): Promise<void> => {
	for (let index = 0; index < count; index++) {
		await create(configMap(`item-${index}`));
	}
};

test('pages are of one moment, whatever is written between them', async t => {
	const client = await startServer(t);
	const {get, create, request} = client;
	await fill(client, 5);
	const first = await get(`${configMaps}?limit=2`);
	t.like(first.metadata, {remainingItemCount: 3});
	await request('DELETE', `${configMaps}/item-3`);
	await request('PUT', `${configMaps}/item-2`, configMap('item-2', {}, {k: 'late'}));
	await create(configMap('item-25'));
	const second = await get(`${configMaps}?limit=2&continue=${first.metadata.continue ?? ''}`);
	const third = await get(`${configMaps}?limit=2&continue=${second.metadata.continue ?? ''}`);
	t.deepEqual([first, second, third].flatMap(page => namesOf(page)), ['item-0', 'item-1', 'item-2', 'item-3', 'item-4']);
	t.is(second.items[0]?.['data'], undefined);
	t.is(second.metadata.resourceVersion, first.metadata.resourceVersion);
	t.is(third.metadata.continue, undefined);
});

test('a page whose moment is forgotten is 410, with a token that goes on without it', async t => {
	const client = await startEmbedded(t);
	const {get, bodyOf, request, server} = client;
	await fill(client, 3);
	const first = await get(`${configMaps}?limit=2`);
	await request('DELETE', `${configMaps}/item-0`);
	server.compact();
	const gone = await bodyOf('GET', `${configMaps}?limit=2&continue=${first.metadata.continue ?? ''}`);
	t.like(gone, {code: 410, reason: 'Expired'});
	t.deepEqual(namesOf(await get(`${configMaps}?limit=2&continue=${gone.metadata.continue ?? ''}`)), ['item-2']);
});

test('a list of an exact version shows what was there then', async t => {
	const client = await startEmbedded(t);
	const {get, codeOf, create, request, server} = client;
	await fill(client, 1);
	const {metadata: {resourceVersion = ''}} = await get(configMaps);
	await create(configMap('later'));
	await request('DELETE', `${configMaps}/item-0`);
	t.deepEqual(namesOf(await get(`${configMaps}?resourceVersionMatch=Exact&resourceVersion=${resourceVersion}`)), ['item-0']);
	t.deepEqual(namesOf(await get(`${configMaps}?resourceVersion=${resourceVersion}`)), ['later']);
	t.is(await codeOf('GET', `${configMaps}?resourceVersion=${server.storage.revision() + 1}`), 504);
	server.compact();
	t.is(await codeOf('GET', `${configMaps}?resourceVersionMatch=Exact&resourceVersion=${resourceVersion}`), 410);
});

test('custom resources are listed like any other', async t => {
	const {codeOf, create, get} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('b', {}, {labels: {a: 'b'}}));
	await create(widget('a'));
	t.deepEqual(namesOf(await get(widgets)), ['a', 'b']);
	t.deepEqual(namesOf(await get(`${widgets}?labelSelector=a`)), ['b']);
	t.is(await codeOf('GET', `${widgets}?fieldSelector=spec.size%3D1`), 400);
});
