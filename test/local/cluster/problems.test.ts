import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:http';
import {type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {KubeConfig} from '@kubernetes/client-node';
import test, {type ExecutionContext} from 'ava';
import {hasRealApi, startTestApi} from '#test/functions/api-server.ts';
import {createDefinitions} from '#local/cluster/definitions.ts';
import {clusterProblems} from '#local/cluster/problems.ts';
import {plainKubeconfig} from '#local/kube/plain-kubeconfig.ts';
import {applyManifests, readManifests} from '#local/manifests.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';

const root = path.join(import.meta.dirname, '../../..');
const definitions = await readManifests(path.join(root, 'crds'));
const names = definitions.map(({metadata}) => metadata.name);
const rules = [{apiGroups: ['neo4j.neo4j.com'], resources: ['neo4jbackups', 'neo4jbackups/status'], verbs: ['get']}, {
	apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'],
}];

const clientOf = (kubeconfig: string, user?: string): KubeClient => {
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	config.users = config.users.map(known => ({...known, ...(user !== undefined && {impersonateUser: user})}));
	return createKubeClient(config);
};

const startCluster = async (t: ExecutionContext): Promise<{readonly kube: KubeClient; readonly kubeconfig: string; readonly writes: readonly string[]}> => {
	const state = await mkdtemp(path.join(tmpdir(), 'problems-'));
	const writes: string[] = [];
	const api = await startTestApi({
		now: () => new Date(), state, onRequest({method, path: asked}) {
			if (method !== 'GET' && !asked.includes('accessreviews')) {
				writes.push(`${method} ${asked}`);
			}
		},
	});
	t.teardown(async () => {
		await api.close();
		await rm(state, {recursive: true});
	});
	return {kube: clientOf(api.kubeconfig()), kubeconfig: api.kubeconfig(), writes};
};

test('a cluster without CRDs and without Knative takes the functions; looking changes nothing, and then the CRDs are served', async t => {
	const {kube, writes} = await startCluster(t);
	t.deepEqual(await clusterProblems(kube, {definitions, rules}), []);
	t.deepEqual(writes, []);
	const {created, different} = await createDefinitions(kube, definitions, new AbortController().signal);
	// A real one of tests has them from its start.
	t.deepEqual([created, different], [hasRealApi() ? [] : names, []]);
	t.true(await kube.served('neo4j.neo4j.com/v1alpha1', 'Neo4jBackup'));
	t.deepEqual(await createDefinitions(kube, definitions, new AbortController().signal), {created: [], different: []});
});

test('a CRD of another version stays as it is and is named', async t => {
	const {kube} = await startCluster(t);
	await createDefinitions(kube, definitions, new AbortController().signal);
	const newer = definitions.map(definition => JSON.parse(JSON.stringify(definition).replace('"description":"', '"description":"Newer: ')) as Manifest);
	t.deepEqual(await createDefinitions(kube, newer, new AbortController().signal), {created: [], different: names});
	t.deepEqual(await createDefinitions(kube, definitions, new AbortController().signal), {created: [], different: []});
});

test('where the functions are installed they do not run here too, and the message names the namespace and how to remove them', async t => {
	const {kube} = await startCluster(t);
	await applyManifests(kube, await readManifests(path.join(root, 'local/eventing/crds.yaml')), '');
	t.deepEqual(await clusterProblems(kube, {definitions, rules}), [], 'Knative alone is no reason');
	const base = await readManifests(path.join(root, 'knative/base'));
	const sources = base.filter(({kind}) => kind === 'ApiServerSource');
	await applyManifests(kube, [
		{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'backups'}},
		...sources.map(({metadata, ...source}) => ({...source, metadata: {...metadata, namespace: 'backups'}})),
	], 'backups');
	const problems = await clusterProblems(kube, {definitions, rules});
	t.is(problems.length, 1);
	t.regex(problems[0]!, /^The functions are installed in this cluster, in the namespace backups: .* Remove that installation \(kubectl delete namespace backups; Neo4jBackups, their Jobs and the backups stay\), or take another cluster\.$/v);
});

const onEmbedded = hasRealApi() ? test.skip : test;

onEmbedded('where CRDs of these names belong to someone else the functions do not run, and the message says whose they are', async t => {
	const {kube} = await startCluster(t);
	await applyManifests(kube, definitions.map(definition => ({...definition, metadata: {name: definition.metadata.name, labels: {'app.kubernetes.io/part-of': 'neo4j-operator'}}})), '');
	const problems = await clusterProblems(kube, {definitions, rules});
	t.deepEqual(problems.map(problem => /^CustomResourceDefinition (?<name>\S+) is there already and belongs to neo4j-operator/v.exec(problem)?.groups!['name']), names);
});

const onReal = hasRealApi() ? test : test.skip;

onReal('rights that the user lacks are each named, and those that the user has are not', async t => {
	const {kube, kubeconfig} = await startCluster(t);
	await applyManifests(kube, [
		{
			apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: {name: 'problems'}, rules: [rules[0]],
		},
		{
			apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: {name: 'problems'}, roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'problems'}, subjects: [{apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'somebody'}],
		},
	], '');
	const [problem, ...others] = await clusterProblems(clientOf(kubeconfig, 'somebody'), {definitions, rules: [...rules, {apiGroups: ['batch'], resources: ['jobs/status'], verbs: ['update']}]});
	t.deepEqual(others, []);
	t.regex(problem!, /^The user of --kubeconfig lacks rights, in all namespaces, that the functions need:/v);
	t.deepEqual(problem!.split('\n').filter(line => line.startsWith('  ')), [
		'  get namespaces/kube-system', '  update jobs.batch --subresource=status', '  get customresourcedefinitions.apiextensions.k8s.io', '  list apiserversources.sources.knative.dev',
	]);
});

test('what does not answer as an API server, or refuses the user, is named with the way out', async t => {
	const answers = [[404, 'not found'], [200, 'a page'], [401, '{"kind":"Status","message":"Unauthorized"}']] as const;
	let answer: (typeof answers)[number] = answers[0];
	const server = createServer((_, response) => {
		response.writeHead(answer[0]).end(answer[1]);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	const problems = async () => clusterProblems(clientOf(plainKubeconfig('other', `http://127.0.0.1:${port}`)), {definitions, rules});
	const found: string[] = [];
	for (answer of answers) {
		found.push(...await problems());
	}

	server.closeAllConnections();
	server.close();
	await once(server, 'close');
	found.push(...await problems());
	t.is(found.length, 4);
	t.regex(found[0]!, /^What answers at the server of --kubeconfig is not the API server of a Kubernetes\./v);
	t.is(found[1], found[0]);
	t.regex(found[2]!, /^The API server refuses the user of --kubeconfig \(.*Unauthorized\)\. Sign in anew, or take another context \(--context\)\.$/v);
	t.regex(found[3]!, /^The API server did not answer .*ECONNREFUSED.* Is the cluster of --kubeconfig running/v);
});
