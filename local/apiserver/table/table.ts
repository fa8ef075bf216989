import {type Fields, isFields, type KubeObject} from '../object.ts';
import {type Resource} from '../resources.ts';
import {builtinColumns} from './builtin-columns.ts';
import {type Column} from './column.ts';
import {customColumns} from './custom-columns.ts';

/**
Objects as a `Table` of meta.k8s.io/v1, which is what kubectl prints. `include` says how much of each object comes along: `None`, `Metadata` or `Object`.
*/
export const toTable = (resource: Resource, objects: readonly KubeObject[], {metadata, include, now}: {readonly metadata: Fields; readonly include: string; readonly now: Date}): Fields => {
	const columns = columnsOf(resource);
	return {
		kind: 'Table',
		apiVersion: 'meta.k8s.io/v1',
		metadata,
		columnDefinitions: columns.map(({cell: _, ...definition}) => definition),
		rows: objects.map(object => ({
			cells: columns.map(({cell}) => cell(object, now) ?? null),
			object: shown(object, include),
		})),
	};
};

const shown = (object: KubeObject, include: string): unknown => {
	if (include === 'None') {
		return null;
	}

	return include === 'Object' ? object : toPartial(object);
};

/**
An object's metadata as an object of its own.
*/
export const toPartial = ({metadata}: KubeObject): Fields => ({kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata});

/**
Whether a value is an object of the API rather than a Status or a list.
*/
export const isObject = (value: unknown): value is KubeObject => isFields(value) && isFields(value['metadata']) && typeof value['metadata']['name'] === 'string';

const nameColumn: Column = {
	name: 'Name', type: 'string', format: 'name', description: 'Name must be unique within a namespace.', priority: 0, cell: object => object.metadata.name,
};

const columnsOf = (resource: Resource): readonly Column[] => {
	if (resource.isCustom) {
		return [nameColumn, ...customColumns(resource.columns)];
	}

	const columns = builtinColumns(resource.kind);
	return resource.kind === 'Event' ? columns : [nameColumn, ...columns];
};
