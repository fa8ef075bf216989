import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {parse, parseAllDocuments} from 'yaml';
import {type KubeClient} from '#shared/kube/client.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {type Manifest} from '#shared/kube/object.ts';

const clusterScoped = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole', 'ClusterRoleBinding', 'StorageClass']);

/**
Whether objects of a kind that the project's manifests hold have no namespace.
*/
export const isClusterScoped = (kind: string): boolean => clusterScoped.has(kind);

/**
The objects of a YAML text of one or more documents.
*/
export const parseManifests = (text: string): readonly Manifest[] => {
	const documents = parseAllDocuments(text).map(document => document.toJS() as unknown);
	return documents.filter(document => document !== null) as Manifest[];
};

/**
The objects of a YAML file, or of all files that the `kustomization.yaml` of a folder names under `resources`. Nothing else of kustomize is done.
*/
export const readManifests = async (location: string): Promise<readonly Manifest[]> => {
	if (location.endsWith('.yaml')) {
		return parseManifests(await readFile(location, 'utf8'));
	}

	const {resources} = parse(await readFile(path.join(location, 'kustomization.yaml'), 'utf8')) as {resources: readonly string[]};
	const lists = await Promise.all(resources.map(async resource => readManifests(path.join(location, resource))));
	return lists.flat();
};

/**
Creates objects in their order, each namespaced one without a namespace in the one given. What is there already stays as it is.
*/
export const applyManifests = async (kube: KubeClient, objects: readonly Manifest[], namespace: string): Promise<void> => {
	for (const object of objects) {
		const placed = isClusterScoped(object.kind) ? object : {...object, metadata: {namespace, ...object.metadata}};
		try {
			await kube.create(placed);
		} catch (error) {
			if (!(error instanceof AlreadyExistsError)) {
				throw error;
			}
		}
	}
};
