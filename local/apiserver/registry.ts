import {type KubeObject} from './object.ts';
import {
	apiVersionOf, builtinResources, collectionOf, type Resource,
} from './resources.ts';
import {type PrepareSchema, resourcesOfDefinition} from './custom-resources.ts';
import {type Storage} from './storage.ts';

export type Registry = {
	readonly all: () => readonly Resource[];
	readonly byPlural: (apiVersion: string, plural: string) => Resource | undefined;
	readonly byKind: (apiVersion: string, kind: string) => Resource | undefined;
	readonly byCollection: (collection: string) => Resource | undefined;
};

export const definitions = 'apiextensions.k8s.io/customresourcedefinitions';

/**
What is served right now: the builtin kinds, and those of every CustomResourceDefinition in the storage from the moment it is stored.
*/
export const createRegistry = (storage: Storage, prepareSchema: PrepareSchema): Registry => {
	const custom = new Map<string, readonly Resource[]>();
	const learn = (definition: KubeObject): void => {
		custom.set(definition.metadata.name, resourcesOfDefinition(definition, prepareSchema));
	};

	for (const [, definition] of storage.list(definitions)) {
		learn(definition);
	}

	storage.subscribe(change => {
		if (change.collection !== definitions) {
			return;
		}

		if (change.type === 'DELETED') {
			custom.delete(change.object.metadata.name);
		} else if (change.object['spec'] !== change.previous?.['spec']) {
			learn(change.object);
		}
	});

	const all = (): readonly Resource[] => [...builtinResources, ...[...custom.values()].flat()];
	return {
		all,
		byPlural: (apiVersion, plural) => all().find(resource => resource.plural === plural && apiVersionOf(resource) === apiVersion),
		byKind: (apiVersion, kind) => all().find(resource => resource.kind === kind && apiVersionOf(resource) === apiVersion),
		byCollection: collection => all().find(resource => collectionOf(resource) === collection),
	};
};
