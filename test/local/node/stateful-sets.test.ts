import {writeFile, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {openServers} from './servers.ts';
import {script, statusOf} from './workshop.ts';

const never = Promise.withResolvers<void>().promise;

test('a StatefulSet has its pods by ordinal, with labels, host names and claims of their own', async t => {
	const servers = await openServers(t);
	await servers.found({replicas: 2});
	const pod = await servers.pod('server-1');
	const set = await servers.set();
	t.deepEqual(await servers.names(), ['server-0', 'server-1']);
	t.like(pod!.metadata, {
		generateName: 'server-',
		labels: {
			app: 'server', 'apps.kubernetes.io/pod-index': '1', 'controller-revision-hash': set.status!.updateRevision, 'statefulset.kubernetes.io/pod-name': 'server-1',
		},
		ownerReferences: [{
			kind: 'StatefulSet', name: 'server', uid: set.metadata.uid, controller: true, blockOwnerDeletion: true,
		}],
	});
	t.like(pod!.spec, {hostname: 'server-1', subdomain: 'server', volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data-server-1'}}]});
	const claims = await servers.claims();
	t.deepEqual(claims.map(({metadata: {name, labels, ownerReferences}, status}) => [name, labels, ownerReferences, status?.phase]), [
		['data-server-0', {app: 'server'}, undefined, 'Bound'], ['data-server-1', {app: 'server'}, undefined, 'Bound'],
	]);
});

test('its status counts the pods, and its Events tell of them', async t => {
	const servers = await openServers(t, {ready: new Map([['server-2', never]])});
	await servers.found();
	const {status, metadata} = await servers.set();
	t.like(status, {
		observedGeneration: metadata.generation, replicas: 3, readyReplicas: 2, availableReplicas: 2, currentReplicas: 3, updatedReplicas: 3, currentRevision: status!.updateRevision,
	});
	const events = await servers.events();
	const told = new Set(events.map(({reason, message}) => `${reason}: ${message}`));
	for (const message of ['SuccessfulCreate: create Pod server-0 in StatefulSet server successful', 'SuccessfulCreate: create Claim data-server-0 Pod server-0 in StatefulSet server success']) {
		t.true(told.has(message));
	}
});

test('a container that serves runs in its pod from start to stop, with the folder of its claim, and is ready when it says so', async t => {
	const ready = Promise.withResolvers<void>();
	const servers = await openServers(t, {ready: new Map([['server-0', ready.promise]])});
	await servers.found({replicas: 1});
	const starting = await servers.pod('server-0');
	t.like(statusOf(starting!), {ready: false, started: true});
	t.is(starting!.status!.phase, 'Running');
	t.is(servers.folders.get('server-0'), servers.node.claimFolder('test', 'data-server-0'));
	t.deepEqual(servers.history, ['start server-0']);
	ready.resolve();
	await servers.node.settled();
	const pod = await servers.pod('server-0');
	t.true(statusOf(pod!)!.ready);
	t.is(pod!.status!.conditions!.find(({type}) => type === 'Ready')!.status, 'True');
	t.is(await servers.log(pod!, 'main'), 'NOTE: part of the embedded runtime, no container\n');
	const begun = performance.now();
	await servers.edit({replicas: 0});
	t.deepEqual(servers.history, ['start server-0', 'stop server-0']);
	t.true(performance.now() - begun < 10_000, 'its grace of 30 s is not waited for');
});

test('scaled to 0, all pods go and the claims stay with what is in them; scaled up, the pods find it again', async t => {
	const servers = await openServers(t);
	await servers.found();
	await writeFile(path.join(servers.folders.get('server-1')!, 'store'), 'kept');
	await servers.edit({replicas: 0});
	t.deepEqual(await servers.names(), []);
	const {status, metadata} = await servers.set();
	t.like(status, {
		observedGeneration: metadata.generation, replicas: 0, availableReplicas: 0, readyReplicas: undefined, currentReplicas: undefined,
	});
	const claims = await servers.claims();
	t.is(claims.length, 3);
	await servers.edit({replicas: 3});
	t.is(await readFile(path.join(servers.folders.get('server-1')!, 'store'), 'utf8'), 'kept');
	t.is(servers.history.filter(line => line === 'start server-1').length, 2);
});

test('with whenScaled: Delete the claims of what is scaled down go with their pods', async t => {
	const servers = await openServers(t);
	await servers.found({persistentVolumeClaimRetentionPolicy: {whenScaled: 'Delete', whenDeleted: 'Retain'}});
	const before = await servers.claims();
	await servers.edit({replicas: 1});
	const claims = await servers.claims();
	t.deepEqual(claims.map(({metadata: {name, ownerReferences}}) => [name, ownerReferences]), [['data-server-0', undefined]]);
	await servers.edit({replicas: 3});
	const again = await servers.claims();
	t.is(again.length, 3);
	t.not(again.at(-1)!.metadata.uid, before.at(-1)!.metadata.uid);
});

test('with whenDeleted: Delete the claims are the set\'s, and otherwise stay when it is deleted', async t => {
	for (const [whenDeleted, left] of [['Delete', 0], ['Retain', 2]] as const) {
		const servers = await openServers(t);
		await servers.found({replicas: 2, persistentVolumeClaimRetentionPolicy: {whenScaled: 'Retain', whenDeleted}});
		await servers.cluster.client.delete({
			apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'test', name: 'server',
		});
		await servers.node.settled();
		t.deepEqual(await servers.names(), []);
		const claims = await servers.claims();
		t.is(claims.length, left);
	}
});

test('a pod that is deleted comes back under its name, as another', async t => {
	const servers = await openServers(t);
	await servers.found({replicas: 2});
	const before = await servers.pod('server-1');
	await servers.removePod('server-1');
	const after = await servers.pod('server-1');
	t.not(after!.metadata.uid, before!.metadata.uid);
	t.deepEqual(servers.history.slice(-2), ['stop server-1', 'start server-1']);
	const {status} = await servers.set();
	t.is(status!.readyReplicas, 2);
});

test('OrderedReady makes the next pod when the one before is ready, and takes the highest back first', async t => {
	const first = Promise.withResolvers<void>();
	const servers = await openServers(t, {ready: new Map([['server-0', first.promise]])});
	await servers.found({podManagementPolicy: 'OrderedReady'});
	t.deepEqual(servers.history, ['start server-0']);
	first.resolve();
	await servers.node.settled();
	t.deepEqual(servers.history, ['start server-0', 'start server-1', 'start server-2']);
	await servers.edit({replicas: 1});
	t.deepEqual(servers.history.slice(3), ['stop server-2', 'stop server-1']);
});

test('a pod of somebody else that has the name of the first one is left alone, and keeps all others from being made, until it is gone', async t => {
	const servers = await openServers(t);
	const placeholder = {
		apiVersion: 'v1', kind: 'Pod', metadata: {name: 'server-0', labels: {app: 'placeholder'}}, spec: {schedulingGates: [{name: 'neo4j.com/restore'}], containers: [{name: 'main', image: 'shell'}]},
	};
	await servers.cluster.apply(placeholder);
	await servers.found();
	t.deepEqual(await servers.names(), ['server-0']);
	t.deepEqual(servers.history, []);
	const {status} = await servers.set();
	t.like(status, {replicas: 0, availableReplicas: 0});
	const events = await servers.events();
	t.deepEqual(events.filter(({reason}) => reason.startsWith('Failed')), []);
	await servers.removePod('server-0');
	t.deepEqual(await servers.names(), ['server-0', 'server-1', 'server-2']);
});

test('a pod of somebody else that has the name of a later one keeps back that one and those after its batch', async t => {
	const servers = await openServers(t);
	await servers.cluster.apply({
		apiVersion: 'v1', kind: 'Pod', metadata: {name: 'server-1'}, spec: {schedulingGates: [{name: 'neo4j.com/restore'}], containers: [{name: 'main', image: 'shell'}]},
	});
	await servers.found({replicas: 4});
	// Those of a batch start at the same time.
	t.deepEqual(servers.history.toSorted(), ['start server-0', 'start server-2']);
});

test('a pod with scheduling gates is not placed, and is gone at once when it is deleted', async t => {
	const servers = await openServers(t);
	await servers.cluster.apply({
		apiVersion: 'v1', kind: 'Pod', metadata: {name: 'gated'}, spec: {schedulingGates: [{name: 'neo4j.com/restore'}], containers: [{name: 'main', image: 'server'}]},
	});
	await servers.node.settled();
	const pod = await servers.pod('gated');
	t.is(pod!.spec.nodeName, undefined);
	t.like(pod!.status, {
		phase: 'Pending', conditions: [{
			type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates',
		}],
	});
	await servers.removePod('gated');
	t.deepEqual([await servers.names(), servers.history], [[], []]);
});

test('an edited template replaces the pods from the highest on, each when the one before is ready', async t => {
	const servers = await openServers(t);
	await servers.found();
	const template = {metadata: {labels: {app: 'server', edition: 'second'}}, spec: {containers: [{name: 'main', image: 'server'}]}};
	await servers.edit({template});
	t.deepEqual(servers.history.slice(3), ['stop server-2', 'start server-2', 'stop server-1', 'start server-1', 'stop server-0', 'start server-0']);
	const {status} = await servers.set();
	t.like(status, {updatedReplicas: 3, currentReplicas: 3, currentRevision: status!.updateRevision});
	const pod = await servers.pod('server-0');
	t.is(pod!.metadata.labels!['edition'], 'second');
});

test('a Job mounts the claim of a server that is scaled down', async t => {
	const servers = await openServers(t);
	await servers.found({replicas: 1});
	await writeFile(path.join(servers.folders.get('server-0')!, 'store'), 'old');
	await servers.edit({replicas: 0});
	await servers.run(script('cat /data/store; echo new > /data/store', {
		pod: {volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data-server-0'}}]},
		container: {volumeMounts: [{name: 'data', mountPath: '/data'}]},
	}));
	const [pod] = await servers.pods();
	t.is(await servers.log(pod!, 'main'), 'old');
	await servers.edit({replicas: 1});
	t.is(await readFile(path.join(servers.folders.get('server-0')!, 'store'), 'utf8'), 'new\n');
});

test('pods of servers that were up when the node went away are made again when one starts', async t => {
	const servers = await openServers(t);
	await servers.found({replicas: 1});
	const before = await servers.pod('server-0');
	await servers.node.close();
	t.deepEqual(servers.history, ['start server-0', 'stop server-0']);
	const again = await servers.start();
	await again.settled();
	const after = await servers.pod('server-0');
	t.not(after!.metadata.uid, before!.metadata.uid);
	t.is(after!.status!.phase, 'Running');
});
