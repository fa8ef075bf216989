import {glob} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {readManifests} from '#local/manifests.ts';
import {kustomize} from '#test/knative/kustomize.ts';
import {startCluster} from '#test/local/cluster.ts';

const root = path.join(import.meta.dirname, '../..');

test('[X-147] every manifest below examples/ applies as it is, with no field that is unknown', async t => {
	const {apiServer, client} = await startCluster(t, {knative: true});
	const definitions = [...await readManifests(path.join(root, 'crds')), ...await kustomize(path.join(root, 'knative/overlays/beside-operator'))];
	for (const definition of definitions.filter(({kind}) => kind === 'CustomResourceDefinition')) {
		await client.create(definition);
	}

	const namespaces = new Set<string>();
	const files: string[] = [];
	for await (const file of glob('examples/**/*.yaml', {cwd: root})) {
		files.push(file);
	}

	t.true(files.length > 20);
	for (const file of files.filter(name => path.basename(name) !== 'kustomization.yaml').toSorted()) {
		for (const manifest of await readManifests(path.join(root, file))) {
			const {apiVersion, kind, metadata: {name, namespace = 'default'}} = manifest;
			if (!namespaces.has(namespace) && namespace !== 'default') {
				await client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
			}

			namespaces.add(namespace);
			const collection = `${apiServer.url}/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s`;
			const response = await fetch(`${collection}/${name}?fieldManager=kubectl&fieldValidation=Strict`, {
				method: 'PATCH', headers: {'content-type': 'application/apply-patch+yaml'}, body: JSON.stringify(manifest),
			});
			t.is(`${file}: ${response.status} ${response.ok ? '' : await response.text()}`, `${file}: 201 `);
		}
	}
});
