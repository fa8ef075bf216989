import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {buildImages} from '../images/build.ts';
import {clusterUnderTest, type ClusterUnderTest} from '../suite-environment.ts';
import {type KubeClient} from '#shared/kube/client.ts';

const root = path.join(import.meta.dirname, '../../..');

/** The namespace that the functions are installed in. */
const systemNamespace = 'neo4j-backup';

/** How long an artifact stays marked before it may be deleted: short enough to watch. */
const grace = '5s';

/** Says on the namespace which run of the suites installed last. */
const runAnnotation = 'e2e.neo4j.com/run';

export type Installation = Pick<ClusterUnderTest, 'kube' | 'cluster' | 'kubeConfig'> & {
	/** Runs kubectl and answers what it printed. */
	readonly kubectl: (...parameters: readonly string[]) => Promise<string>;
};

/**
The functions as pods of the cluster under test, installed as a user would: `npm run deploy -- --overlay no-serving`. The first suite of a run installs, with images made of the code as it is now; the others find it done. Where Knative cannot be had, its kinds are its own and the embedded eventing delivers, as a pod.
*/
export const installed = async (): Promise<Installation> => {
	const underTest = await clusterUnderTest();
	const kubectl = async (...parameters: readonly string[]) => run(underTest.cluster?.kubectl ?? 'kubectl', parameters);
	const installation: Installation = {...underTest, kubectl};
	if (await installedBy(underTest.kube) !== thisRun) {
		await installOn(installation);
	}

	return installation;
};

/** All suites of a run are threads of one process. */
const thisRun = `${process.pid}-${process.ppid}`;

const installedBy = async (kube: KubeClient): Promise<string | undefined> => {
	const namespace = await kube.get({apiVersion: 'v1', kind: 'Namespace', name: systemNamespace});
	return namespace?.metadata.annotations?.[runAnnotation];
};

/**
Brings images, the kinds of others, eventing and the functions onto a cluster, over whatever there is of them, and waits until all of it is ready.
*/
const installOn = async (installation: Installation): Promise<void> => {
	const {cluster, kubectl} = installation;
	if (cluster) {
		await importImages(cluster);
	}

	await kubectl('apply', '--server-side', '--force-conflicts', '-f', path.join(root, 'test/e2e/install/crds'));
	await kubectl('apply', '-f', path.join(root, 'test/e2e/install/eventing.yaml'));
	await deploy();
	await kubectl('set', 'env', '-n', systemNamespace, 'deployment/retention-sweep', `RETENTION_GRACE=${grace}`);
	if (await installedBy(installation.kube) !== undefined) {
		// The same names of images, with what was built now behind them.
		await Promise.all([systemNamespace, 'knative-eventing'].map(async namespace => kubectl('rollout', 'restart', 'deployment', '-n', namespace)));
	}

	for (const namespace of ['knative-eventing', systemNamespace]) {
		const names = await kubectl('get', 'deployment', '-n', namespace, '-o', 'name');
		await Promise.all(names.trim().split('\n').map(async name => kubectl('rollout', 'status', name, '-n', namespace, '--timeout=180s')));
	}

	await kubectl('wait', '-n', systemNamespace, '--for=condition=Ready', '--timeout=60s', '--all', 'broker,trigger,apiserversource,pingsource');
	await kubectl('annotate', '--overwrite', 'namespace', systemNamespace, `${runAnnotation}=${thisRun}`);
};

const importImages = async ({importImage}: NonNullable<ClusterUnderTest['cluster']>): Promise<void> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'images-'));
	try {
		await importImage(await buildImages(folder));
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

const deploy = async (): Promise<void> => {
	await run(process.execPath, [path.join(root, 'scripts/deploy.ts'), '--overlay', 'no-serving']);
};

const run = async (command: string, parameters: readonly string[]): Promise<string> => {
	const child = spawn(command, parameters, {stdio: ['ignore', 'pipe', 'pipe']});
	const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	if (child.exitCode !== 0) {
		throw new Error(`${[path.basename(command), ...parameters].join(' ')} ended with ${child.exitCode}: ${complaints || output}`);
	}

	return output;
};
