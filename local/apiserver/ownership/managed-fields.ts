import {isDeepStrictEqual} from 'node:util';
import {
	type Fields, type KubeObject, type ManagedFields, without,
} from '../object.ts';
import {
	type FieldSet, fieldsOf, fromTree, toTree,
} from './field-set.ts';

export type Manager = {
	readonly manager: string;
	readonly operation: 'Apply' | 'Update';
	readonly subresource?: string | undefined;
	readonly time: string;
};

/**
The fields of an object that have owners: all but its identity and what the server keeps in its metadata.
*/
export const ownable = (schema: Fields, {apiVersion: _, kind: __, ...object}: KubeObject): FieldSet => {
	const metadata = without<Fields>(object.metadata, 'name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields', 'selfLink');
	return fieldsOf(schema, {...without<Fields>(object, 'metadata'), ...(Object.keys(metadata).length > 0 && {metadata})});
};

/**
Who owns what after an ordinary write: what it changed or added is the writer's alone, what it removed is nobody's.
*/
export const ownedAfterUpdate = (schema: Fields, writer: Manager, after: KubeObject, before: KubeObject | undefined): readonly ManagedFields[] => {
	const entries = after.metadata.managedFields ?? [];
	const [now, then] = [ownable(schema, after), before ? ownable(schema, before) : new Map<string, never>()];
	const changed = new Set([...now].filter(([path, {value}]) => !then.has(path) || !isDeepStrictEqual(then.get(path)?.value, value)).map(([path]) => path));
	const isTouched = (path: string): boolean => changed.has(path) || !now.has(path);
	if (changed.size === 0 && [...then.keys()].every(path => now.has(path))) {
		return entries;
	}

	const own = entries.find(entry => isEntryOf(writer, entry));
	const kept = entries.filter(entry => entry !== own).map(entry => withPaths(entry, [...fromTree(entry.fieldsV1)].filter(path => !isTouched(path))));
	const owned = [...(own ? fromTree(own.fieldsV1) : [])].filter(path => now.has(path));
	return nonEmpty([...kept, entryOf(writer, after.apiVersion, [...owned, ...changed])]);
};

/**
Whether the entry is the manager's own: the same name, operation and subresource.
*/
export const isEntryOf = ({manager, operation, subresource}: Manager, entry: ManagedFields): boolean =>
	entry.manager === manager && entry.operation === operation && entry.subresource === subresource;

export const entryOf = ({manager, operation, subresource, time}: Manager, apiVersion: string, paths: Iterable<string>): ManagedFields => ({
	manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: toTree(new Set(paths)), ...(subresource !== undefined && {subresource}),
});

export const withPaths = (entry: ManagedFields, paths: Iterable<string>): ManagedFields => ({...entry, fieldsV1: toTree(paths)});

export const nonEmpty = (entries: readonly ManagedFields[]): readonly ManagedFields[] => entries.filter(({fieldsV1}) => Object.keys(fieldsV1).length > 0);
