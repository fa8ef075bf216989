import test from 'ava';
import {ofKind, readAll, type KnativeService} from './manifests.ts';
import {defaultDeadlineMs} from '#shared/events/host.ts';

const services = ofKind<KnativeService>(await readAll(), 'Service');

for (const {metadata, spec: {template}} of services) {
	const [container] = template.spec.containers;

	test(`${metadata.name} is hidden from outside, bounded in scale, and starts from nothing unless it must not`, t => {
		t.is(metadata.labels?.['networking.knative.dev/visibility'], 'cluster-local');
		t.is(template.metadata.annotations['autoscaling.knative.dev/min-scale'], metadata.name === 'schedule-tick' ? '1' : '0');
		t.regex(template.metadata.annotations['autoscaling.knative.dev/max-scale'] ?? '', /^[1-5]$/v);
		t.true(template.spec.containerConcurrency > 0);
	});

	test(`${metadata.name} runs its own file of the one image under its own account`, t => {
		t.is(container.image, 'neo4j-backup-functions');
		t.deepEqual(container.args, [`${metadata.name}.mjs`]);
		t.is(template.spec.serviceAccountName, metadata.name);
	});

	test(`${metadata.name} may do nothing that a restricted namespace refuses`, t => {
		t.deepEqual(container.securityContext, {
			runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL']}, seccompProfile: {type: 'RuntimeDefault'},
		});
	});

	test(`${metadata.name} is probed where it answers, and its memory is bounded`, t => {
		t.deepEqual(container.readinessProbe, {httpGet: {path: '/health/readiness'}});
		t.deepEqual(container.livenessProbe, {httpGet: {path: '/health/liveness'}});
		t.truthy(container.resources.limits.memory);
	});

	test(`${metadata.name} is given longer than its own deadline`, t => {
		t.true(template.spec.timeoutSeconds * 1000 > defaultDeadlineMs);
	});

	test(`${metadata.name} sends to the Broker, or to nobody`, t => {
		const sink = container.env?.find(variable => variable.name === 'K_SINK')?.value;
		t.is(sink, metadata.name === 'dead-letter' ? undefined : 'http://broker-ingress.knative-eventing.svc.cluster.local/default/neo4j-backup');
	});
}

test('only one schedule-tick looks at a time', t => {
	const tick = services.find(service => service.metadata.name === 'schedule-tick')!;
	t.like(tick.spec.template, {
		metadata: {annotations: {'autoscaling.knative.dev/min-scale': '1', 'autoscaling.knative.dev/max-scale': '1'}}, spec: {containerConcurrency: 1},
	});
});
