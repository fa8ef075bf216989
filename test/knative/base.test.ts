import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	base, baseFiles, ofKind, readAll, readBase, readKustomization, root, type Manifest,
} from './manifests.ts';

const manifests = await readBase();

test('every file of the base is listed', async t => {
	const {resources} = await readKustomization(base);
	t.deepEqual(resources, await baseFiles());
});

test('every object says what it is and what it belongs to', async t => {
	const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {version: string};
	const {labels = []} = await readKustomization(base);
	t.deepEqual(labels[0]?.pairs, {
		'app.kubernetes.io/part-of': 'neo4j-backup', 'app.kubernetes.io/managed-by': 'kustomize', 'app.kubernetes.io/version': version,
	});
	for (const {kind, metadata: {name, labels: own}} of manifests) {
		t.is(own?.['app.kubernetes.io/name'], 'neo4j-backup', `${kind} ${name}`);
		t.regex(own?.['app.kubernetes.io/component'] ?? '', /^[a-z\-]+$/v, `${kind} ${name}`);
	}
});

test('no two objects are the same', t => {
	const keys = manifests.map(({apiVersion, kind, metadata}) => `${apiVersion} ${kind} ${metadata.name}`);
	t.is(new Set(keys).size, keys.length);
});

test('the base names no namespace of its own but in places that an overlay replaces', t => {
	for (const {kind, metadata} of manifests) {
		t.false('namespace' in metadata, `${kind} ${metadata.name}`);
	}
});

test('every function has its manifests', async t => {
	const folders = await readdir(path.join(root, 'functions'), {withFileTypes: true});
	const services = new Set(ofKind(await readAll(), 'Service').map(manifest => manifest.metadata.name));
	t.deepEqual(folders.filter(folder => folder.isDirectory() && !services.has(folder.name)).map(folder => folder.name), []);
});

test('the Broker is asynchronous from its creation on, and written out so that nothing is added to it', t => {
	const brokers = ofKind(manifests, 'Broker');
	t.deepEqual(brokers.map(broker => broker.metadata.name), ['neo4j-backup']);
	t.like(brokers[0], {
		metadata: {annotations: {'messaging.knative.dev/async-handler': 'true'}},
		spec: {config: {kind: 'ConfigMap'}, delivery: {retry: 5}},
	});
});

test('the heartbeat beats every minute, as JSON that names no backup', t => {
	t.like(ofKind(manifests, 'PingSource')[0], {
		metadata: {name: 'heartbeat'}, spec: {
			schedule: '* * * * *', contentType: 'application/json', data: '{}', sink: {ref: {kind: 'Broker', name: 'neo4j-backup'}},
		},
	});
});

type Source = Manifest & {readonly spec: {readonly mode: string; readonly serviceAccountName: string; readonly resources: ReadonlyArray<{readonly apiVersion: string}>}};

test('each source watches one API group, whole objects, under the account of the sources', t => {
	for (const {metadata, spec} of ofKind<Source>(manifests, 'ApiServerSource')) {
		t.is(new Set(spec.resources.map(({apiVersion}) => apiVersion.split('/')[0])).size, 1, `${metadata.name} watches several groups`);
		t.like(spec, {mode: 'Resource', serviceAccountName: 'neo4j-backup-sources'});
	}
});
