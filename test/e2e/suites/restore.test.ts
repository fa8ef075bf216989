/*
A restore on a real node: real volumes, real admission of Pods, the real controllers of StatefulSets and Jobs. The Neo4j is a stand-in: what a store really holds, whether Neo4j notices files that were exchanged under it, and a cluster, each of whose servers would have a volume of its own, are beyond it.
*/
import test from 'ava';
import {installed, type Installation} from '../install/installation.ts';
import {makeLocalVolume, type LocalVolume} from '../install/local-volume.ts';
import {seePods, type PodsSeen, type SeenPod} from '../install/pods-seen.ts';
import {s3Backup} from '../install/s3-backup.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {isOwnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';
import {annotations, labels, restoreApiVersion} from '#shared/api/group.ts';
import {isControlledBy, type KubeObject} from '#shared/kube/object.ts';
import {type StatefulSet} from '#shared/neo4j/target-object.ts';
import {isEnded, type Neo4jRestore} from '#shared/restore/status.ts';

type Pod = SeenPod & {
	readonly spec: {readonly schedulingGates?: readonly unknown[]; readonly nodeName?: string};
	readonly status?: {readonly initContainerStatuses?: ReadonlyArray<{readonly state: {readonly terminated?: {readonly finishedAt: string}}}>};
};
type Database = {readonly state: string; readonly transactions: readonly unknown[]};

/** A volume is a folder of the node. */
const testOfOwnCluster = isOwnCluster() ? test.serial : test.serial.skip;
const namespace = 'restore';
const server = 'production-cluster-0';
const bucket = 'neo4j-backups';

let installation: Installation;
let stage: Stage;
let s3: Versitygw;
let volume: LocalVolume;
let seen: PodsSeen;

test.before(async () => {
	if (!isOwnCluster()) {
		return;
	}

	installation = await installed();
	s3 = await startVersitygw({buckets: [{name: bucket, kind: 'plain'}], address: installation.cluster!.nodeAddress});
	volume = await makeLocalVolume(installation.kube, installation.cluster!, 'restore');
	stage = await openStage(installation, {
		namespace, target: {kind: 'Neo4jEnterpriseStandalone', servers: 1, claims: {storageClassName: volume.storageClassName}},
	});
	seen = await seePods(installation.kubeConfig, namespace);
	await stage.dbms('write', 'mydb', 3);
	await stage.apply(
		{
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 'aws-backup-credentials'}, stringData: s3.credentials,
		},
		s3Backup('daily', {bucket, endpointURL: s3.url}),
	);
	await stage.awaitBackup('daily', ({status}) => status?.phase === 'Completed', 120);
});

test.after.always(async () => {
	seen?.stop();
	await stage?.close();
	await volume?.remove();
	await s3?.stop();
});

const reference = (name: string) => ({
	apiVersion: restoreApiVersion, kind: 'Neo4jRestore', namespace, name,
});

const restore = async (name: string, spec: Readonly<Record<string, unknown>> = {}): Promise<void> => stage.apply({
	apiVersion: restoreApiVersion, kind: 'Neo4jRestore', metadata: {name}, spec: {
		clusterRef: 'production-cluster', databaseName: 'mydb', source: {type: 'backup', backupRef: 'daily'}, force: true, ...spec,
	},
});

const read = async (name: string): Promise<Neo4jRestore | undefined> => installation.kube.get<Neo4jRestore>(reference(name));

const ended = async (name: string): Promise<Neo4jRestore> => {
	let last: Neo4jRestore | undefined;
	try {
		await until(async () => {
			last = await read(name);
			return last !== undefined && isEnded(last);
		}, `the end of Neo4jRestore ${name}`, 240);
	} catch (error) {
		throw new Error(`Neo4jRestore ${name} goes on: ${JSON.stringify(last?.status, undefined, 2)}`, {cause: error});
	}

	return last!;
};

const transactions = async (): Promise<number> => {
	const {state, transactions} = await stage.dbms('find', 'mydb') as Database;
	return state === 'online' ? transactions.length : Number.NaN;
};

const servers = async (): Promise<StatefulSet> => (await installation.kube.get<StatefulSet>({
	apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: 'production-cluster',
}))!;

const serverPod = async (): Promise<Pod | undefined> => installation.kube.get<Pod>({
	apiVersion: 'v1', kind: 'Pod', namespace, name: server,
});

/** Waits until servers are stopped for a restore, and answers what then has the name of the first one. */
const placeholder = async (name: string): Promise<Pod> => {
	let pod: Pod | undefined;
	await until(async () => {
		pod = await serverPod();
		return pod?.spec.schedulingGates !== undefined;
	}, `the Pod that holds the name of a server for ${name}`, 120);
	return pod!;
};

/** The target is as free as if there had never been a restore. */
const isFree = async (): Promise<boolean> => {
	const target = await installation.kube.get<KubeObject>({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseStandalone', namespace, name: 'production-cluster',
	});
	const {metadata, spec} = await servers();
	return target?.metadata.annotations?.[annotations.restoreInProgress] === undefined && metadata.labels?.[labels.restore] === undefined && spec?.replicas === 1;
};

const finishedAt = (pod: Pod): number => Math.max(...(pod.status?.initContainerStatuses ?? []).map(({state}) => Date.parse(state.terminated?.finishedAt ?? '')));

const createdAt = ({metadata}: KubeObject): number => Date.parse(metadata.creationTimestamp!);

const podOfJob = (name: string): Pod => seen.pods().find(({metadata}) => metadata.labels?.['batch.kubernetes.io/job-name'] === name)!;

testOfOwnCluster('a database is what it was when it was backed up, restored by a Job on the volume of the server, which goes on running', async t => {
	const before = await transactions();
	await stage.dbms('write', 'mydb', 7);
	const {metadata: {uid}} = (await serverPod())!;
	await restore('online');
	const {status, metadata} = await ended('online');
	t.is(status?.phase, 'Completed', status?.message);
	t.is(await transactions(), before);
	const pod = await serverPod();
	t.is(pod?.metadata.uid, uid);
	t.is(podOfJob('online-restore').spec.nodeName, pod?.spec.nodeName);
	t.deepEqual(metadata.finalizers ?? [], []);
	t.true(await isFree());
});

testOfOwnCluster('the next run is a FULL, and restores as well with the server stopped, whose name a Pod holds that a restricted namespace takes', async t => {
	await stage.dbms('write', 'mydb', 2);
	const before = await transactions();
	await stage.edit('daily', {metadata: {annotations: {[annotations.runNow]: 'after'}}});
	const backup = await stage.awaitBackup('daily', ({status}) => status?.phase === 'Completed' && status.history?.length === 2, 120);
	t.like(backup.status?.history?.[0], {backupType: 'FULL', status: 'Succeeded'});
	await stage.dbms('write', 'mydb', 4);
	const {metadata: {uid}} = (await serverPod())!;

	await restore('offline', {stopCluster: true});
	const held = await placeholder('offline');
	t.true(isControlledBy(held, (await read('offline'))!));
	const stopped = await servers();
	t.deepEqual([stopped.spec?.replicas, stopped.metadata.labels?.[labels.restore]], [0, 'offline']);

	const {status, metadata} = await ended('offline');
	t.is(status?.phase, 'Completed', status?.message);
	t.is(await transactions(), before);
	t.deepEqual(metadata.finalizers ?? [], []);
	t.true(await isFree());
	t.like(status?.conditions?.find(({type}) => type === 'ClusterStopped'), {status: 'True', reason: 'ScaledUp'});

	const pod = (await serverPod())!;
	t.false([uid, held.metadata.uid].includes(pod.metadata.uid));
	const job = podOfJob('offline-restore');
	t.true(createdAt(held) <= createdAt(job), 'the name is held before the Job begins');
	const pause = createdAt(pod) - finishedAt(job);
	t.log(`The server was made ${pause / 1000} s after the data was there, and the restore Completed ${(Date.parse(status!.completionTime!) - createdAt(pod)) / 1000} s later`);
	t.true(pause >= 0, 'nothing comes up beside the Job');
	t.true(pause < 45_000, 'and without the backoff of a controller that finds the name taken');
});

testOfOwnCluster('a restore that is deleted while its server is stopped is gone once the server is back', async t => {
	await restore('deleted', {stopCluster: true});
	await placeholder('deleted');
	await installation.kube.delete(reference('deleted'));
	await until(async () => await read('deleted') === undefined, 'the end of Neo4jRestore deleted', 180);
	t.true(await isFree());
	await until(async () => {
		const {status} = await servers();
		return status?.readyReplicas === 1;
	}, 'the server');
	const pod = await serverPod();
	t.is(pod?.spec.schedulingGates, undefined);
	const jobs = await stage.all('batch/v1', 'Job', `${labels.restore}=deleted`);
	t.deepEqual(jobs.filter(({metadata}) => metadata.deletionTimestamp === undefined), []);
});
