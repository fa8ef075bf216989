import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {installed, type Installation} from '../install/installation.ts';
import {parseManifests} from '#local/manifests.ts';
import {kustomize} from '#test/knative/kustomize.ts';
import {withComponents} from '#test/knative/with-components.ts';
import {
	ofKind, readBase, root, type Manifest,
} from '#test/knative/manifests.ts';

/** Each has all of the base. */
const folders = ['dev', 'kafka', 'no-serving', 'beside-operator'].map(name => `knative/overlays/${name}`);

/** Nothing is stored, and a field that the schema of its kind does not know is an error. */
const dryRun = ['--dry-run=server', '--validate=strict', '--namespace=neo4j-backup', '--output=name'];

let installation: Installation;

test.before(async () => {
	// The CRDs of Knative and the namespace are there.
	installation = await installed();
});

const byName = (objects: readonly Manifest[]) => Object.fromEntries(objects.map(object => [`${object.apiVersion} ${object.kind} ${object.metadata.name}`, object]));

const isBuiltAlike = test.macro(async (t, folder: string) => {
	await compareBuilds(t, path.join(root, folder));
});

const compareBuilds = async (t: ExecutionContext, folder: string): Promise<void> => {
	const built = parseManifests(await installation.kubectl('kustomize', folder));
	t.deepEqual(byName(built), byName(await kustomize(folder)));
};

const isValid = test.macro(async (t, folder: string) => {
	await validate(t, path.join(root, folder));
});

const validate = async (t: ExecutionContext, folder: string): Promise<void> => {
	const names = await installation.kubectl('apply', ...dryRun, '-k', folder);
	const built = await kustomize(folder);
	t.is(names.trim().split('\n').length, built.length);
};

for (const folder of folders) {
	test(`${folder} is what the tests of the manifests take it for`, isBuiltAlike, folder);
	test(`every object of ${folder} passes the real API server's strict validation by Knative's own CRDs`, isValid, folder);
}

for (const [overlay, components] of [['dev', ['noobaa']], ['dev', ['noobaa', 'noobaa-cnpg-io']], ['no-serving', ['noobaa', 'noobaa-no-serving']]] as const) {
	test(`overlay ${overlay} with ${components.join(' and ')} is what the tests take it for, and passes the same validation`, async t => {
		const folder = await withComponents(t, overlay, components);
		await compareBuilds(t, folder);
		await validate(t, folder);
	});
}

test('a source with a field that Knative does not know is refused by that validation', async t => {
	const [source] = ofKind<Manifest & {readonly spec: unknown}>(await readBase(), 'PingSource');
	const folder = await mkdtemp(path.join(tmpdir(), 'manifests-suite-'));
	const file = path.join(folder, 'source.json');
	await writeFile(file, JSON.stringify({...source, spec: {...source!.spec as Record<string, unknown>, scheduel: '* * * * *'}}));
	await t.throwsAsync(installation.kubectl('apply', ...dryRun, '-f', file), {message: /unknown field "spec\.scheduel"/v});
	await rm(folder, {recursive: true});
});
