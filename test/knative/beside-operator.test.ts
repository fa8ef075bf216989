import path from 'node:path';
import test from 'ava';
import {groupPatches} from '../../scripts/group-patches.ts';
import {kustomize} from './kustomize.ts';
import {
	ofKind, readBase, readKustomization, root, type Manifest, type Role,
} from './manifests.ts';
import {readManifests} from '#local/manifests.ts';

const folder = path.join(root, 'knative/overlays/beside-operator');
const built = await kustomize(folder);
const before = [...await readManifests(path.join(root, 'crds')), ...await readBase()] as ReadonlyArray<Manifest & Record<string, unknown>>;

test('the patches of the overlay are what the CRDs and the base ask for today; if not, `npm run types` writes them', async t => {
	const {patches} = await readKustomization(folder);
	t.deepEqual(patches, groupPatches(before, 'neo4j.neo4j.com', 'backup.neo4j.com'));
});

test('both kinds are in the group backup.neo4j.com, with what they were before, and no CRD of ours is left in the other', t => {
	const definitions = ofKind<Manifest & {readonly spec: {readonly group: string; readonly names: unknown}}>(built, 'CustomResourceDefinition');
	t.deepEqual(definitions.map(({metadata, spec}) => [metadata.name, spec.group]), [['neo4jbackups.backup.neo4j.com', 'backup.neo4j.com'], ['neo4jrestores.backup.neo4j.com', 'backup.neo4j.com']]);
	const text = (manifests: readonly unknown[]) => JSON.stringify(manifests).replaceAll('backup.neo4j.com', 'neo4j.neo4j.com');
	t.is(text(definitions), text(ofKind(before, 'CustomResourceDefinition')));
});

test('every right on kinds of ours is in that group, and every right on targets where it was', t => {
	const rules = ofKind<Role>(built, 'ClusterRole').flatMap(role => role.rules);
	const groups = (pattern: RegExp) => [...new Set(rules.filter(({resources}) => resources.some(resource => pattern.test(resource))).flatMap(({apiGroups}) => apiGroups))];
	t.deepEqual(groups(/^neo4j(?:backups|restores)/v), ['backup.neo4j.com']);
	t.deepEqual(groups(/^neo4jenterprise/v), ['neo4j.neo4j.com']);
});

test('nothing else speaks of the operator\'s group', t => {
	const others = built.filter(({kind}) => kind !== 'ClusterRole');
	t.false(JSON.stringify(others).includes('neo4j.neo4j.com'));
});

test('the example is of that group', async t => {
	const [example] = await readManifests(path.join(root, 'examples/beside-operator/daily-backup.yaml'));
	t.like(example, {apiVersion: 'backup.neo4j.com/v1alpha1', kind: 'Neo4jBackup'});
});
