import {access, readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	ofKind, readBase, readKustomization, root, type KnativeService, type Manifest,
} from './manifests.ts';
import {readManifests} from '#local/manifests.ts';

const overlays = path.join(root, 'knative/overlays');

for (const name of await readdir(overlays)) {
	const folder = path.join(overlays, name);

	test(`overlay ${name} has the base, the CRDs and a namespace of its own`, async t => {
		const {namespace, resources, images = []} = await readKustomization(folder);
		t.is(namespace, 'neo4j-backup');
		const paths = resources.map(resource => path.join(folder, resource));
		await t.notThrowsAsync(Promise.all(paths.map(async resource => access(resource))));
		t.true([path.join(root, 'crds'), path.join(root, 'knative/base')].every(folder => paths.includes(folder)));
		t.deepEqual(images.map(image => image.name), ['neo4j-backup-functions']);
	});
}

test('all CRDs are installed', async t => {
	const {resources} = await readKustomization(path.join(root, 'crds'));
	const files = await readdir(path.join(root, 'crds'));
	t.deepEqual(resources.toSorted(), files.filter(file => file !== 'kustomization.yaml').toSorted());
});

test('the image that Jobs get is told to the functions that make Jobs, and stands where the overlays replace it', async t => {
	const manifests = await readBase();
	const told = ofKind<KnativeService>(manifests, 'Service').filter(({spec}) => spec.template.spec.containers[0].env?.some(({name}) => name === 'IMAGE'));
	t.deepEqual(told.map(({metadata}) => metadata.name), ['launch-backup', 'retention-sweep']);
});

test('the PingSource of a user names a Neo4jBackup, and sends to the Broker that is installed', async t => {
	const [ping] = await readManifests(path.join(root, 'examples/user-pingsource.yaml')) as ReadonlyArray<Manifest & {readonly spec: {readonly data: string}}>;
	t.like(ping, {kind: 'PingSource', spec: {contentType: 'application/json', sink: {ref: {kind: 'Broker', name: 'neo4j-backup', namespace: 'neo4j-backup'}}}});
	t.deepEqual(JSON.parse(ping!.spec.data), {namespace: 'neo4j', name: 'daily'});
});
