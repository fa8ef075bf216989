import {access, readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {kustomize} from './kustomize.ts';
import {
	ofKind, readBase, readKustomization, root, type Container, type KnativeService, type Manifest, type Role, type Trigger,
} from './manifests.ts';
import {isClusterScoped, readManifests} from '#local/manifests.ts';

const overlays = path.join(root, 'knative/overlays');
const base = await readBase();

type Workload = Manifest & {readonly spec: {readonly template: {readonly spec: {readonly serviceAccountName: string; readonly containers: readonly [Container]}}}};
type Binding = Manifest & {readonly subjects: ReadonlyArray<{readonly kind: string; readonly name: string; readonly namespace: string}>};
type Placed = Manifest & {readonly metadata: {readonly namespace?: string}};

const workloads = (manifests: readonly Manifest[]) => manifests.filter(({apiVersion, kind}) => kind === 'Deployment' || apiVersion === 'serving.knative.dev/v1') as unknown as readonly Workload[];
/** The group of both kinds is told apart in beside-operator.test.ts. */
const inOwnGroup = (rules: unknown): unknown => JSON.parse(JSON.stringify(rules).replaceAll('backup.neo4j.com', 'neo4j.neo4j.com'));
const ingressOf = (built: readonly Manifest[]) => ofKind(built, 'Broker')[0]!.metadata.annotations!['eventing.knative.dev/broker.class'] === 'Kafka' ? 'kafka-broker-ingress' : 'broker-ingress';
const variable = ({spec}: Workload, wanted: string) => spec.template.spec.containers[0].env?.find(({name}) => name === wanted)?.value;
const deliveryOf = ({spec: {delivery: {deadLetterSink, ...rest}}}: Trigger) => rest;

const names = await readdir(overlays);
const builds = await Promise.all(names.map(async name => kustomize(path.join(overlays, name))));

for (const [index, name] of names.entries()) {
	const folder = path.join(overlays, name);
	const built = builds[index]!;

	test(`overlay ${name} has the base, the CRDs and a namespace of its own`, async t => {
		const {namespace, resources, images = []} = await readKustomization(folder);
		t.is(namespace, 'neo4j-backup');
		const paths = resources.map(resource => path.join(folder, resource));
		await t.notThrowsAsync(Promise.all(paths.map(async resource => access(resource))));
		t.true([path.join(root, 'crds'), path.join(root, 'knative/base')].every(folder => paths.includes(folder)));
		t.deepEqual(images.map(image => image.name), ['neo4j-backup-functions']);
	});

	test(`overlay ${name} says of every object what it belongs to, and puts it into the one namespace`, t => {
		for (const {kind, metadata} of built as readonly Placed[]) {
			t.like(metadata.labels, {'app.kubernetes.io/name': 'neo4j-backup', 'app.kubernetes.io/part-of': 'neo4j-backup'}, `${kind} ${metadata.name}`);
			t.is(metadata.namespace, isClusterScoped(kind) ? undefined : 'neo4j-backup', `${kind} ${metadata.name}`);
		}
	});

	test(`overlay ${name} gives the rights of the base, to the accounts of its own namespace`, t => {
		t.deepEqual(inOwnGroup(ofKind<Role>(built, 'ClusterRole').map(({rules}) => rules)), inOwnGroup(ofKind<Role>(base, 'ClusterRole').map(({rules}) => rules)));
		for (const {subjects} of ofKind<Binding>(built, 'ClusterRoleBinding')) {
			t.deepEqual(subjects, [{kind: 'ServiceAccount', name: subjects[0]!.name, namespace: 'neo4j-backup'}]);
		}
	});

	test(`overlay ${name} runs each function with the image, the account, the environment and the bounds of the base`, async t => {
		const {images: [own] = []} = await readKustomization(folder);
		t.deepEqual(workloads(built).map(({metadata}) => metadata.name), workloads(base).map(({metadata}) => metadata.name));
		for (const [index, workload] of workloads(built).entries()) {
			const [container] = workload.spec.template.spec.containers;
			const [plain] = workloads(base)[index]!.spec.template.spec.containers;
			t.is(container.image, `neo4j-backup-functions:${own!.newTag}`);
			t.is(variable(workload, 'IMAGE'), plain.env?.some(variable => variable.name === 'IMAGE') ? container.image : undefined);
			t.is(variable(workload, 'K_SINK'), plain.env && `http://${ingressOf(built)}.knative-eventing.svc.cluster.local/neo4j-backup/neo4j-backup`);
			t.is(workload.spec.template.spec.serviceAccountName, workload.metadata.name);
			t.like(container, {args: plain.args, resources: plain.resources, securityContext: plain.securityContext});
		}
	});

	test(`overlay ${name} delivers as the base does, to what it installs itself`, t => {
		const isThere = ({ref}: Trigger['spec']['subscriber']) => built.some(({apiVersion, kind, metadata}) => apiVersion === ref.apiVersion && kind === ref.kind && metadata.name === ref.name);
		const triggers = ofKind<Trigger>(built, 'Trigger');
		t.deepEqual(triggers.map(trigger => deliveryOf(trigger)), ofKind<Trigger>(base, 'Trigger').map(trigger => deliveryOf(trigger)));
		for (const {metadata, spec} of triggers) {
			t.true(isThere(spec.subscriber), `the subscriber of ${metadata.name}`);
			t.true(isThere(spec.delivery.deadLetterSink), `the dead letter sink of ${metadata.name}`);
		}

		const [broker] = ofKind<Trigger>(built, 'Broker');
		t.true(isThere(broker!.spec.delivery.deadLetterSink));
		t.deepEqual(deliveryOf(broker!), deliveryOf(ofKind<Trigger>(base, 'Broker')[0]!));
	});
}

test('all CRDs are installed', async t => {
	const {resources} = await readKustomization(path.join(root, 'crds'));
	const files = await readdir(path.join(root, 'crds'));
	t.deepEqual(resources.toSorted(), files.filter(file => file !== 'kustomization.yaml').toSorted());
});

test('the image that Jobs get is told to the functions that make Jobs, and stands where the overlays replace it', t => {
	const told = ofKind<KnativeService>(base, 'Service').filter(({spec}) => spec.template.spec.containers[0].env?.some(({name}) => name === 'IMAGE'));
	t.deepEqual(told.map(({metadata}) => metadata.name), ['launch-backup', 'launch-restore', 'retention-sweep']);
});

test('the PingSource of a user names a Neo4jBackup, and sends to the Broker that is installed', async t => {
	const [ping] = await readManifests(path.join(root, 'examples/user-pingsource.yaml')) as ReadonlyArray<Manifest & {readonly spec: {readonly data: string}}>;
	t.like(ping, {kind: 'PingSource', spec: {contentType: 'application/json', sink: {ref: {kind: 'Broker', name: 'neo4j-backup', namespace: 'neo4j-backup'}}}});
	t.deepEqual(JSON.parse(ping!.spec.data), {namespace: 'neo4j', name: 'daily'});
});
