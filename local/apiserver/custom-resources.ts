import {type BuiltinSchemas} from './builtin/schema.ts';
import {type Cause} from './api-error.ts';
import {
	type Fields, isFields, type KubeObject, toFields,
} from './object.ts';
import {type PrinterColumn, type Resource} from './resources.ts';
import {findSchemaProblems} from './schema/structural.ts';
import {prepareSchema} from './schema/validate.ts';

type Version = {
	readonly name: string;
	readonly served: boolean;
	readonly storage: boolean;
	readonly schema?: {readonly openAPIV3Schema?: Fields};
	readonly subresources?: {readonly status?: Fields};
	readonly additionalPrinterColumns?: readonly PrinterColumn[];
	readonly selectableFields?: ReadonlyArray<{readonly jsonPath: string}>;
};

type Names = {
	readonly kind: string;
	readonly plural: string;
	readonly singular?: string;
	readonly shortNames?: readonly string[];
	readonly categories?: readonly string[];
};

/** What a CustomResourceDefinition says in its `spec`. */
type Definition = {
	readonly group: string;
	readonly scope: 'Namespaced' | 'Cluster';
	readonly names: Names;
	readonly versions: readonly Version[];
};

/**
The `spec` of a definition that has passed validation.
*/
export const definitionOf = (object: KubeObject): Definition => object['spec'] as Definition;

/**
The resources that a definition serves, one per served version. Of `builtin` is the schema of their metadata, which definitions leave to the server.
*/
export const resourcesOfDefinition = (object: KubeObject, builtin: BuiltinSchemas): readonly Resource[] => {
	const {group, scope, names, versions} = definitionOf(object);
	const storageVersion = versions.find(version => version.storage)?.name ?? '';
	return versions.filter(version => version.served).map(version => ({
		group,
		version: version.name,
		kind: names.kind,
		plural: names.plural,
		singular: names.singular ?? names.kind.toLowerCase(),
		shortNames: names.shortNames ?? [],
		categories: names.categories ?? [],
		namespaced: scope === 'Namespaced',
		subresources: version.subresources?.status ? ['status'] : [],
		selectable: (version.selectableFields ?? []).map(({jsonPath}) => jsonPath.slice(1)),
		hasGeneration: true,
		propagation: 'Background',
		storageVersion,
		isCustom: true,
		columns: version.additionalPrinterColumns ?? [{name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp'}],
		modelOf: builtin.modelOf,
		...schemas(version.schema?.openAPIV3Schema ?? {}, builtin.of('V1ObjectMeta')),
	}));
};

const schemas = (openApi: Fields, metadata: Fields): Pick<Resource, 'openApi' | 'schema'> => {
	const text = {type: 'string'};
	const complete = {
		...openApi, properties: {
			...toFields(openApi['properties']), apiVersion: text, kind: text, metadata,
		},
	};
	const schema = prepareSchema(complete);
	return {openApi: () => complete, schema: () => schema};
};

/**
What is wrong with a CustomResourceDefinition, as far as this server would fail on it.
*/
export const definitionCauses = (object: KubeObject): readonly Cause[] => {
	const spec = toFields(object['spec']);
	const names = toFields(spec['names']);
	const versions = Array.isArray(spec['versions']) ? spec['versions'] : [];
	if (![spec['group'], names['kind'], names['plural']].every(value => typeof value === 'string') || !versions.every(version => isFields(version))) {
		return [{field: 'spec', message: 'Required value: group, names.kind, names.plural and versions'}];
	}

	const expected = `${String(names['plural'])}.${String(spec['group'])}`;
	return [
		...(object.metadata.name === expected ? [] : [{field: 'metadata.name', message: `Invalid value: ${JSON.stringify(object.metadata.name)}: must be spec.names.plural+"."+spec.group`}]),
		...(versions.filter(version => toFields(version)['storage'] === true).length === 1 ? [] : [{field: 'spec.versions', message: 'Invalid value: must have exactly one version marked as storage version'}]),
		...versions.flatMap((version, index) => schemaCauses(toFields(toFields(version)['schema'])['openAPIV3Schema'], index)),
	];
};

const schemaCauses = (openApi: unknown, index: number): readonly Cause[] => {
	const field = `spec.versions[${index}].schema.openAPIV3Schema`;
	if (!isFields(openApi)) {
		return [{field, message: 'Required value: schemas are required'}];
	}

	return findSchemaProblems(openApi).map(problem => ({...problem, field: `${field}.${problem.field}`}));
};

/**
The status of a definition that is served: its names accepted, `Established`, every storage version it ever had.
*/
export const establishedStatus = (object: KubeObject, now: string): Fields => {
	const {names, versions} = definitionOf(object);
	const previous = toFields(object['status']);
	const stored: readonly unknown[] = Array.isArray(previous['storedVersions']) ? previous['storedVersions'] : [];
	const storage = versions.filter(version => version.storage).map(version => version.name);
	return {
		acceptedNames: {singular: names.kind.toLowerCase(), listKind: `${names.kind}List`, ...names},
		conditions: previous['conditions'] ?? [
			{
				type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found', lastTransitionTime: now,
			},
			{
				type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted', lastTransitionTime: now,
			},
		],
		storedVersions: [...new Set([...stored, ...storage])],
	};
};
