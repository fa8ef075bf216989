import test from 'ava';
import {installed, type Installation} from '../install/installation.ts';
import {nudge} from '../install/nudge.ts';
import {s3Backup} from '../install/s3-backup.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {startGate, type Gate} from '../stores/gate.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {isOwnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';
import {annotations, labels} from '#shared/api/group.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const bucket = 'neo4j-backups';
const system = 'neo4j-backup';
const patience = 240;
const testOfOwnCluster = isOwnCluster() ? test.serial : test.serial.skip;

let installation: Installation;
let stage: Stage;
let s3: Versitygw;
let gate: Gate;

test.before(async () => {
	installation = await installed();
	s3 = await startVersitygw({buckets: [{name: bucket, kind: 'plain'}], ...(installation.cluster && {address: installation.cluster.nodeAddress})});
	const store = new URL(s3.url);
	gate = await startGate(store.hostname, store);
	stage = await openStage(installation, {namespace: 'faults'});
	await stage.apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'aws-backup-credentials'}, stringData: s3.credentials,
	});
});

test.after.always(async () => {
	await stage?.close();
	await gate?.close();
	await s3?.stop();
});

const manifest = (name: string, spec: Readonly<Record<string, unknown>> = {}): Manifest => s3Backup(name, {bucket, endpointURL: gate.url}, spec);

const isOver = ({status}: Neo4jBackup): boolean => status?.phase === 'Completed';

const jobsOf = async (name: string): Promise<readonly KubeObject[]> => stage.all('batch/v1', 'Job', `${labels.backup}=${name}`);

const scale = async (namespace: string, deployment: string, replicas: number): Promise<void> => {
	await installation.kubectl('scale', '-n', namespace, `deployment/${deployment}`, `--replicas=${replicas}`);
	await (replicas === 0
		? installation.kubectl('wait', '-n', namespace, '--for=delete', 'pod', '-l', `app=${deployment}`, '--timeout=120s')
		: installation.kubectl('rollout', 'status', '-n', namespace, `deployment/${deployment}`, '--timeout=120s'));
};

/** Ends the Pod of a function as a crash would: nothing is finished. */
const kill = async (deployment: string): Promise<void> => {
	await installation.kubectl('delete', 'pod', '-n', system, '-l', `app.kubernetes.io/component=${deployment}`, '--grace-period=0', '--force');
};

const post = async (id: string, name: string): Promise<number> => nudge(installation.kubeConfig, {
	id, namespace: stage.namespace, name, handler: 'launch-backup',
});

const held = async (name: string): Promise<void> => until(async () => {
	const pods = await stage.all<KubeObject & {status: {initContainerStatuses?: ReadonlyArray<{name: string; state: {running?: unknown}}>}}>('v1', 'Pod', `${labels.backup}=${name}`);
	return pods.some(({status: {initContainerStatuses = []}}) => initContainerStatuses.some(container => container.name === 'backup' && container.state.running));
}, `the container backup of ${name}`, patience);

test.serial('ten events at once for two launch-backups make one Job', async t => {
	await scale(system, 'launch-backup', 2);
	await stage.apply(manifest('stormy', {suspend: true}));
	await stage.awaitBackup('stormy', ({status}) => status?.phase === 'Suspended');
	await stage.edit('stormy', {spec: {suspend: false}});
	const answers = await Promise.all(Array.from({length: 10}, async (_, index) => post(`storm-${index % 5}`, 'stormy')));
	t.deepEqual([...new Set(answers)], [202]);
	const {status} = await stage.awaitBackup('stormy', isOver, patience);
	t.is(status?.history?.length, 1);
	const jobs = await jobsOf('stormy');
	t.is(jobs.length, 1);
	t.is(status?.history?.[0]?.jobUID, jobs[0]!.metadata.uid);
	await scale(system, 'launch-backup', 1);
});

testOfOwnCluster('a run whose API server was away for a while in its middle is recorded as it ended', async t => {
	gate.hold('restarted/');
	await stage.apply(manifest('restarted'));
	await held('restarted');
	const restarted = installation.cluster!.restartApiServer();
	gate.release('restarted/');
	await restarted;
	const {status} = await stage.awaitBackup('restarted', isOver, patience);
	t.is(status?.history?.length, 1);
	t.like(status?.history?.[0], {status: 'Succeeded', artifactCount: 3});
});

testOfOwnCluster('what happened while eventing was down, and whose history is forgotten, is found all the same', async t => {
	gate.hold('unheard/');
	await stage.apply(manifest('unheard'));
	await held('unheard');
	await scale('knative-eventing', 'embedded-eventing', 0);
	gate.release('unheard/');
	await stage.apply(manifest('overlooked'));
	await until(async () => {
		const [job] = await stage.all<KubeObject & {status?: {succeeded?: number}}>('batch/v1', 'Job', `${labels.backup}=unheard`);
		return job?.status?.succeeded === 1;
	}, 'the end of the Job unheard-backup', patience);
	await installation.cluster!.forgetHistory();
	await scale('knative-eventing', 'embedded-eventing', 1);
	for (const name of ['unheard', 'overlooked']) {
		const {status} = await stage.awaitBackup(name, isOver, patience);
		t.is(status?.history?.length, 1);
		t.is(status?.history?.[0]?.status, 'Succeeded');
	}
});

test.serial('launch-backup and job-completed can be killed again and again, and each run is made and recorded once', async t => {
	await stage.apply(manifest('killed'));
	await kill('launch-backup');
	await until(async () => {
		const {length} = await jobsOf('killed');
		return length > 0;
	}, 'the Job of killed', patience);
	await kill('launch-backup');
	await kill('job-completed');
	await stage.awaitBackup('killed', isOver, patience);
	await stage.edit('killed', {metadata: {annotations: {[annotations.runNow]: 'again'}}});
	await kill('launch-backup');
	await kill('job-completed');
	const {status} = await stage.awaitBackup('killed', backup => isOver(backup) && backup.status?.lastRunNow === 'again', patience);
	t.deepEqual(status?.history?.map(run => run.status), ['Succeeded', 'Succeeded']);
	// A Job that nobody needs any more is gone; both are remembered.
	t.is(new Set(status?.history?.map(run => run.jobUID)).size, 2);
	t.deepEqual(status?.history?.map(run => run.artifactCount), [3, 3]);
});
