import path from 'node:path';
import test from 'ava';
import {kustomize} from './kustomize.ts';
import {root, type KnativeService, type Manifest} from './manifests.ts';

/** Kinds whose Pods run whether or not there is anything to do. */
const alwaysOn = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'CronJob', 'Job']);

const minScale = (manifest: Manifest): string | undefined => (manifest as KnativeService).spec.template.metadata.annotations['autoscaling.knative.dev/min-scale'];

for (const installation of ['knative/base', 'knative/overlays/dev', 'knative/overlays/kafka', 'knative/overlays/beside-operator']) {
	test(`[X-131] what ${installation} installs keeps no Pod of ours while nothing happens, but that of schedule-tick`, async t => {
		const manifests = await kustomize(path.join(root, installation));
		t.deepEqual(manifests.filter(({kind}) => alwaysOn.has(kind)), []);
		const services = manifests.filter(({apiVersion, kind}) => apiVersion === 'serving.knative.dev/v1' && kind === 'Service');
		t.true(services.length >= 5);
		t.deepEqual(services.filter(service => minScale(service) !== '0').map(({metadata}) => metadata.name), ['schedule-tick']);
	});
}
