import {
	appendFile, mkdtemp, readFile, rm,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {connect, untilGone} from './server.ts';
import {
	configMap, configMaps, widget, widgetDefinition, widgets,
} from './widget.ts';
import {startApiServer} from '#local/apiserver/server.ts';

const makeFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(join(tmpdir(), 'apiserver-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	return folder;
};

test('a server with a state folder goes on where the last one stopped', async t => {
	const state = await makeFolder(t);
	const first = connect(t, await startApiServer({state}));
	await first.create(widgetDefinition);
	const kept = await first.create(widget('kept'));
	await first.create(widget('deleted'));
	await first.request('DELETE', `${widgets}/deleted`);
	const before = await first.get('/api/v1/namespaces/kube-system');
	const {metadata} = await first.get(widgets);
	await first.server.close();

	const second = connect(t, await startApiServer({state}));
	t.teardown(second.server.close);
	t.deepEqual(await second.get(`${widgets}/kept`), kept);
	t.is(await second.codeOf('GET', `${widgets}/deleted`), 404);
	t.deepEqual(await second.get('/api/v1/namespaces/kube-system'), before);
	// A version is never given twice.
	t.true(second.server.storage.revision() >= Number(metadata.resourceVersion));
	t.is(await second.codeOf('POST', widgets, widget('b', {size: 0})), 422);
});

test('a process that was killed in the middle of a write loses that write only', async t => {
	const state = await makeFolder(t);
	const first = connect(t, await startApiServer({state}));
	await first.create(configMap('a'));
	await first.server.close();
	await appendFile(join(state, 'changes.jsonl'), '{"revision":99,"type":"ADDED","collec');
	for (const round of [1, 2]) {
		const next = connect(t, await startApiServer({state}));
		t.is(await next.codeOf('GET', `${configMaps}/a`), 200);
		await next.create(configMap(`b${round}`));
		await next.server.close();
	}
});

test('what a deletion had not finished is finished by the next server', async t => {
	const state = await makeFolder(t);
	const first = connect(t, await startApiServer({state}));
	const {metadata: {uid}} = await first.create(configMap('owner'));
	await first.create(configMap('child', {
		ownerReferences: [{
			apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid,
		}],
	}));
	// The removal is stored; what would have followed it is not.
	first.server.storage.remove('/configmaps', 'default/owner');
	await first.server.close();
	const second = connect(t, await startApiServer({state}));
	t.teardown(second.server.close);
	await untilGone(second, `${configMaps}/child`);
	t.is(await second.codeOf('GET', `${configMaps}/owner`), 404);
});

test('the folder holds each object once after a start, however often it was written', async t => {
	const state = await makeFolder(t);
	const first = connect(t, await startApiServer({state}));
	await first.create(configMap('a'));
	for (let count = 0; count < 20; count++) {
		await first.patch(`${configMaps}/a`, {data: {k: String(count)}});
	}

	await first.server.close();
	const second = await startApiServer({state});
	await second.close();
	const text = await readFile(join(state, 'changes.jsonl'), 'utf8');
	t.is(text.split('\n').filter(line => line.includes('"collection":"/configmaps"')).length, 1);
});

test('two servers know nothing of each other', async t => {
	const [one, two] = [connect(t, await startApiServer()), connect(t, await startApiServer())];
	t.teardown(one.server.close);
	t.teardown(two.server.close);
	await one.create(configMap('a'));
	t.is(await two.codeOf('GET', `${configMaps}/a`), 404);
	t.not(one.server.url, two.server.url);
});
