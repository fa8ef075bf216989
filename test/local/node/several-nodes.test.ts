import {access, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {openServers} from './servers.ts';
import {
	openWorkshop, script, statusOf, type Workshop,
} from './workshop.ts';
import {type Pod} from '#local/node/workloads.ts';

const claim = (accessMode: string) => ({
	apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name: 'data'}, spec: {accessModes: [accessMode], resources: {requests: {storage: '1Gi'}}},
});

/** A Job on a node that says when it begins, and ends when it is told to. */
const holder = ({state}: Workshop, name: string, node?: string) => script('echo "begin $0" >> "$1"; until [ -e "$2" ]; do sleep 0.02; done; echo "end $0" >> "$1"', {
	pod: {...node !== undefined && {nodeSelector: {'kubernetes.io/hostname': node}}, volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data'}}]},
	container: {args: [name, path.join(state, 'order'), path.join(state, `end-${name}`)], volumeMounts: [{name: 'data', mountPath: '/data'}]},
});

const end = async ({state}: Workshop, name: string) => writeFile(path.join(state, `end-${name}`), '');

const order = async ({state}: Workshop): Promise<readonly string[]> => {
	const text = await readFile(path.join(state, 'order'), 'utf8');
	return text.trim().split('\n');
};

const podOf = async ({pods}: Workshop, job: string): Promise<Pod | undefined> => {
	const all = await pods();
	return all.find(({metadata}) => metadata.labels?.['job-name'] === job);
};

const when = async (workshop: Workshop, job: string, isSo: (pod: Pod) => boolean): Promise<Pod> => {
	for (;;) {
		const pod = await podOf(workshop, job);
		if (pod && isSo(pod)) {
			return pod;
		}

		await wait(10);
	}
};

const runs = async (workshop: Workshop, job: string) => when(workshop, job, pod => pod.status?.phase === 'Running');

const event = async ({events}: Workshop, reason: string, count = 1) => {
	for (;;) {
		const all = await events();
		const found = all.filter(event => event.reason === reason);
		if (found.length >= count) {
			return found;
		}

		await wait(10);
	}
};

test('a ReadWriteOnce claim that another node has keeps a pod in ContainerCreating, with an Event, until the last pod there has ended', async t => {
	const workshop = await openWorkshop(t, {nodes: ['a', 'b']});
	await workshop.cluster.apply(claim('ReadWriteOnce'));
	await workshop.submit(holder(workshop, 'first', 'a'), 'first');
	const first = await runs(workshop, 'first');
	await workshop.submit(holder(workshop, 'second', 'b'), 'second');
	const [told] = await event(workshop, 'FailedAttachVolume');
	t.is(told!.message.replace(/pvc-[^"]+/v, 'pvc-…'), `Multi-Attach error for volume "pvc-…" Volume is already used by pod(s) ${first.metadata.name}`);
	const waiting = await podOf(workshop, 'second');
	t.is(waiting!.spec.nodeName, 'b');
	t.like(waiting!.status, {phase: 'Pending'});
	t.like(statusOf(waiting!)!.state, {waiting: {reason: 'ContainerCreating'}});
	await end(workshop, 'first');
	await runs(workshop, 'second');
	await end(workshop, 'second');
	await workshop.node.settled();
	const job = await workshop.job('second');
	t.is(job!.status!.succeeded, 1);
	const all = await event(workshop, 'FailedAttachVolume');
	t.is(all.length, 1);
});

test('pods of the node that has a ReadWriteOnce claim share it, and those of other nodes come in the order of their arrival', async t => {
	const workshop = await openWorkshop(t, {nodes: ['a', 'b', 'c']});
	await workshop.cluster.apply(claim('ReadWriteOnce'));
	for (const [name, node] of [['first', 'a'], ['beside', 'a']] as const) {
		await workshop.submit(holder(workshop, name, node), name);
		await runs(workshop, name);
	}

	for (const [index, [name, node]] of ([['third', 'c'], ['second', 'b']] as const).entries()) {
		await workshop.submit(holder(workshop, name, node), name);
		await event(workshop, 'FailedAttachVolume', index + 1);
	}

	await end(workshop, 'first');
	await when(workshop, 'first', pod => pod.status?.phase === 'Succeeded');
	const still = await podOf(workshop, 'third');
	t.is(still!.status!.phase, 'Pending');
	await end(workshop, 'beside');
	await runs(workshop, 'third');
	const last = await podOf(workshop, 'second');
	t.is(last!.status!.phase, 'Pending');
	await end(workshop, 'third');
	await runs(workshop, 'second');
	await end(workshop, 'second');
	await workshop.node.settled();
	t.deepEqual(await order(workshop), ['begin first', 'begin beside', 'end first', 'end beside', 'begin third', 'end third', 'begin second', 'end second']);
});

test('a pod that is deleted while it waits for a volume gives its turn up', async t => {
	const workshop = await openWorkshop(t, {nodes: ['a', 'b', 'c']});
	await workshop.cluster.apply(claim('ReadWriteOnce'));
	await workshop.submit(holder(workshop, 'first', 'a'), 'first');
	await runs(workshop, 'first');
	await workshop.submit(holder(workshop, 'second', 'b'), 'second');
	await event(workshop, 'FailedAttachVolume');
	await workshop.submit(holder(workshop, 'third', 'c'), 'third');
	await workshop.cluster.client.delete({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'test', name: 'second',
	}, {propagationPolicy: 'Foreground'});
	while (await workshop.job('second')) {
		await wait(10);
	}

	await end(workshop, 'first');
	await runs(workshop, 'third');
	await end(workshop, 'third');
	await workshop.node.settled();
	t.deepEqual(await order(workshop), ['begin first', 'end first', 'begin third', 'end third']);
});

test('a claim that many may have is of all nodes at once', async t => {
	const workshop = await openWorkshop(t, {nodes: ['a', 'b']});
	await workshop.cluster.apply(claim('ReadWriteMany'));
	for (const [name, node] of [['first', 'a'], ['second', 'b']] as const) {
		await workshop.submit(holder(workshop, name, node), name);
	}

	await runs(workshop, 'first');
	await runs(workshop, 'second');
	await end(workshop, 'first');
	await end(workshop, 'second');
	await workshop.node.settled();
	const lines = await order(workshop);
	t.deepEqual(lines.slice(0, 2).toSorted((a, b) => a.localeCompare(b)), ['begin first', 'begin second']);
});

test('a ReadWriteOncePod claim is one pod\'s at a time, on one node too: the other is not placed until then', async t => {
	const workshop = await openWorkshop(t);
	await workshop.cluster.apply(claim('ReadWriteOncePod'));
	await workshop.submit(holder(workshop, 'first'), 'first');
	await runs(workshop, 'first');
	await workshop.submit(holder(workshop, 'second'), 'second');
	const waiting = await when(workshop, 'second', pod => pod.status?.conditions?.[0]?.reason === 'Unschedulable');
	t.is(waiting.spec.nodeName, undefined);
	t.is(waiting.status!.conditions![0]!.message, '0/1 nodes are available: 1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.');
	await end(workshop, 'first');
	await end(workshop, 'second');
	await workshop.node.settled();
	const job = await workshop.job('second');
	t.is(job!.status!.succeeded, 1);
});

test('pods spread over the nodes', async t => {
	const servers = await openServers(t, {nodes: ['a', 'b', 'c']});
	await servers.found();
	const pods = await servers.pods();
	t.deepEqual(pods.map(({spec}) => spec.nodeName!).toSorted((a, b) => a.localeCompare(b)), ['a', 'b', 'c']);
});

const beside: ReadonlyArray<readonly [title: string, pod: (server: Pod) => Record<string, unknown>]> = [
	['that its nodeName is', ({spec}) => ({nodeName: spec.nodeName})],
	['that its nodeSelector names', ({spec}) => ({nodeSelector: {'kubernetes.io/hostname': spec.nodeName}})],
	['that its node affinity requires', ({spec}) => ({affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: 'metadata.name', operator: 'In', values: [spec.nodeName]}]}]}}}})],
	['of the pod that its affinity requires', ({metadata}) => ({
		affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: 'kubernetes.io/hostname', labelSelector: {matchLabels: {'statefulset.kubernetes.io/pod-name': metadata.name}}}]}},
	})],
];

for (const [title, pod] of beside) {
	test(`a Job's pod runs on the node ${title}, and mounts the claim of a server that runs there`, async t => {
		const servers = await openServers(t, {nodes: ['a', 'b', 'c']});
		await servers.found();
		const server = await servers.pod('server-1');
		await servers.run(script('echo > /data/seen', {
			pod: {...pod(server!), volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data-server-1'}}]},
			container: {volumeMounts: [{name: 'data', mountPath: '/data'}]},
		}));
		const ran = await podOf(servers, 'job');
		t.like(ran, {spec: {nodeName: server!.spec.nodeName}, status: {phase: 'Succeeded'}});
		await t.notThrowsAsync(access(path.join(servers.folders.get('server-1')!, 'seen')));
	});
}

test('a pod that no node fits is not placed', async t => {
	const workshop = await openWorkshop(t, {nodes: ['a', 'b']});
	await workshop.run(script('true', {pod: {nodeSelector: {'kubernetes.io/hostname': 'elsewhere'}}}));
	const [pod] = await workshop.pods();
	t.like(pod!.status!.conditions![0], {reason: 'Unschedulable', message: '0/2 nodes are available: 2 node(s) didn\'t match Pod\'s node affinity/selector.'});
});
