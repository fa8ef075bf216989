import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {applyPatch, type Operation} from 'rfc6902';
import {parse} from 'yaml';
import {type Manifest} from './manifests.ts';
import {isSelected, type Draft, type Selector} from './object-selector.ts';
import {replaceFields, type Replacement} from './replacements.ts';
import {isClusterScoped, readManifests} from '#local/manifests.ts';

type Kustomization = {
	readonly resources?: readonly string[];
	readonly components?: readonly string[];
	readonly namespace?: string;
	readonly labels?: ReadonlyArray<{readonly pairs: Readonly<Record<string, string>>}>;
	readonly images?: ReadonlyArray<{readonly name: string; readonly newName?: string; readonly newTag?: string}>;
	readonly patches?: ReadonlyArray<{readonly path?: string; readonly patch?: string; readonly target: Selector; readonly options?: unknown}>;
	readonly replacements?: readonly Replacement[];
	readonly apiVersion: string;
	readonly kind: string;
};

const understood = new Set(['apiVersion', 'kind', 'resources', 'components', 'namespace', 'labels', 'images', 'patches', 'replacements']);

/**
What `kubectl kustomize` makes of a folder, as far as the folders of this project use it: `npm test` needs no kubectl. Whatever else a kustomization asks for is an error; the suites on a real cluster compare both.
*/
export const kustomize = async (folder: string): Promise<readonly Manifest[]> => build(folder, []);

/** A component works on what was gathered before it: `objects`. */
const build = async (folder: string, objects: Draft[]): Promise<Draft[]> => {
	const kustomization = parse(await readFile(path.join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
	const unknown = Object.keys(kustomization).filter(field => !understood.has(field));
	if (unknown.length > 0) {
		throw new Error(`${folder}: ${unknown.join(', ')} is not understood here`);
	}

	for (const resource of kustomization.resources ?? []) {
		const location = path.join(folder, resource);
		objects.push(...resource.endsWith('.yaml') ? await readManifests(location) as unknown as Draft[] : await build(location, []));
	}

	for (const component of kustomization.components ?? []) {
		await build(path.join(folder, component), objects);
	}

	await patchObjects(objects, kustomization, folder);
	for (const object of objects) {
		place(object, kustomization.namespace);
		label(object, kustomization);
		nameImages(object, kustomization);
	}

	replaceFields(objects, kustomization.replacements ?? []);
	return objects;
};

const patchObjects = async (objects: readonly Draft[], {patches = []}: Kustomization, folder: string): Promise<void> => {
	for (const {path: file, patch, target} of patches) {
		const operations = parse(patch ?? await readFile(path.join(folder, file!), 'utf8')) as Operation[];
		for (const object of objects.filter(candidate => isSelected(candidate, target))) {
			// A value is the patch's own, and must not be shared by the objects.
			const failure = applyPatch(object, structuredClone(operations)).find(problem => problem !== null);
			if (failure) {
				throw failure;
			}
		}
	}
};

type Subjects = {subjects?: Array<{kind: string; namespace?: string}>};

const place = (object: Draft, namespace: string | undefined): void => {
	if (namespace === undefined) {
		return;
	}

	if (!isClusterScoped(object.kind)) {
		object.metadata.namespace = namespace;
	}

	for (const subject of (object as Subjects).subjects ?? []) {
		subject.namespace = namespace;
	}
};

const label = ({metadata}: Draft, {labels = []}: Kustomization): void => {
	for (const {pairs} of labels) {
		metadata.labels = {...metadata.labels, ...pairs};
	}
};

type Template = {spec?: {template?: {spec?: {containers?: Array<{image: string}>}}}};

const nameImages = (object: Draft, {images = []}: Kustomization): void => {
	for (const container of (object as Template).spec?.template?.spec?.containers ?? []) {
		const image = images.find(({name}) => name === container.image);
		if (image) {
			container.image = `${image.newName ?? image.name}${image.newTag === undefined ? '' : `:${image.newTag}`}`;
		}
	}
};
