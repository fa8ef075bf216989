import test from 'ava';
import {startServer} from './server.ts';
import {type LogRequest} from '#local/apiserver/logs.ts';

const pod = (name: string, ...containers: readonly string[]) => ({
	apiVersion: 'v1', kind: 'Pod', metadata: {name}, spec: {initContainers: [{name: 'first', image: 'a'}], containers: containers.map(container => ({name: container, image: 'a'}))},
});
const pods = '/api/v1/namespaces/default/pods';

async function * lines(...texts: readonly string[]): AsyncGenerator<Uint8Array, void> {
	for (const text of texts) {
		yield new TextEncoder().encode(`${text}\n`);
	}
}

test('a log is read from its source, with what was asked', async t => {
	const asked: LogRequest[] = [];
	const {create, request, server} = await startServer(t);
	await create(pod('a', 'main'));
	server.setLogSource(async wanted => {
		asked.push(wanted);
		return lines('one', 'two');
	});
	const {code, headers, body} = await request('GET', `${pods}/a/log?tailLines=5&sinceSeconds=60&timestamps=true&container=first`);
	t.deepEqual([code, headers.get('content-type'), body.message], [200, 'text/plain', 'one\ntwo\n']);
	t.like(asked[0], {
		namespace: 'default', pod: 'a', container: 'first', tailLines: 5, sinceSeconds: 60, timestamps: true, follow: false,
	});
});

test('a followed log ends for its source when the reader leaves', async t => {
	const {create, server} = await startServer(t);
	await create(pod('a', 'main'));
	const {promise, resolve} = Promise.withResolvers<void>();
	server.setLogSource(async ({signal, follow}) => {
		t.true(follow);
		signal.addEventListener('abort', () => {
			resolve();
		});
		return (async function * () {
			yield * lines('one');
			await promise;
		})();
	});
	const reader = new AbortController();
	const response = await fetch(`${server.url}${pods}/a/log?follow=true`, {signal: reader.signal});
	const stream = response.body?.getReader();
	const first = await stream?.read();
	t.is(new TextDecoder().decode(first?.value as Uint8Array), 'one\n');
	reader.abort();
	await promise;
});

test('why there is no log is said as kubectl prints it', async t => {
	const {codeOf, create, patch, request, server} = await startServer(t);
	await create(pod('a', 'main'));
	await create(pod('b', 'main', 'other'));
	const refused = async (path: string): Promise<unknown> => {
		const {code, body} = await request('GET', `${pods}/${path}`);
		return [code, body.message];
	};

	t.deepEqual(await refused('none/log'), [404, 'pods "none" not found']);
	t.deepEqual(await refused('a/log'), [400, 'container "main" in pod "a" is waiting to start: ContainerCreating']);
	t.deepEqual(await refused('b/log'), [400, 'a container name must be specified for pod b, choose one of: [main other] or one of the init containers: [first]']);
	t.deepEqual(await refused('a/log?container=none'), [400, 'container none is not valid for pod a']);
	await patch(`${pods}/a/status`, {status: {containerStatuses: [{name: 'main', state: {waiting: {reason: 'PodInitializing'}}}]}});
	t.deepEqual(await refused('a/log'), [400, 'container "main" in pod "a" is waiting to start: PodInitializing']);
	server.setLogSource(async () => {
		throw new Error('the node is gone');
	});
	t.deepEqual(await refused('a/log'), [400, 'the node is gone']);
	t.is(await codeOf('GET', `${pods}/a/log?tailLines=-1`), 422);
});
