import {readdir} from 'node:fs/promises';
import test from 'ava';
import {HttpMethod} from '@kubernetes/client-node';
import {createHandle as createJobCompleted} from '../../../functions/job-completed/handle.ts';
import {installed, type Installation} from '../install/installation.ts';
import {makeLocalVolume, type LocalVolume} from '../install/local-volume.ts';
import {processWith} from '../install/process-with.ts';
import {s3Backup} from '../install/s3-backup.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {asked} from '../rights/flow.ts';
import {startGate, type Gate} from '../stores/gate.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {isOwnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';
import {labels} from '#shared/api/group.ts';
import {applyTarget} from '#local/neo4j/target.ts';
import {silentLog} from '#shared/log.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {createSend} from '#shared/kube/send.ts';
import {type BackupRun} from '#shared/runs/status.ts';

const bucket = 'neo4j-backups';
const slow = 240;

type State = {readonly running?: Readonly<Record<string, unknown>>; readonly waiting?: {readonly reason: string}; readonly terminated?: {readonly exitCode: number; readonly reason: string}};
type Pod = KubeObject & {
	readonly spec: {
		readonly automountServiceAccountToken?: boolean;
		readonly volumes: readonly unknown[];
		readonly initContainers: readonly Container[];
		readonly containers: readonly Container[];
	};
	readonly status: {readonly phase: string; readonly initContainerStatuses?: ReadonlyArray<{readonly name: string; readonly state: State}>};
};
type Job = KubeObject & {readonly spec: {readonly activeDeadlineSeconds: number}; readonly status?: {readonly failed?: number}};
type Note = KubeObject & {readonly reason: string; readonly message: string};
type Container = {readonly name: string; readonly args: readonly string[]; readonly volumeMounts: ReadonlyArray<{readonly mountPath: string}>};

let installation: Installation;
let stage: Stage;
let s3: Versitygw;
let gate: Gate;
let volume: LocalVolume;

/** All of them go on at once; each test looks at one. */
const backups: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
	whole: {backupType: 'FULL', pageCache: '64M'},
	deleted: {},
	evicted: {},
	lost: {},
	late: {timeout: '1m'},
	starved: {resources: {limits: {memory: '24Mi'}}},
};

const held = ['whole', 'deleted', 'evicted', 'lost', 'late'];

test.before(async () => {
	installation = await installed();
	s3 = await startVersitygw({buckets: [{name: bucket, kind: 'plain'}], ...(installation.cluster && {address: installation.cluster.nodeAddress})});
	const store = new URL(s3.url);
	gate = await startGate(store.hostname, store);
	stage = await openStage(installation, {namespace: 'pods'});
	await stage.apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'aws-backup-credentials'}, stringData: s3.credentials,
	});
	for (const name of held) {
		gate.hold(`${name}/`);
	}

	await stage.apply(...Object.entries(backups).map(([name, options]) => manifest(name, options)));
	await applyTarget(installation.kube, {
		kind: 'Neo4jEnterpriseStandalone', namespace: stage.namespace, name: 'moved', version: '2026.04.0', password: 'a-long-password',
	});
	if (installation.cluster) {
		volume = await makeLocalVolume(installation.kube, installation.cluster, 'pods-staging');
		gate.hold('staged/');
		await stage.apply(manifest('staged', {tempStorage: {size: '1Gi', storageClassName: volume.storageClassName}}));
	}

	await stage.apply(s3Backup('unpullable', {bucket, endpointURL: gate.url}, {target: {kind: 'Database', name: 'neo4j', clusterRef: 'moved'}}));
});

test.after.always(async () => {
	await stage?.close();
	await volume?.remove();
	await gate?.close();
	await s3?.stop();
});

const manifest = (name: string, options: Readonly<Record<string, unknown>>): Manifest => s3Backup(name, {bucket, endpointURL: gate.url}, {options});

const podsOf = async (name: string): Promise<readonly Pod[]> => stage.all<Pod>('v1', 'Pod', `${labels.backup}=${name}`);

/** The Pod of a run whose container `backup` is as wanted. */
const podWhen = async (name: string, isWanted: (state: State) => boolean): Promise<Pod> => {
	let found: Pod | undefined;
	await until(async () => {
		const pods = await podsOf(name);
		found = pods.find(({status}) => status.initContainerStatuses?.some(container => container.name === 'backup' && isWanted(container.state)));
		return found !== undefined;
	}, `the container backup of ${name}`, slow);
	return found!;
};

/** The Pod of a run whose neo4j-admin is at work and waits at the gate. */
const heldPod = async (name: string): Promise<Pod> => podWhen(name, ({running}) => running !== undefined);

const ended = async (name: string): Promise<BackupRun> => {
	const {status} = await stage.awaitBackup(name, ({status}) => ['Completed', 'Failed'].includes(status?.phase ?? ''), slow);
	return status!.history![0]!;
};

const claimsOf = async (name: string): Promise<readonly KubeObject[]> => stage.all('v1', 'PersistentVolumeClaim', `${labels.backup}=${name}`);

const remove = async (kind: string, apiVersion: string, name: string): Promise<void> => installation.kube.delete({
	apiVersion, kind, namespace: stage.namespace, name,
}, {propagationPolicy: 'Background'});

const testOfOwnNode = isOwnCluster() ? test : test.skip;

testOfOwnNode('neo4j-admin runs as uid 7474 with the arguments of its container, without privileges, on a root that it cannot write', async t => {
	const pod = await heldPod('whole');
	const container = pod.spec.initContainers.find(({name}) => name === 'backup')!;
	const found = await processWith(`--to-path=s3://${bucket}/whole/`);
	t.deepEqual(found.command.slice(-container.args.length + 1), container.args.slice(1));
	t.like(found, {
		Uid: '7474 7474 7474 7474', Gid: '7474 7474 7474 7474', CapEff: '0000000000000000', CapBnd: '0000000000000000', NoNewPrivs: '1', Seccomp: '2',
	});
	t.regex(found.root, /^ro(?:,|$)/v);
});

test('the Pod of a run passes a namespace that enforces the restricted profile, and gets no token of the API server', async t => {
	const pod = await heldPod('whole');
	t.false(pod.spec.automountServiceAccountToken);
	t.false(JSON.stringify(pod.spec.volumes).includes('serviceAccountToken'));
	t.false([...pod.spec.initContainers, ...pod.spec.containers].some(({volumeMounts}) => volumeMounts.some(({mountPath}) => mountPath.includes('serviceaccount'))));
	gate.release('whole/');
	const run = await ended('whole');
	t.like(run, {status: 'Succeeded', artifactCount: 3});
});

test('a Pod that is deleted in the middle of a backup is made again, after the Job\'s backoff, and the run succeeds', async t => {
	const pod = await heldPod('deleted');
	await installation.kubectl('delete', 'pod', pod.metadata.name, '-n', stage.namespace, '--grace-period=1');
	gate.release('deleted/');
	const run = await ended('deleted');
	t.like(run, {status: 'Succeeded', artifactCount: 3});
	const backup = await stage.backup('deleted');
	t.is(backup.status?.history?.length, 1);
});

test('a Pod that is evicted in the middle of a backup costs no retry, and the run succeeds', async t => {
	const pod = await heldPod('evicted');
	const {namespace} = stage;
	const {status, text} = await createSend(installation.kubeConfig, {timeoutMs: 10_000})(HttpMethod.POST, `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/eviction`, {
		text: JSON.stringify({
			apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name: pod.metadata.name, namespace}, deleteOptions: {gracePeriodSeconds: 1},
		}), contentType: 'application/json',
	});
	t.is(status, 201, `the eviction was refused: ${text}`);
	await until(async () => {
		const pods = await podsOf('evicted');
		return !pods.some(({metadata}) => metadata.uid === pod.metadata.uid);
	}, `the end of Pod ${pod.metadata.name}`);
	gate.release('evicted/');
	const run = await ended('evicted');
	t.like(run, {status: 'Succeeded', artifactCount: 3});
	const [job] = await stage.all<Job>('batch/v1', 'Job', `${labels.backup}=evicted`);
	t.is(job?.status?.failed ?? 0, 0);
});

testOfOwnNode('[X-045] a run with tempStorage stages on a claim of its own, finds it empty at each attempt, and leaves no claim when it is over, while its Pods and their logs stay', async t => {
	const pod = await heldPod('staged');
	const [claim] = await claimsOf('staged');
	t.like(claim, {metadata: {name: 'staged-backup-temporary'}, spec: {storageClassName: volume.storageClassName, resources: {requests: {storage: '1Gi'}}}, status: {phase: 'Bound'}});
	const folder = `${volume.folder}/temporary`;
	await installation.kubectl('exec', pod.metadata.name, '-n', stage.namespace, '-c', 'backup', '--', '/bin/sh', '-c', 'echo > /backup-temp/left-over');
	const staged = await readdir(folder);
	t.true(staged.includes('left-over'), 'beside what neo4j-admin has there at that moment');
	await installation.kubectl('delete', 'pod', pod.metadata.name, '-n', stage.namespace, '--grace-period=1');
	gate.release('staged/');
	const run = await ended('staged');
	t.like(run, {status: 'Succeeded', artifactCount: 3});
	await until(async () => {
		const claims = await claimsOf('staged');
		return claims.length === 0;
	}, 'the end of the claim');
	const pods = await podsOf('staged');
	t.deepEqual(pods.map(({status}) => status.phase), ['Succeeded']);
	t.deepEqual(await readdir(folder), []);
	const log = await installation.kubectl('logs', '-n', stage.namespace, 'job/staged-backup');
	t.regex(log, /Finished artifact creation/v);
});

test('a Job that is deleted in the middle of a backup is a run that Failed as JobLost', async t => {
	await heldPod('lost');
	await remove('Job', 'batch/v1', 'lost-backup');
	const run = await ended('lost');
	t.like(run, {status: 'Failed', reason: 'JobLost'});
});

test('a backup that takes longer than its timeout is ended by the Job\'s deadline, and says which option to raise', async t => {
	const run = await ended('late');
	t.like(run, {status: 'Failed', reason: 'TimedOut'});
	t.regex(run.error ?? '', /options\.timeout/v);
	const [job] = await stage.all<Job>('batch/v1', 'Job', `${labels.backup}=late`);
	t.is(job?.spec.activeDeadlineSeconds, 60);
});

test('a backup that has too little memory is Failed after the Job\'s retries, and names the limit to raise', async t => {
	const run = await ended('starved');
	t.is(run.status, 'Failed');
	t.regex(run.error ?? '', /OOMKilled.*options\.resources\.limits\.memory/v);
});

test('a Job whose time to live is over is gone, and its run stays Succeeded', async t => {
	await ended('whole');
	const reference = {
		apiVersion: 'batch/v1', kind: 'Job', namespace: stage.namespace, name: 'whole-backup',
	};
	await installation.kube.patch(reference, {spec: {ttlSecondsAfterFinished: 0}});
	await until(async () => {
		const job = await installation.kube.get(reference);
		return job === undefined;
	}, 'the end of the Job whole-backup');
	// The Job's deletion wakes job-completed, as any end of one does: what is asked for next comes after it.
	await stage.edit('whole', {metadata: {annotations: {'neo4j.com/run-now': 'after'}}});
	const {status} = await stage.awaitBackup('whole', ({status}) => status?.history?.length === 2 && status.phase === 'Completed', slow);
	t.deepEqual(status?.history?.map(run => run.status), ['Succeeded', 'Succeeded']);
});

test('a run whose image cannot be pulled is Running; after 15 minutes an Event says why and what to look at, and after an hour it is Failed and its Job gone', async t => {
	const pod = await podWhen('unpullable', ({waiting}) => waiting?.reason === 'ImagePullBackOff');
	t.is(pod.status.initContainerStatuses?.find(({name}) => name === 'prepare')?.state.terminated?.exitCode, 0);
	const {status} = await stage.backup('unpullable');
	t.like(status, {phase: 'Running', history: [{status: 'Running'}]});

	/** The function, at another time by the clock of the API server. */
	const lookAfter = async (minutes: number): Promise<void> => {
		const {kube} = installation;
		const handle = createJobCompleted({kube: {...kube, now: async () => new Date(Date.now() + (minutes * 60_000))}, emitter: {emit: async () => undefined}, log: silentLog()});
		await handle(asked(stage, 'unpullable', 'job-completed'), {log: silentLog(), signal: new AbortController().signal});
	};

	await lookAfter(16);
	const notes = await stage.all<Note>('v1', 'Event');
	const note = notes.find(({reason}) => reason === 'BackupNotStarted')?.message ?? '';
	t.regex(note, /container backup cannot start: (?:ImagePullBackOff|ErrImagePull): .*neo4j:2026\.04\.0-enterprise.*; check the image of the target, and that /v);
	await lookAfter(62);
	const {status: after} = await stage.backup('unpullable');
	t.like(after, {phase: 'Failed'});
	t.like(after?.history?.[0], {status: 'Failed', reason: 'NotStarted'});
	t.deepEqual(await stage.all('batch/v1', 'Job', `${labels.backup}=unpullable`), []);
});
