import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {openWorkshop, script, statusOf} from './workshop.ts';

test('Secrets and ConfigMaps are files, chosen and renamed by items', async t => {
	const workshop = await openWorkshop(t);
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'keys'}, stringData: {a: 'A', b: 'B'},
	});
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'settings'}, data: {c: 'C'},
	});
	await workshop.run(script('cd /etc/keys && find . -type f | sort | xargs -I% sh -c "echo %; cat %; echo"; cat /etc/all/c /etc/all/labels/app', {
		pod: {
			volumes: [
				{name: 'keys', secret: {secretName: 'keys', items: [{key: 'b', path: 'deep/key'}]}},
				{name: 'all', projected: {sources: [{configMap: {name: 'settings'}}, {downwardAPI: {items: [{path: 'labels/app', fieldRef: {fieldPath: 'metadata.labels[\'app\']'}}]}}]}},
			],
		},
		container: {volumeMounts: [{name: 'keys', mountPath: '/etc/keys'}, {name: 'all', mountPath: '/etc/all'}]},
	}));
	const [pod] = await workshop.pods();
	t.is(await workshop.log(pod!, 'main'), './deep/key\nB\nCtest');
});

test('a volume whose Secret is missing keeps the pod waiting', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('', {pod: {volumes: [{name: 'keys', secret: {secretName: 'absent'}}]}}));
	const [pod] = await workshop.pods();
	t.like(statusOf(pod!)!.state.waiting, {reason: 'ContainerCreating', message: 'MountVolume.SetUp failed for volume "keys" : secret "absent" not found'});
});

test('a claim is bound, and keeps its contents from pod to pod', async t => {
	const workshop = await openWorkshop(t);
	const claimed = {
		pod: {volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data'}}]},
		container: {volumeMounts: [{name: 'data', mountPath: '/backups', subPath: 'daily'}]},
	};
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}},
	});
	await workshop.run(script('echo kept > /backups/file', claimed), 'writer');
	await workshop.run(script('cat /backups/file', claimed), 'reader');
	const pods = await workshop.pods();
	const reader = pods.find(({metadata}) => metadata.labels!['job-name'] === 'reader');
	t.is(await workshop.log(reader!, 'main'), 'kept\n');
	t.is(await readFile(join(workshop.node.claimFolder('test', 'data'), 'daily', 'file'), 'utf8'), 'kept\n');
	t.like(await workshop.cluster.client.get({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'test', name: 'data',
	}), {status: {phase: 'Bound', capacity: {storage: '1Gi'}}});
});

test('a pod whose claim is missing is not placed until the claim is there', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('true', {pod: {volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data'}}]}}));
	const waiting = await workshop.podWhen(pod => pod.status?.conditions?.[0]?.reason === 'Unschedulable');
	t.like(waiting.status, {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: persistentvolumeclaim "data" not found.'}]});
	t.is(waiting.spec.nodeName, undefined);
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name: 'data'}, spec: {},
	});
	const placed = await workshop.podWhen(pod => pod.status?.phase === 'Succeeded');
	t.is(placed.spec.nodeName, 'embedded');
});

test('mount paths are rewritten in the environment, in the working directory and for temporary files', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('pwd; echo "$TARGET" "$TMPDIR"', {
		pod: {volumes: [{name: 'data', emptyDir: {}}, {name: 'scratch', emptyDir: {}}]},
		container: {
			workingDir: '/data',
			env: [{name: 'TARGET', value: 'file:///data/x'}],
			volumeMounts: [{name: 'data', mountPath: '/data'}, {name: 'scratch', mountPath: '/tmp'}],
		},
	}));
	const [pod] = await workshop.pods();
	const volumes = join(workshop.state, 'pods', pod!.metadata.uid!, 'volumes');
	t.is(await workshop.log(pod!, 'main'), `${volumes}/data\nfile://${volumes}/data/x ${volumes}/scratch\n`);
});
