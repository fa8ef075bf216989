import {once} from 'node:events';
import {createServer, type AddressInfo} from 'node:net';
import test from 'ava';
import {startCluster} from '../cluster.ts';
import {startHarness} from './harness.ts';
import {startControl} from '#local/eventing/control.ts';
import {startIngress} from '#local/eventing/ingress.ts';
import {resolveInCluster} from '#local/eventing/resolve-in-cluster.ts';
import {silentLog} from '#shared/log.ts';

test('a Service is found by its DNS name once it is there, anything else by the address in its status, a URI as it stands', async t => {
	const {kubeconfig, apply, client} = await startCluster(t, {knative: true});
	const stopper = new AbortController();
	t.teardown(() => {
		stopper.abort();
	});
	const resolve = await resolveInCluster(kubeconfig, {log: silentLog(), signal: stopper.signal});
	const service = {
		apiVersion: 'v1', kind: 'Service', namespace: 'test', name: 'sink',
	};
	t.is(await resolve(service), undefined);
	await apply({
		apiVersion: 'v1', kind: 'Service', metadata: {name: 'sink'}, spec: {ports: [{port: 80}]},
	});
	while (await resolve(service) === undefined) {
		await new Promise(resolve => {
			setImmediate(resolve);
		});
	}

	t.is(await resolve(service), 'http://sink.test.svc.cluster.local');
	const knative = {...service, apiVersion: 'serving.knative.dev/v1'};
	t.is(await resolve(knative), undefined);
	const created = await apply({apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: {name: 'sink'}});
	await client.replaceStatus({...created, status: {address: {url: 'http://sink.example'}}} as typeof created);
	t.is(await resolve(knative), 'http://sink.example');
	t.is(await resolve({uri: 'http://elsewhere/path'}), 'http://elsewhere/path');
});

test('from outside of its Pod the eventing tells what it took in, and fires pings', async t => {
	const {broker, source, post, eventing} = await startHarness(t);
	await broker('main');
	await source('PingSource', 'heartbeat', {schedule: '* * * * *', contentType: 'application/json', data: '{}'});
	await eventing.settled();
	const control = await startControl(eventing, 0);
	t.teardown(() => control.close());
	const url = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;

	t.is(await post({type: 'by.hand'}), 202);
	const fired = await fetch(`${url}/tick`, {method: 'POST', body: '{"at": "2026-11-20T02:00:00Z"}'});
	t.is(fired.status, 204);
	const asked = await fetch(`${url}/events`);
	const events = await asked.json() as ReadonlyArray<{attributes: {type: string}; data?: string}>;
	t.deepEqual(events.map(({attributes, data}) => [attributes.type, data]), [['by.hand', undefined], ['dev.knative.sources.ping', '{}']]);
	const later = await fetch(`${url}/events?since=1`);
	const rest = await later.json() as readonly unknown[];
	t.is(rest.length, 1);
});

test('an ingress that is told its place listens there and is known by the URL that it was given', async t => {
	const place = {host: '127.0.0.1', port: await freePort(), url: 'http://broker-ingress.knative-eventing.svc.cluster.local'};
	const asked: string[] = [];
	const ingress = await startIngress(async key => {
		asked.push(key);
		return 202;
	}, silentLog(), place);
	t.teardown(ingress.close);
	t.is(ingress.url, place.url);
	await fetch(`http://127.0.0.1:${place.port}/test/main`, {
		method: 'POST', headers: {
			'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/here', 'ce-type': 'made',
		},
	});
	t.deepEqual(asked, ['test/main']);
});

const freePort = async (): Promise<number> => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
};
