import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {kustomize} from './kustomize.ts';
import {
	ofKind, readAll, root, type Manifest,
} from './manifests.ts';
import {parseManifests} from '#local/manifests.ts';
import {prune} from '#local/apiserver/schema/prune.ts';
import {isObject, type Schema} from '#local/apiserver/schema/schema.ts';

const overlays = path.join(root, 'knative/overlays');
const definitionsOfOthers = path.join(root, 'test/e2e/install/crds');

type Definition = Manifest & {
	readonly spec: {
		readonly group: string;
		readonly names: {readonly kind: string};
		readonly versions: ReadonlyArray<{readonly name: string; readonly schema: {readonly openAPIV3Schema: Schema}}>;
	};
};

/** Knative's API server keeps unknown fields of many objects whose fields it describes, so that it says nothing of a wrong word. */
const closed = (schema: unknown): unknown => {
	if (Array.isArray(schema)) {
		return schema.map(item => closed(item));
	}

	if (!isObject(schema)) {
		return schema;
	}

	const {'x-kubernetes-preserve-unknown-fields': isOpen, ...rest} = schema;
	return {...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, closed(value)])), ...(isOpen === true && rest['properties'] === undefined && {'x-kubernetes-preserve-unknown-fields': true})};
};

const files = await readdir(definitionsOfOthers);
const texts = await Promise.all(files.filter(file => file.startsWith('knative-')).map(async file => readFile(path.join(definitionsOfOthers, file), 'utf8')));
const definitions = ofKind<Definition>(texts.flatMap(text => parseManifests(text)), 'CustomResourceDefinition');

const schemaOf = ({apiVersion, kind}: Manifest): Schema | undefined => {
	const definition = definitions.find(({spec: {group, names}}) => apiVersion.startsWith(`${group}/`) && names.kind === kind);
	const version = definition?.spec.versions.find(({name}) => apiVersion.endsWith(`/${name}`));
	return version && closed(version.schema.openAPIV3Schema) as Schema;
};

/** Knative's code reads it, and its CRDs leave it out. */
const undescribed = new Set(['spec.delivery.timeout']);

const isKnatives = ({apiVersion}: Manifest): boolean => apiVersion.split('/')[0]!.endsWith('.knative.dev');

const isKnown = test.macro(async (t, read: () => Promise<readonly Manifest[]>) => {
	const objects = await read();
	const ofKnative = objects.filter(object => isKnatives(object));
	t.true(ofKnative.length > 10);
	for (const object of ofKnative) {
		const schema = schemaOf(object);
		t.truthy(schema, `the CRD of ${object.apiVersion} ${object.kind}`);
		t.deepEqual(prune(schema!, object, '', true).unknown.filter(field => !undescribed.has(field)), [], `${object.kind} ${object.metadata.name}`);
	}
});

for (const name of await readdir(overlays)) {
	test(`overlay ${name} uses no field of Knative's kinds that their CRDs do not describe`, isKnown, async () => kustomize(path.join(overlays, name)));
}

test('the component for NooBaa uses none either', isKnown, readAll);
