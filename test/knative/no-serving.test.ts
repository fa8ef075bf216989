import path from 'node:path';
import test from 'ava';
import {kustomize} from './kustomize.ts';
import {
	ofKind, readBase, root, type Container, type KnativeService, type Manifest,
} from './manifests.ts';

type Labels = Readonly<Record<string, string>>;

type Deployment = Manifest & {
	readonly spec: {
		readonly replicas: number;
		readonly selector: {readonly matchLabels: Labels};
		readonly template: {readonly metadata: {readonly labels: Labels}; readonly spec: Readonly<Record<string, unknown>> & {readonly containers: readonly Container[]}};
	};
};

type Service = Manifest & {readonly spec: {readonly selector: Labels; readonly ports: readonly unknown[]}};

const built = await kustomize(path.join(root, 'knative/overlays/no-serving'));
const deployments = ofKind<Deployment>(built, 'Deployment');
const services = ofKind<Service>(built, 'Service');
const functions = ofKind<KnativeService>(await readBase(), 'Service');

test('nothing of it needs Knative Serving', t => {
	t.deepEqual(built.filter(({apiVersion}) => apiVersion.startsWith('serving.')).map(({metadata}) => metadata.name), []);
	t.false(JSON.stringify(built.filter(({kind}) => kind !== 'CustomResourceDefinition')).includes('serving.knative.dev'));
});

test('its namespace refuses every Pod that is not restricted', t => {
	t.is(ofKind(built, 'Namespace')[0]?.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
});

test('every function is one Pod that is always there, and a Service that finds it', t => {
	const names = functions.map(({metadata}) => metadata.name);
	t.deepEqual(deployments.map(({metadata}) => metadata.name), names);
	t.deepEqual(services.map(({metadata}) => metadata.name), names);
	for (const {metadata: {name}, spec: {replicas, selector, template}} of deployments) {
		t.is(replicas, 1);
		t.deepEqual(selector.matchLabels, template.metadata.labels);
		t.deepEqual(services.filter(({spec}) => Object.entries(spec.selector).every(([label, value]) => template.metadata.labels[label] === value)).map(({metadata}) => metadata.name), [name]);
		t.deepEqual(services.find(({metadata}) => metadata.name === name)!.spec.ports, [{name: 'http', port: 80, targetPort: 'http'}]);
	}
});

for (const [index, {metadata: {name}, spec: {template}}] of functions.entries()) {
	test(`the Pod of ${name} is that of the base, with what Serving would have added`, t => {
		const {containerConcurrency, timeoutSeconds, containers: [container], ...pod} = template.spec;
		t.deepEqual(deployments[index]!.spec.template.spec, {
			...pod,
			terminationGracePeriodSeconds: timeoutSeconds,
			enableServiceLinks: false,
			containers: [{
				...container,
				image: 'neo4j-backup-functions:dev',
				...(container.env && {env: deployments[index]!.spec.template.spec.containers[0]!.env}),
				ports: [{name: 'http', containerPort: 8080}],
				readinessProbe: {httpGet: {path: '/health/readiness', port: 'http'}},
				livenessProbe: {httpGet: {path: '/health/liveness', port: 'http'}},
			}],
		});
		t.deepEqual(deployments[index]!.spec.template.metadata.labels, {'app.kubernetes.io/name': 'neo4j-backup', 'app.kubernetes.io/component': name});
	});
}
