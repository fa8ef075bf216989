import {chown, mkdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {installed, type Installation} from '../install/installation.ts';
import {makeLocalVolume, type LocalVolume} from '../install/local-volume.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {isOwnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';
import {type KubeObject, type Reference} from '#shared/kube/object.ts';

type Job = KubeObject & {readonly status?: {readonly succeeded?: number; readonly failed?: number}};
type Database = {readonly status: string; readonly state: string; readonly transactions: readonly unknown[]};

/** A volume is a folder of the node. */
const testOfOwnCluster = isOwnCluster() ? test : test.skip;
const namespace = 'server-disk';
const statefulSet: Reference = {
	apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: 'dev-standalone',
};

let installation: Installation;
let stage: Stage;
let volume: LocalVolume;

test.before(async () => {
	if (!isOwnCluster()) {
		return;
	}

	installation = await installed();
	volume = await makeLocalVolume(installation.kube, installation.cluster!, 'server-disk');
	stage = await openStage(installation, {
		namespace, target: {
			kind: 'Neo4jEnterpriseStandalone', name: 'dev-standalone', servers: 1, claims: {storageClassName: volume.storageClassName},
		},
	});
});

test.after.always(async () => {
	await stage?.close();
	await volume?.remove();
});

/** Runs neo4j-admin in a Job that has the server's claim, and answers whether it succeeded. */
const succeeds = async (name: string, words: readonly string[]): Promise<boolean> => {
	const reference: Reference = {
		apiVersion: 'batch/v1', kind: 'Job', namespace, name,
	};
	await stage.apply({
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {name},
		spec: {
			backoffLimit: 0,
			template: {
				spec: {
					restartPolicy: 'Never',
					securityContext: {
						runAsNonRoot: true, runAsUser: 7474, runAsGroup: 7474, fsGroup: 7474, seccompProfile: {type: 'RuntimeDefault'},
					},
					containers: [{
						name: 'admin',
						image: 'neo4j:2025.12.0-enterprise',
						command: ['neo4j-admin', 'database', ...words],
						securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
						volumeMounts: [{name: 'data', mountPath: '/data'}],
					}],
					volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'neo4j-data-dev-standalone-0'}}],
				},
			},
		},
	});
	let job: Job | undefined;
	await until(async () => {
		job = await installation.kube.get<Job>(reference);
		return (job?.status?.succeeded ?? job?.status?.failed ?? 0) > 0;
	}, `Job ${name}`);
	return job?.status?.succeeded === 1;
};

const scale = async (replicas: number): Promise<void> => {
	await installation.kube.patch(statefulSet, {spec: {replicas}});
	await until(async () => {
		const {status} = (await installation.kube.get<KubeObject & {readonly status: {readonly replicas: number; readonly readyReplicas?: number}}>(statefulSet))!;
		return status.replicas === replicas && (status.readyReplicas ?? 0) === replicas;
	}, `${replicas} replicas`);
};

testOfOwnCluster('a server that is a Pod holds its data on its volume, where a Job restores them when the database is stopped, and not before', async t => {
	const backups = path.join(volume.folder, 'backups');
	await mkdir(backups);
	await chown(backups, 7474, 7474);
	t.is(await stage.dbms('write', 'mydb', 3), 8);
	t.true(await succeeds('backup', ['backup', 'mydb', `--from=dev-standalone-0.dev-standalone-headless.${namespace}.svc.cluster.local:6362`, '--to-path=/data/backups']));
	t.is(await stage.dbms('write', 'mydb', 2), 10);
	const restore = ['restore', 'mydb', '--from-path=/data/backups', '--overwrite-destination=true'];
	t.false(await succeeds('too-early', restore));

	await stage.dbms('stopDatabase', 'mydb');
	await scale(0);
	t.true(await succeeds('restore', restore));
	await scale(1);
	t.like(await stage.dbms('find', 'mydb'), {status: 'offline', state: 'offline'});
	await stage.dbms('startDatabase', 'mydb');
	const {state, transactions} = await stage.dbms('find', 'mydb') as Database;
	t.deepEqual([state, transactions.length], ['online', 8]);
});
