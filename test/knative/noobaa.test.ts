import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {kustomize} from './kustomize.ts';
import {
	ofKind, readBase, root, type KnativeService, type Manifest, type Role, type Trigger,
} from './manifests.ts';
import {withComponents} from './with-components.ts';

const overlays = await readdir(path.join(root, 'knative/overlays'));

type Source = Manifest & {readonly spec: {readonly serviceAccountName: string; readonly resources: ReadonlyArray<{readonly apiVersion: string; readonly kind: string}>}};

const sourcesOf = (built: readonly Manifest[]) => ofKind<Source>(built, 'ApiServerSource').filter(({spec}) => spec.serviceAccountName === 'neo4j-backup-noobaa-sources');
const groupsOf = (built: readonly Manifest[]) => sourcesOf(built).map(({spec}) => [...new Set(spec.resources.map(({apiVersion}) => apiVersion))]);
const rolesOf = (built: readonly Manifest[], name: string) => ofKind<Role>(built, 'ClusterRole').find(({metadata}) => metadata.name === `neo4j-backup:${name}`)!.rules;

test('what every installation has names nothing of NooBaa, whose groups most clusters lack', async t => {
	t.notRegex(JSON.stringify(await readBase()), /noobaa|cnpg|snapshot\.storage/iv);
});

for (const overlay of overlays) {
	test(`with the component, overlay ${overlay} has the function under its account, one source for each group, and a tick that looks at NooBaas`, async t => {
		const built = await kustomize(await withComponents(t, overlay, ['noobaa', ...overlay === 'no-serving' ? ['noobaa-no-serving'] : []]));
		const added = built.filter(({metadata}) => /noobaa|database-snapshots/v.test(metadata.name));
		t.true(added.every(({metadata}) => metadata.labels?.['app.kubernetes.io/part-of'] === 'neo4j-backup'));
		const workload = ofKind<KnativeService>(added, overlay === 'no-serving' ? 'Deployment' : 'Service').find(({apiVersion}) => apiVersion !== 'v1')!;
		t.like(workload.spec.template.spec, {serviceAccountName: 'noobaa-database', containers: [{image: built.flatMap(object => object.kind === workload.kind && object.metadata.name === 'schedule-tick' ? [(object as KnativeService).spec.template.spec.containers[0].image] : [])[0]}]});
		t.regex(workload.spec.template.spec.containers[0].env?.[0]?.value ?? '', /broker-ingress\.knative-eventing\.svc\.cluster\.local\/neo4j-backup\/neo4j-backup$/v);
		t.deepEqual(groupsOf(built), [['noobaa.io/v1alpha1'], ['postgresql.cnpg.noobaa.io/v1'], ['snapshot.storage.k8s.io/v1']]);
		for (const {spec} of ofKind<Trigger>(added, 'Trigger')) {
			t.true(built.some(({apiVersion, kind, metadata}) => apiVersion === spec.subscriber.ref.apiVersion && kind === spec.subscriber.ref.kind && metadata.name === 'noobaa-database'));
		}

		const tick = ofKind<KnativeService>(built, workload.kind).find(({apiVersion, metadata}) => apiVersion === workload.apiVersion && metadata.name === 'schedule-tick')!;
		t.true(tick.spec.template.spec.containers[0].env?.some(({name, value}) => name === 'SCAN_NOOBAA' && value === 'true'));
		t.deepEqual(rolesOf(built, 'schedule-tick').slice(-2).map(({resources, verbs}) => [...resources, ...verbs]), [['noobaas', 'list'], ['clusters', 'get']]);
	});
}

test('the sources may read what they watch, under either group of CloudNativePG, and nothing else', async t => {
	for (const [components, group] of [[['noobaa'], 'postgresql.cnpg.noobaa.io'], [['noobaa', 'noobaa-cnpg-io'], 'postgresql.cnpg.io']] as const) {
		const built = await kustomize(await withComponents(t, 'dev', components));
		const watched = sourcesOf(built).flatMap(({spec}) => spec.resources.map(({apiVersion, kind}) => `${apiVersion.split('/')[0]} ${kind.toLowerCase()}s`));
		t.deepEqual(rolesOf(built, 'noobaa-sources').flatMap(({apiGroups, resources}) => resources.map(resource => `${apiGroups.join(' ')} ${resource}`)).toSorted(), watched.toSorted());
		t.true(watched.includes(`${group} clusters`));
	}
});
