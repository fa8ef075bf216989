import {
	ApiException, AppsV1Api, BatchV1Api, CoreV1Api, CustomObjectsApi, KubeConfig, KubernetesObjectApi, makeInformer, PatchStrategy, setHeaderOptions, Watch,
} from '@kubernetes/client-node';
import test, {type ExecutionContext} from 'ava';
import {
	startEmbedded, startServer, type Client, type TestOptions,
} from './server.ts';
import {configMap, widget, widgetDefinition} from './widget.ts';

const start = async (t: ExecutionContext, options: TestOptions = {}): Promise<Client & {readonly config: KubeConfig}> => {
	const client = await startServer(t, options);
	return {...client, config: configOf(client.server)};
};

const configOf = (server: {readonly kubeconfig: () => string}): KubeConfig => {
	const config = new KubeConfig();
	config.loadFromString(server.kubeconfig());
	return config;
};

test('the JavaScript client reads, writes and patches builtin kinds', async t => {
	const {config} = await start(t);
	const [core, batch] = [config.makeApiClient(CoreV1Api), config.makeApiClient(BatchV1Api)];
	const created = await core.createNamespacedConfigMap({namespace: 'default', body: {metadata: {name: 'a'}, data: {k: '1'}}});
	t.true(created.metadata?.creationTimestamp instanceof Date);
	const patched = await core.patchNamespacedConfigMap({name: 'a', namespace: 'default', body: {data: {k: '2'}}}, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
	t.is(patched.data?.['k'], '2');
	const {items} = await batch.listNamespacedJob({namespace: 'default'});
	t.deepEqual(items, []);
	const error = await t.throwsAsync(core.readNamespacedPod({name: 'none', namespace: 'default'}), {instanceOf: ApiException});
	t.is(error?.code, 404);
	await core.deleteNamespacedConfigMap({name: 'a', namespace: 'default'});
});

test('the JavaScript client writes custom resources and their status', async t => {
	const {config, create} = await start(t);
	await create(widgetDefinition);
	const custom = config.makeApiClient(CustomObjectsApi);
	const place = {
		group: 'example.com', version: 'v1', namespace: 'default', plural: 'widgets',
	};
	const created = await custom.createNamespacedCustomObject({...place, body: widget('a')}) as {readonly metadata: Record<string, unknown>};
	const stale = {...created, status: {phase: 'Running'}};
	t.like(await custom.replaceNamespacedCustomObjectStatus({...place, name: 'a', body: stale}), {status: {phase: 'Running'}, spec: {size: 1}});
	const error = await t.throwsAsync(custom.replaceNamespacedCustomObjectStatus({...place, name: 'a', body: stale}), {instanceOf: ApiException});
	t.is(error?.code, 409);
});

test('the JavaScript client finds any kind by discovery', async t => {
	const {config, create} = await start(t);
	await create(widgetDefinition);
	const objects = KubernetesObjectApi.makeApiClient(config);
	await objects.create({
		apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name: 'a', namespace: 'default'}, spec: {size: 2},
	});
	t.like(await objects.read({apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name: 'a', namespace: 'default'}}), {spec: {size: 2}});
	const {items} = await objects.list('example.com/v1', 'Widget', 'default');
	t.is(items.length, 1);
});

test('the JavaScript client scales', async t => {
	const {config} = await start(t);
	const apps = config.makeApiClient(AppsV1Api);
	const labels = {app: 'a'};
	await apps.createNamespacedStatefulSet({namespace: 'default', body: {metadata: {name: 'a'}, spec: {selector: {matchLabels: labels}, template: {metadata: {labels}, spec: {containers: [{name: 'a', image: 'a'}]}}}}});
	const scale = await apps.readNamespacedStatefulSetScale({name: 'a', namespace: 'default'});
	await apps.replaceNamespacedStatefulSetScale({name: 'a', namespace: 'default', body: {...scale, spec: {replicas: 0}}});
	const {spec} = await apps.readNamespacedStatefulSet({name: 'a', namespace: 'default'});
	t.is(spec?.replicas, 0);
});

test('the JavaScript client watches', async t => {
	const {config, create} = await start(t);
	const seen = Promise.withResolvers<string>();
	const controller = await new Watch(config).watch('/api/v1/namespaces/default/configmaps', {allowWatchBookmarks: true}, (type: string, object: {readonly metadata: {readonly name: string}}) => {
		if (type !== 'BOOKMARK') {
			seen.resolve(`${type} ${object.metadata.name}`);
		}
	}, () => undefined);
	t.teardown(() => {
		controller.abort();
	});
	await create(configMap('a'));
	t.is(await seen.promise, 'ADDED a');
});

test('an informer survives cut watches and a forgotten history', async t => {
	const {create, request, server} = await startEmbedded(t);
	const config = configOf(server);
	const core = config.makeApiClient(CoreV1Api);
	const names = new Set<string>();
	let changed = Promise.withResolvers<void>();
	const informer = makeInformer(config, '/api/v1/namespaces/default/configmaps', async () => core.listNamespacedConfigMap({namespace: 'default'}));
	informer.on('add', ({metadata}) => {
		names.add(metadata?.name ?? '');
		changed.resolve();
	});
	informer.on('delete', ({metadata}) => {
		names.delete(metadata?.name ?? '');
		changed.resolve();
	});
	let isWanted = true;
	informer.on('error', () => {
		if (isWanted) {
			void informer.start();
		}
	});
	const next = async (): Promise<readonly string[]> => {
		await changed.promise;
		changed = Promise.withResolvers();
		return [...names];
	};

	await create(configMap('a'));
	await informer.start();
	t.teardown(async () => {
		isWanted = false;
		await informer.stop();
	});
	t.deepEqual(await next(), ['a']);

	server.dropWatches();
	await create(configMap('b'));
	server.compact();
	t.deepEqual(await next(), ['a', 'b']);

	await request('DELETE', '/api/v1/namespaces/default/configmaps/a');
	t.deepEqual(await next(), ['b']);
});
