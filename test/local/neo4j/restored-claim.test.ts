import test from 'ava';
import neo4j from 'neo4j-driver';
import {type Job, type Pod} from '#local/node/workloads.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';

const statefulSet = {
	apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'neo4j', name: 'production-cluster-server',
};

/** Has the name of the first server, is never placed, and belongs to nobody's StatefulSet. */
const placeholder: Manifest = {
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: {name: 'production-cluster-server-0', namespace: 'neo4j', labels: {app: 'placeholder'}},
	spec: {automountServiceAccountToken: false, schedulingGates: [{name: 'neo4j.com/restore'}], containers: [{name: 'placeholder', image: 'neo4j:2025.12.0-enterprise'}]},
};

const restoreJob: Manifest = {
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {name: 'restore', namespace: 'neo4j'},
	spec: {
		backoffLimit: 0,
		template: {
			spec: {
				restartPolicy: 'Never',
				automountServiceAccountToken: false,
				volumes: [['data', 'data-production-cluster-server-0'], ['backups', 'backup-storage']].map(([name, claimName]) => ({name, persistentVolumeClaim: {claimName}})),
				containers: [{
					name: 'restore',
					image: 'neo4j:2025.12.0-enterprise',
					command: ['/bin/sh', '-c', 'neo4j-admin database restore --from-path="$(ls /backup/daily/mydb-*.backup)" --overwrite-destination=true mydb'],
					volumeMounts: [{name: 'data', mountPath: '/data'}, {name: 'backups', mountPath: '/backup'}],
				}],
			},
		},
	},
};

test('a database of a cluster that is scaled down, restored on the claim of its first server and scaled up has the restored data once it is recreated from that server', async t => {
	const scenario = await startScenario(t, {pods: true, databases: ['mydb'], start: new Date(Date.now() - 180_000).toISOString()});
	const {apply, backup, dbms, runtime} = scenario;
	const {kube} = runtime;
	const scale = async (replicas: number) => {
		await kube.patch(statefulSet, {spec: {replicas}});
		await runtime.settled();
	};

	const firstPod = async () => kube.get<Pod>({
		apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j', name: 'production-cluster-server-0',
	});
	const driver = neo4j.driver(dbms.boltUrl, neo4j.auth.basic('neo4j', 'a-long-password'), {disableLosslessIntegers: true, maxTransactionRetryTime: 0});
	t.teardown(async () => driver.close());
	const rows = async (query: string, parameters: Record<string, unknown> = {}, database = 'system') => {
		const {records} = await driver.executeQuery(query, parameters, {database});
		return records.map(record => record.toObject());
	};

	const nodes = async () => rows('MATCH (n) RETURN count(n) AS nodes', {}, 'mydb');
	dbms.write('mydb', 3);
	await apply(backupManifest(scenario.s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'daily'},
	}, 'on-a-claim'));
	const {status} = await backup('on-a-claim');
	t.is(status?.phase, 'Completed');
	dbms.write('mydb', 7);
	t.deepEqual(await nodes(), [{nodes: 10}]);

	await rows('STOP DATABASE mydb WAIT');
	await scale(0);
	await apply(placeholder);
	// The target's operator, which knows of no restore.
	await scale(3);
	const held = await firstPod();
	t.deepEqual(held!.metadata.labels, {app: 'placeholder'});
	await t.throwsAsync(rows('SHOW SERVERS'), undefined, 'no server came up');
	await scale(0);
	await apply(restoreJob);
	const job = (await kube.get<Job>({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: 'restore',
	}))!;
	t.like(job.status, {succeeded: 1});
	await kube.delete({
		apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j', name: 'production-cluster-server-0',
	});
	await scale(3);
	const first = await firstPod();
	t.is(first!.status!.phase, 'Running');

	const servers = await rows('SHOW SERVERS YIELD serverId, address');
	await rows('CALL dbms.recreateDatabase($name, {seedingServers: [$id]})', {name: 'mydb', id: servers.find(({address}) => String(address).startsWith('production-cluster-server-0.'))!['serverId']});
	t.deepEqual(await nodes(), [{nodes: 3}]);
});
