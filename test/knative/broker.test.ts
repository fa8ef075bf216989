import test from 'ava';
import {readBase} from './manifests.ts';
import {silentLog} from '#shared/log.ts';
import {startEventing} from '#local/eventing/start.ts';
import {startCluster} from '#test/local/cluster.ts';
import {startSubscriber} from '#test/local/eventing/subscriber.ts';
import {send} from '#test/shared/events/function-server.ts';

const due = {'ce-specversion': '1.0', 'ce-source': '/test', 'ce-type': 'com.neo4j.backup.due.v1'} as const;

test('[X-160] a third party\'s subscriber on the Broker that hangs or fails delays none of the functions', async t => {
	const cluster = await startCluster(t, {knative: true});
	const [functions, hanging, failing] = [await startSubscriber(t), await startSubscriber(t, () => 'hang'), await startSubscriber(t, () => ({status: 500}))];
	const manifests = await readBase();
	for (const manifest of manifests.filter(({kind, metadata}) => kind === 'Broker' || metadata.name === 'launch-backup-due')) {
		await cluster.apply({...manifest});
	}

	for (const name of ['hanging', 'failing']) {
		await cluster.apply({
			apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', metadata: {name}, spec: {broker: 'neo4j-backup', subscriber: {ref: {apiVersion: 'v1', kind: 'Service', name}}},
		});
	}

	const urls: Readonly<Record<string, string>> = {hanging: hanging.url, failing: failing.url, 'launch-backup': functions.url};
	const eventing = await startEventing({
		kubeconfig: cluster.kubeconfig, log: silentLog(), manual: true, resolve: async target => 'kind' in target ? urls[target.name] : undefined,
	});
	t.teardown(eventing.close);

	const ids = Array.from({length: 20}, (_, index) => String(index));
	const startedAt = performance.now();
	while (functions.received.length === 0) {
		await send(`${eventing.url}/test/neo4j-backup`, {method: 'POST', headers: {...due, 'ce-id': 'first'}});
	}

	for (const id of ids) {
		const {status} = await send(`${eventing.url}/test/neo4j-backup`, {method: 'POST', headers: {...due, 'ce-id': id}});
		t.is(status, 202);
	}

	while (!ids.every(id => functions.ids().includes(id))) {
		await new Promise(resolve => {
			setImmediate(resolve);
		});
	}

	t.true(performance.now() - startedAt < 5000);
	t.true(hanging.received.length > 0);
	t.true(failing.received.length > 0);
});
