import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {startCluster} from '../cluster.ts';
import {readManifests} from '#local/manifests.ts';
import {applyTarget} from '#local/neo4j/target.ts';

const folder = path.join(import.meta.dirname, '../../e2e/install/crds');

for (const kind of ['Neo4jEnterpriseCluster', 'Neo4jEnterpriseStandalone'] as const) {
	test(`the stand-in of a ${kind} is one that the operator's own schema takes, its status too`, async t => {
		const {client, apply} = await startCluster(t);
		for (const file of await readdir(folder)) {
			for (const definition of file.startsWith('neo4j') ? await readManifests(path.join(folder, file)) : []) {
				await apply({...definition});
			}
		}

		const target = await applyTarget(client, {
			kind, namespace: 'test', name: 'production', servers: 2, version: '2025.12.0', password: 'a-long-password',
		});
		t.like(target, {spec: {storage: {size: '10Gi'}}, status: {phase: 'Ready', version: '2025.12.0'}});
	});
}
