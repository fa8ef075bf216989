import {once} from 'node:events';
import {
	mkdir, mkdtemp, readdir, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {startTestApi} from '#test/functions/api-server.ts';
import {endJob, unreachable} from '#test/functions/job-ends.ts';
import {argumentsOf, type JobObject} from '#test/functions/launch-backup/desk.ts';
import {awsSecret} from '#test/functions/scenario.ts';
import {run, start} from '#test/local/programs.ts';
import {applyManifests, readManifests} from '#local/manifests.ts';
import {connect} from '#local/kube/connect.ts';
import {applyTarget} from '#local/neo4j/target.ts';
import {systemNamespace} from '#local/runtime.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const root = path.join(import.meta.dirname, '../..');

/** A cluster with a ready Neo4j, which nobody runs the functions on yet, and its kubeconfig in a file. */
const startTarget = async (t: ExecutionContext): Promise<{readonly kube: KubeClient; readonly kubeconfig: string; readonly temporary: string}> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'start-'));
	const temporary = path.join(folder, 'tmp');
	await mkdir(temporary);
	const api = await startTestApi({now: () => new Date(), state: path.join(folder, 'objects')});
	const stopper = new AbortController();
	t.teardown(async () => {
		stopper.abort();
		await api.close();
		await rm(folder, {recursive: true});
	});
	const kubeconfig = path.join(folder, 'kubeconfig');
	await writeFile(kubeconfig, api.kubeconfig());
	const {client: kube} = connect(api.kubeconfig(), stopper.signal);
	await applyManifests(kube, [...await readManifests(path.join(root, 'local/neo4j/crds.yaml')), {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'neo4j'}}], 'neo4j');
	await applyTarget(kube, {
		kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production', servers: 3, version: '2025.12.0', password: 'a-long-password',
	});
	await applyManifests(kube, [awsSecret()], 'neo4j');
	return {kube, kubeconfig, temporary};
};

const backupOf = (name: string, database: string): Manifest => ({
	apiVersion: backupApiVersion,
	kind: 'Neo4jBackup',
	metadata: {name},
	spec: {
		target: {kind: 'Database', name: database, clusterRef: 'production'},
		storage: {
			type: 's3', bucket: 'neo4j-backups', path: `${name}/`, cloud: {provider: 'aws', credentialsSecretRef: 'aws-backup-credentials'},
		},
	},
});

/** Asks for an object until it is as it should be; the timeout of the test ends that. */
const seen = async <T extends KubeObject>(read: () => Promise<T | undefined>, isSo: (object: T) => boolean): Promise<T> => {
	for (;;) {
		const object = await read();
		if (object && isSo(object)) {
			return object;
		}

		await wait(50);
	}
};

test('[X-145] npm start with a kubeconfig runs the functions against that cluster: a Neo4jBackup becomes a Job there, its end is recorded, and Ctrl-C leaves nothing behind here', async t => {
	t.timeout(2 * 60_000);
	const {kube, kubeconfig, temporary} = await startTarget(t);
	const {child, says} = start(t, process.execPath, ['local/main.ts', '--kubeconfig', kubeconfig, '--image', 'registry.example.com/functions:1'], {cwd: root, env: {...process.env, TMPDIR: temporary, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1'}});
	const introduction = await says(/Ctrl-C ends the functions/v);
	t.regex(introduction, /^The functions run on this machine, for the cluster of the context \S+, http:\/\/127\.0\.0\.1:/mv);
	const broker = /events are posted by hand to (?<url>\S+)/v.exec(introduction)!.groups!['url']!;

	const backup = (name: string) => async () => kube.get<Neo4jBackup>({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
	});
	const job = (name: string) => async () => kube.get<JobObject>({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: `${name}-backup`,
	});
	await applyManifests(kube, [backupOf('good', 'customers'), backupOf('bad', 'orders')], 'neo4j');
	const [good, bad] = await Promise.all([seen(job('good'), () => true), seen(job('bad'), () => true)]);
	t.deepEqual(argumentsOf(good).filter(argument => !argument.startsWith('--')), ['neo4j-admin', 'database', 'backup', 'customers']);
	t.deepEqual(argumentsOf(bad).filter(argument => !argument.startsWith('--')), ['neo4j-admin', 'database', 'backup', 'orders']);
	t.true(JSON.stringify(good).includes('"image":"registry.example.com/functions:1"'));
	t.true(JSON.stringify(good).includes('http://127.0.0.1:1'), 'the environment is that of the functions');
	const running = await backup('good')();
	t.is(running?.status?.phase, 'Running');

	await endJob(kube, good, {at: new Date()});
	await endJob(kube, bad, {at: new Date(), ...unreachable});
	const completed = await seen(backup('good'), ({status}) => status?.phase === 'Completed');
	t.like(completed.status?.history?.[0], {status: 'Succeeded', artifactCount: 1});
	const failed = await seen(backup('bad'), ({status}) => status?.phase === 'Failed');
	t.like(failed.status?.history?.[0], {status: 'Failed'});
	t.regex(await says(/neo4j\/bad {2}failed /v), /^\S+ {2}neo4j\/good {2}proven {3}FULL {2}neo4j-2026/mv);

	child.kill('SIGINT');
	const [code] = child.exitCode === null ? await once(child, 'exit') as [number | undefined] : [child.exitCode];
	t.is(code, 0);
	t.deepEqual(await readdir(temporary), [], 'nothing is left on disk');
	await t.throwsAsync(fetch(broker), {instanceOf: TypeError}, 'nothing listens any more');
	t.is(await kube.get({apiVersion: 'v1', kind: 'Namespace', name: systemNamespace}), undefined, 'nothing of an installation is in the cluster');
	t.truthy(await job('good')(), 'what users have there stays');
});

test('npm start with a kubeconfig that leads nowhere says so, ends with 1 and leaves nothing behind', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'start-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'kubeconfig');
	await writeFile(file, 'apiVersion: v1\nkind: Config\ncurrent-context: gone\nclusters: [{name: gone, cluster: {server: "http://127.0.0.1:1", insecure-skip-tls-verify: true}}]\nusers: [{name: gone, user: {}}]\ncontexts: [{name: gone, context: {cluster: gone, user: gone}}]\n');
	const isRefused = async (words: readonly string[], message: RegExp) =>
		t.throwsAsync(run(process.execPath, ['local/main.ts', ...words], {cwd: root, env: {...process.env, TMPDIR: folder}}), {code: 1, message});

	await isRefused(['--kubeconfig', file], /^Nothing was changed\.\n\nThe API server did not answer GET \S+: connect ECONNREFUSED 127\.0\.0\.1:1\. Is the cluster of --kubeconfig running/mv);
	await isRefused(['--kubeconfig', ''], /^--kubeconfig names no file\./mv);
	await isRefused(['--context', 'gone'], /^--context is about the cluster of a kubeconfig: name that too, with --kubeconfig FILE\./mv);
	await isRefused(['--kubeconfig', file, '--exit-when-done'], /^--exit-when-done is the end of the tour/mv);
	t.deepEqual(await readdir(folder), ['kubeconfig']);
});
