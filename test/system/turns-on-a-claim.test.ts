import {readdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {restoreManifest, standalone, startStage} from '#test/functions/restore-stage.ts';
import {postByHand} from '#test/functions/collected-events.ts';
import {backupManifest, startScenario, type Scenario} from '#test/functions/scenario.ts';
import {applyManifests} from '#local/manifests.ts';
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
const holder = ({node, claims = ['data-production-cluster-server-0', 'backup-storage']}: {readonly node: string; readonly claims?: readonly string[]}): Manifest => ({
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
				volumes: claims.map(claimName => ({name: claimName, persistentVolumeClaim: {claimName}})),
				containers: [{
					name: 'holder', image: 'neo4j:2025.12.0-enterprise', command: ['/bin/sh', '-c', 'until [ -e /backup/go-on ]; do sleep 0.05; done'],
					volumeMounts: claims.map(name => ({name, mountPath: name === 'backup-storage' ? '/backup' : '/data'})),
				}],
			},
		},
	},
});

const livePod = async (scenario: Scenario, isOne: (pod: Pod) => boolean): Promise<Pod | undefined> => {
	const pods = await all<Pod>(scenario, 'Pod');
	return pods.find(pod => isOne(pod) && !['Succeeded', 'Failed'].includes(pod.status!.phase));
};

/** How many backups lie on the claim once the sweeps of ten minutes have had their turn, or but one. */
const backupsLeft = async ({runtime, minutes}: Scenario): Promise<number> => {
	for (let minute = 0; ; minute++) {
		const names = await readdir(path.join(runtime.node.claimFolder('neo4j', 'backup-storage'), 'daily'));
		const backups = names.filter(name => name.endsWith('.backup'));
		if (backups.length <= 1 || minute === 10) {
			return backups.length;
		}

		await minutes(1);
	}
};

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
	while (!await isSo()) {
		await wait(20);
	}
};

test.serial('a run that finds the ReadWriteOnce claim of its backups on another node starts when that is done with it, and succeeds; so does the sweep after it', async t => {
	const scenario = await startScenario(t, {
		pods: true, nodes: ['one', 'two', 'three'], start: new Date(Date.now() - 180_000).toISOString(), graceMs: 1, databases: ['mydb'],
	});
	const {apply, backup, runtime, s3, dbms} = scenario;
	await apply(backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
		storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'daily'},
		retention: {maxCount: 1},
		options: {backupType: 'FULL'},
	}, 'on-a-claim'));
	const server = await runtime.kube.get<Pod>({
		apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j', name: 'production-cluster-server-0',
	});
	await runtime.kube.create(holder({node: server!.spec.nodeName!}));
	const podOf = async (isOne: (pod: Pod) => boolean) => livePod(scenario, isOne);

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
	t.is(await backupsLeft(scenario), 1);
});

for (const stopCluster of [false, true]) {
	test.serial(`[X-088] on a ReadWriteOnce claim run, sweep and restore${stopCluster ? ', with its servers stopped,' : ''} take turns when all three want it at once and another node has it, and none waits for ever`, async t => {
		const stage = await startStage(t, {
			target: standalone, nodes: ['one', 'two', 'three'], start: new Date(Date.now() - 180_000).toISOString(), graceMs: 1, databases: ['mydb'],
		});
		const {apply, backup, runtime, s3, dbms} = stage;
		dbms.write('mydb', 3);
		await apply(backupManifest(s3, {
			target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
			storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'daily'},
			retention: {maxCount: 1},
			options: {backupType: 'FULL'},
		}, 'on-a-claim'));
		const again = async (token: string) => runtime.kube.patch({
			apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'on-a-claim',
		}, {metadata: {annotations: {[annotations.runNow]: token}}});
		await again('second');
		await runtime.settled();
		dbms.write('mydb', 7);
		const server = await runtime.kube.get<Pod>({
			apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j', name: 'production-cluster-0',
		});
		await runtime.kube.create(holder({claims: ['backup-storage'], node: ['one', 'two', 'three'].find(node => node !== server!.spec.nodeName)!}));
		await until(async () => await livePod(stage, pod => pod.metadata.labels?.['job-name'] === 'holder' && pod.status!.phase === 'Running') !== undefined);

		await applyManifests(runtime.kube, [restoreManifest({force: true, stopCluster, source: {type: 'backup', backupRef: 'on-a-claim'}})], 'neo4j');
		await again('third');
		const posted = postByHand(stage, {type: 'com.neo4j.reconcile.requested.v1', name: 'on-a-claim', handler: 'retention-sweep'});
		await until(async () => {
			const pods = await all<Pod>(stage, 'Pod');
			const waiting = pods.filter(({metadata, status}) => ['backup', 'resolve', 'sweep'].includes(metadata.labels?.['app.kubernetes.io/component'] ?? '') && status!.phase === 'Pending');
			return waiting.length === 3;
		});

		await writeFile(path.join(runtime.node.claimFolder('neo4j', 'backup-storage'), 'go-on'), '');
		await posted;
		const {status} = await stage.ended('back');
		t.is(status?.phase, 'Completed', `${status?.message}`);
		t.is(await backupsLeft(stage), 1);
		const {status: ended} = await backup('on-a-claim');
		t.deepEqual(ended?.history?.map(run => run.status), ['Succeeded', 'Succeeded', 'Succeeded']);
		t.is(ended?.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True');
	});
}
