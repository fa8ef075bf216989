import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {backupManifest, startScenario, type Scenario} from '#test/functions/scenario.ts';
import {type Pod} from '#local/node/workloads.ts';
import {annotations} from '#shared/api/group.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

const all = async <T extends KubeObject>({runtime: {kube}}: Scenario, kind: string): Promise<readonly T[]> => {
	const found: T[] = [];
	for await (const page of kube.list<T>({apiVersion: 'v1', kind, namespace: 'neo4j'})) {
		found.push(...page);
	}

	return found;
};

/** A Job on the node of the first server, with its claim and that of the backups, until it is told to end. */
const holder = (node: string): Manifest => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {name: 'holder', namespace: 'neo4j'},
	spec: {
		backoffLimit: 0,
		template: {
			spec: {
				restartPolicy: 'Never',
				automountServiceAccountToken: false,
				nodeSelector: {'kubernetes.io/hostname': node},
				volumes: [['data', 'data-production-cluster-server-0'], ['backups', 'backup-storage']].map(([name, claimName]) => ({name, persistentVolumeClaim: {claimName}})),
				containers: [{
					name: 'holder', image: 'neo4j:2025.12.0-enterprise', command: ['/bin/sh', '-c', 'until [ -e /backup/go-on ]; do sleep 0.05; done'],
					volumeMounts: [{name: 'data', mountPath: '/data'}, {name: 'backups', mountPath: '/backup'}],
				}],
			},
		},
	},
});

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
	while (!await isSo()) {
		await wait(20);
	}
};

test('a run that finds the ReadWriteOnce claim of its backups on another node starts when that is done with it, and succeeds; so does the sweep after it', async t => {
	const scenario = await startScenario(t, {
		pods: true, nodes: ['one', 'two', 'three'], start: new Date(Date.now() - 180_000).toISOString(), graceMs: 1, databases: ['mydb'],
	});
	const {apply, backup, minutes, runtime, s3, dbms} = scenario;
	await apply(backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
		storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'daily'},
		retention: {maxCount: 1},
		options: {backupType: 'FULL'},
	}, 'on-a-claim'));
	const server = await runtime.kube.get<Pod>({
		apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j', name: 'production-cluster-server-0',
	});
	await runtime.kube.create(holder(server!.spec.nodeName!));
	const podOf = async (isOne: (pod: Pod) => boolean) => {
		const pods = await all<Pod>(scenario, 'Pod');
		return pods.find(pod => isOne(pod) && !['Succeeded', 'Failed'].includes(pod.status!.phase));
	};

	await until(async () => {
		const pod = await podOf(({metadata}) => metadata.labels?.['job-name'] === 'holder');
		return pod?.status!.phase === 'Running';
	});
	dbms.write('mydb', 5);
	await runtime.kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'on-a-claim',
	}, {metadata: {annotations: {[annotations.runNow]: 'again'}}});
	await until(async () => {
		const events = await all<KubeObject & {readonly reason: string; readonly message: string}>(scenario, 'Event');
		return events.some(({reason}) => reason === 'FailedAttachVolume');
	});
	const running = await backup('on-a-claim');
	t.is(running.status?.phase, 'Running');
	const waiting = await podOf(({metadata}) => metadata.labels?.['neo4j.com/backup'] === 'on-a-claim');
	t.not(waiting!.spec.nodeName, server!.spec.nodeName);
	t.is(waiting!.status!.phase, 'Pending');

	await writeFile(path.join(runtime.node.claimFolder('neo4j', 'backup-storage'), 'go-on'), '');
	await runtime.settled();
	const ran = await backup('on-a-claim');
	t.deepEqual(ran.status?.history?.map(({status}) => status), ['Succeeded', 'Succeeded']);
	await minutes(4);
	const swept = await backup('on-a-claim');
	t.like(swept.status?.retention, {expired: 1, kept: 1});
});
