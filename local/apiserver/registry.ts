import {type Fields, type KubeObject} from './object.ts';
import {
	apiVersionOf, type BuiltinResource, builtinResources, collectionOf, type Resource,
} from './resources.ts';
import {prepareSchema} from './schema/validate.ts';
import {type BuiltinSchemas, createBuiltinSchemas} from './builtin/schema.ts';
import {resourcesOfDefinition} from './custom-resources.ts';
import {type Storage} from './storage/storage.ts';

export type Registry = {
	readonly all: () => readonly Resource[];
	readonly byPlural: (apiVersion: string, plural: string) => Resource | undefined;
	readonly byKind: (apiVersion: string, kind: string) => Resource | undefined;
	/** The builtin model that a schema describes. */
	readonly modelOf: (schema: Fields) => string | undefined;
	readonly byCollection: (collection: string) => Resource | undefined;
};

export const definitions = 'apiextensions.k8s.io/customresourcedefinitions';

/**
What is served right now: the builtin kinds, and those of every CustomResourceDefinition in the storage from the moment it is stored.
*/
export const createRegistry = (storage: Storage): Registry => {
	const schemas = createBuiltinSchemas();
	const builtin = builtinResources.map(row => withSchema(row, schemas));
	const custom = new Map<string, readonly Resource[]>();
	const learn = (definition: KubeObject): void => {
		custom.set(definition.metadata.name, resourcesOfDefinition(definition, schemas));
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

	const all = (): readonly Resource[] => [...builtin, ...[...custom.values()].flat()];
	return {
		all,
		modelOf: schemas.modelOf,
		byPlural: (apiVersion, plural) => all().find(resource => resource.plural === plural && apiVersionOf(resource) === apiVersion),
		byKind: (apiVersion, kind) => all().find(resource => resource.kind === kind && apiVersionOf(resource) === apiVersion),
		byCollection: collection => all().find(resource => collectionOf(resource) === collection),
	};
};

// Made when first needed: most kinds are never used in one server's life.
const withSchema = (row: BuiltinResource, schemas: BuiltinSchemas): Resource => {
	let schema: ReturnType<Resource['schema']> | undefined;
	return {
		...row,
		modelOf: schemas.modelOf,
		openApi: () => schemas.of(row.model),
		schema() {
			schema ??= prepareSchema(schemas.of(row.model));
			return schema;
		},
	};
};
