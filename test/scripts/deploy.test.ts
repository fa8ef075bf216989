import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	chmod, mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {stringify} from 'yaml';
import {deployProblems} from '../../scripts/deploy-problems.ts';
import {kindsOf} from '../functions/noobaa-database/system.ts';
import {kustomize} from '../knative/kustomize.ts';
import {withComponents} from '../knative/with-components.ts';
import {startCluster} from '../local/cluster.ts';
import {readManifests} from '#local/manifests.ts';
import {type KubeObject, type Reference} from '#shared/kube/object.ts';

const root = path.join(import.meta.dirname, '../..');

const overlay = async (name: string) => kustomize(path.join(root, 'knative/overlays', name));

const names = ['neo4jbackups.neo4j.neo4j.com', 'neo4jrestores.neo4j.neo4j.com'];

type Setting = {
	readonly create: (object: Record<string, unknown>) => Promise<unknown>;
	readonly remove: (reference: Reference) => Promise<unknown>;
	readonly problems: (overlay?: string) => Promise<readonly string[]>;
	readonly definitions: () => Promise<ReadonlyArray<KubeObject | undefined>>;
	/** Methods of the requests that changed or tried to change something. */
	readonly writes: readonly string[];
	readonly deploy: (...options: readonly string[]) => Promise<{readonly isDone: boolean; readonly output: string; readonly kubectl: string | undefined}>;
};

/** A cluster, and a `kubectl` that builds one overlay and notes what else it was asked for. */
const start = async (t: ExecutionContext, {knative = true} = {}): Promise<Setting> => {
	const writes: string[] = [];
	const cluster = await startCluster(t, {
		knative,
		onRequest({method}) {
			if (method !== 'GET') {
				writes.push(method);
			}
		},
	});
	const folder = await mkdtemp(path.join(tmpdir(), 'deploy-'));
	t.teardown(async () => {
		await rm(folder, {recursive: true});
	});
	await writeFile(path.join(folder, 'kubeconfig'), cluster.kubeconfig);
	const installation = await overlay('dev');
	await writeFile(path.join(folder, 'overlay.yaml'), installation.map(manifest => stringify(manifest)).join('---\n'));
	await writeFile(path.join(folder, 'kubectl'), `#!/bin/sh\n[ "$1" = kustomize ] && exec cat '${folder}/overlay.yaml'\necho "$@" > '${folder}/asked'\n`);
	await chmod(path.join(folder, 'kubectl'), 0o755);

	return {
		writes,
		create: async object => cluster.client.create(object as KubeObject),
		remove: async reference => cluster.client.delete(reference),
		problems: async (name = 'dev') => deployProblems(cluster.client, name.includes('/') ? await kustomize(name) : await overlay(name)),
		async definitions() {
			return Promise.all(names.map(async name => cluster.client.get({apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name})));
		},
		async deploy(...options) {
			const child = spawn(process.execPath, ['scripts/deploy.ts', '--kubeconfig', path.join(folder, 'kubeconfig'), ...options], {
				cwd: root, env: {...process.env, PATH: `${folder}:${process.env['PATH']}`}, stdio: ['ignore', 'pipe', 'pipe'],
			});
			const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
			const kubectl = await readFile(path.join(folder, 'asked'), 'utf8').catch(() => undefined);
			return {isDone: child.exitCode === 0, output: output + complaints, kubectl: kubectl?.trim().replaceAll(folder, '').replaceAll(root, '')};
		},
	};
};

test('[X-150] where CRDs of these names belong to someone else nothing is installed, and the message says whose they are and what to do', async t => {
	const {create, definitions, deploy, writes} = await start(t);
	for (const definition of await readManifests(path.join(root, 'crds'))) {
		await create({...definition, metadata: {name: definition.metadata.name, annotations: {'meta.helm.sh/release-name': 'neo4j-operator', 'meta.helm.sh/release-namespace': 'operators'}}});
	}

	const before = await definitions();
	const writesBefore = writes.length;
	const {isDone, output, kubectl} = await deploy();
	t.false(isDone);
	t.regex(output, /Nothing was changed/v);
	for (const name of names) {
		t.regex(output, new RegExp(String.raw`${name} is there already and belongs to the Helm release operators/neo4j-operator\.`, 'v'));
	}

	t.regex(output, /Install beside it instead \(npm run deploy -- --overlay beside-operator\), or remove that owner and its CRD first: see "Beside another operator" in docs\/installing\.md/v);
	t.is(kubectl, undefined);
	t.deepEqual(await definitions(), before);
	t.is(writes.length, writesBefore);
});

test('over CRDs of our own it is applied again, with the overlay and the context that are named', async t => {
	const {create, deploy} = await start(t);
	for (const definition of await readManifests(path.join(root, 'crds'))) {
		await create(definition);
	}

	const {isDone, kubectl} = await deploy('--overlay', 'own', '--context', 'embedded');
	t.true(isDone);
	t.is(kubectl, 'apply -k /knative/overlays/own --kubeconfig /kubeconfig --context embedded');
});

test('with --check nothing is applied', async t => {
	const {deploy} = await start(t);
	const {isDone, output, kubectl} = await deploy('--check');
	t.true(isDone);
	t.regex(output, /Nothing speaks against it/v);
	t.is(kubectl, undefined);
});

test('one foreign CRD is enough, and one without any label is foreign too', async t => {
	const {create, problems} = await start(t);
	const [backups, restores] = await readManifests(path.join(root, 'crds'));
	await create(backups!);
	await create({...restores, metadata: {name: restores!.metadata.name}});
	const found = await problems();
	t.is(found.length, 1);
	t.regex(found[0] ?? '', /^CustomResourceDefinition neo4jrestores\.neo4j\.neo4j\.com is there already and belongs to somebody else/v);
});

test('without Knative nothing is installed, and the message names what is missing', async t => {
	const {problems} = await start(t, {knative: false});
	const found = await problems();
	t.is(found.length, 1);
	t.regex(found[0] ?? '', /^Knative is missing, or older than 1\.22: the cluster does not serve Broker of eventing\.knative\.dev\/v1, .*Trigger.* Install Knative first\.$/v);
});

test('where only Serving is missing, the message names the overlay that does without, and that one may be installed', async t => {
	const {remove, problems} = await start(t);
	await remove({apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'services.serving.knative.dev'});
	t.deepEqual(await problems(), ['Knative is missing, or older than 1.22: the cluster does not serve Service of serving.knative.dev/v1. Install Knative Serving first, or the overlay that does without: npm run deploy -- --overlay no-serving.']);
	t.deepEqual(await problems('no-serving'), []);
});

test('a component is installed only where the kinds are served that its sources watch, and the message names those that are not', async t => {
	const {create, problems} = await start(t);
	const folder = await withComponents(t, 'dev', ['noobaa']);
	const missing = await problems(folder);
	t.deepEqual(missing.map(problem => /^The cluster does not serve (?<kind>\w+ of \S+), which/v.exec(problem)?.groups?.['kind']), [
		'NooBaa of noobaa.io/v1alpha1', 'Cluster of postgresql.cnpg.noobaa.io/v1', 'ScheduledBackup of postgresql.cnpg.noobaa.io/v1', 'Backup of postgresql.cnpg.noobaa.io/v1', 'VolumeSnapshot of snapshot.storage.k8s.io/v1',
	]);
	for (const definition of await kindsOf('postgresql.cnpg.noobaa.io/v1')) {
		await create(definition);
	}

	t.deepEqual(await problems(folder), []);
});
