import {mkdir, readdir} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import neo4j from 'neo4j-driver';
import {type Claim, type Pod, type StatefulSet} from '#local/node/workloads.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {backupManifest, startScenario, type Scenario} from '#test/functions/scenario.ts';

const all = async <T extends KubeObject>({runtime: {kube}}: Scenario, kind: string): Promise<readonly T[]> => {
	const found: T[] = [];
	for await (const page of kube.list<T>({apiVersion: 'v1', kind, namespace: 'neo4j'})) {
		found.push(...page);
	}

	return found;
};

const scale = async ({runtime}: Scenario, name: string, replicas: number): Promise<StatefulSet> => {
	const reference = {
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'neo4j', name,
	};
	await runtime.kube.patch(reference, {spec: {replicas}});
	await runtime.settled();
	return (await runtime.kube.get<StatefulSet>(reference))!;
};

const answers = async (url: string): Promise<boolean> => {
	try {
		const response = await fetch(url);
		return response.ok;
	} catch {
		return false;
	}
};

const answersBolt = async (url: string): Promise<boolean> => {
	const driver = neo4j.driver(url, neo4j.auth.basic('neo4j', 'a-long-password'));
	try {
		await driver.getServerInfo();
		return true;
	} catch {
		return false;
	} finally {
		await driver.close();
	}
};

test('the servers of a cluster are Pods with a claim each, and back up as servers do', async t => {
	const scenario = await startScenario(t, {pods: true});
	const pods = await all<Pod>(scenario, 'Pod');
	t.deepEqual(pods.map(({metadata, status}) => [metadata.name, status!.phase, status!.containerStatuses!.every(({ready}) => ready)]), [0, 1, 2].map(ordinal => [`production-cluster-server-${ordinal}`, 'Running', true]));
	const claims = await all<Claim>(scenario, 'PersistentVolumeClaim');
	t.deepEqual(claims.map(({metadata, status}) => [metadata.name, status?.phase]), [0, 1, 2].map(ordinal => [`data-production-cluster-server-${ordinal}`, 'Bound']));
	await scenario.apply(backupManifest(scenario.s3));
	const backup = await scenario.backup('daily-cluster-backup');
	t.is(backup.status?.phase, 'Completed');
});

test('a server answers while its Pod runs, and Bolt while any of them does', async t => {
	const scenario = await startScenario(t, {pods: true});
	const {dbms} = scenario;
	const listener = (ordinal: number) => `http://${dbms.hosts()[dbms.backupAddresses[ordinal]!]}/databases`;
	t.deepEqual([await answers(listener(0)), await answers(listener(2)), await answersBolt(dbms.boltUrl)], [true, true, true]);
	const fewer = await scale(scenario, 'production-cluster-server', 1);
	t.is(fewer.status?.readyReplicas, 1);
	t.deepEqual([await answers(listener(0)), await answers(listener(2)), await answersBolt(dbms.boltUrl)], [true, false, true]);
	const none = await scale(scenario, 'production-cluster-server', 0);
	t.is(none.status?.replicas, 0);
	t.deepEqual([await answers(listener(0)), await answers(listener(2)), await answersBolt(dbms.boltUrl)], [false, false, false]);
	const claims = await all<Claim>(scenario, 'PersistentVolumeClaim');
	t.is(claims.length, 3);
	const again = await scale(scenario, 'production-cluster-server', 3);
	t.is(again.status?.readyReplicas, 3);
	t.deepEqual([await answers(listener(0)), await answers(listener(2)), await answersBolt(dbms.boltUrl)], [true, true, true]);
});

test('what a server holds lies on its claim, where a Job finds it while the server is down, and where the server finds it again', async t => {
	const scenario = await startScenario(t, {pods: true});
	const {dbms, runtime} = scenario;
	const last = dbms.write('mydb', 7);
	await scale(scenario, 'production-cluster-server', 0);
	await scenario.apply({
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {name: 'look'},
		spec: {
			backoffLimit: 0,
			template: {
				spec: {
					restartPolicy: 'Never',
					automountServiceAccountToken: false,
					volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data-production-cluster-server-0'}}],
					containers: [{
						name: 'look', image: 'neo4j:2025.12.0-enterprise', command: ['/bin/sh', '-c', 'ls /data/databases'], volumeMounts: [{name: 'data', mountPath: '/data'}],
					}],
				},
			},
		},
	});
	t.regex(await scenario.logs(), /^mydb$/mv);
	t.deepEqual(await readdir(path.join(runtime.node.claimFolder('neo4j', 'data-production-cluster-server-2'), 'databases')), ['mydb', 'neo4j', 'system']);
	await scale(scenario, 'production-cluster-server', 3);
	t.is(dbms.write('mydb', 1), last + 1);
});

/** Runs neo4j-admin in a Job that has the claim of server 0, as a restore does, and answers its exit code. */
const neo4jAdmin = async (scenario: Scenario, name: string, args: readonly string[]): Promise<number | undefined> => {
	await scenario.apply({
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {name},
		spec: {
			backoffLimit: 0,
			template: {
				spec: {
					restartPolicy: 'Never',
					containers: [{
						name: 'admin', image: 'neo4j:2025.12.0-enterprise', command: ['neo4j-admin', 'database', ...args], volumeMounts: [{name: 'data', mountPath: '/data'}],
					}],
					volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data-production-cluster-server-0'}}],
				},
			},
		},
	});
	const pods = await all<Pod>(scenario, 'Pod');
	const pod = pods.find(({metadata: {labels}}) => labels?.['job-name'] === name);
	return pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode;
};

test('a Job with the claim of server 0 restores onto the disk of that server, and not while it has the database online', async t => {
	const scenario = await startScenario(t, {pods: true});
	const {dbms} = scenario;
	const {transactions} = dbms.find('mydb')!;
	await mkdir(path.join(scenario.runtime.node.claimFolder('neo4j', 'data-production-cluster-server-0'), 'backups'));
	t.is(await neo4jAdmin(scenario, 'backup', ['backup', 'mydb', `--from=${dbms.backupAddresses.join(',')}`, '--to-path=/data/backups']), 0);
	dbms.write('mydb', 3);
	const restore = ['restore', 'mydb', '--from-path=/data/backups', '--overwrite-destination=true'];
	t.is(await neo4jAdmin(scenario, 'too-early', restore), 1);
	dbms.stopDatabase('mydb');
	await scale(scenario, 'production-cluster-server', 0);
	t.is(await neo4jAdmin(scenario, 'restore', restore), 0);
	await scale(scenario, 'production-cluster-server', 3);
	t.is(dbms.find('mydb')?.state, 'offline', 'system keeps it stopped');
	dbms.recreateDatabase('mydb', {servers: [dbms.backupAddresses[0]!]});
	t.deepEqual(dbms.find('mydb')?.transactions, transactions);
});

test('a server that does not come up has a Pod that runs and is not ready, and answers nothing until it does', async t => {
	const up = Promise.withResolvers<void>();
	const scenario = await startScenario(t, {pods: true, comesUp: async name => name.endsWith('-1') ? up.promise : undefined});
	const {dbms} = scenario;
	const listener = `http://${dbms.hosts()[dbms.backupAddresses[1]!]}/databases`;
	const set = async () => scenario.runtime.kube.get<StatefulSet>({
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'neo4j', name: 'production-cluster-server',
	});
	const before = await set();
	t.like(before!.status, {replicas: 3, readyReplicas: 2});
	t.false(await answers(listener));
	up.resolve();
	while (!await answers(listener)) {
		await wait(10);
	}

	await scenario.runtime.settled();
	const after = await set();
	t.like(after!.status, {replicas: 3, readyReplicas: 3});
});

test('the claims of servers can be for one Pod alone', async t => {
	const scenario = await startScenario(t, {pods: true, target: {claims: {accessMode: 'ReadWriteOncePod', storageClassName: 'fast'}}});
	const claims = await all<Claim>(scenario, 'PersistentVolumeClaim');
	t.like(claims[0]!.spec, {accessModes: ['ReadWriteOncePod'], storageClassName: 'fast'});
	const pods = await all<Pod>(scenario, 'Pod');
	t.is(pods.filter(({status}) => status!.phase === 'Running').length, 3);
});

test('the only server of a standalone keeps its data where its operator has it', async t => {
	const scenario = await startScenario(t, {pods: true, target: {kind: 'Neo4jEnterpriseStandalone', name: 'dev-standalone'}});
	const pods = await all<Pod>(scenario, 'Pod');
	t.like(pods[0], {metadata: {name: 'dev-standalone-0'}, spec: {containers: [{volumeMounts: [{name: 'neo4j-data', mountPath: '/data'}]}]}});
	const claims = await all<Claim>(scenario, 'PersistentVolumeClaim');
	t.deepEqual(claims.map(({metadata}) => metadata.name), ['neo4j-data-dev-standalone-0']);
});

test('without them a target has no Pods and no claims, and is as ready', async t => {
	const scenario = await startScenario(t);
	t.deepEqual([await all(scenario, 'Pod'), await all(scenario, 'PersistentVolumeClaim')], [[], []]);
	await scenario.apply(backupManifest(scenario.s3));
	const backup = await scenario.backup('daily-cluster-backup');
	t.is(backup.status?.phase, 'Completed');
});
