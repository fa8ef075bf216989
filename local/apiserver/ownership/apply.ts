import {isDeepStrictEqual} from 'node:util';
import {ApiError} from '../api-error.ts';
import {
	type Fields, isFields, type KubeObject, type ManagedFields, toFields, withMetadata,
} from '../object.ts';
import {childSchema, isAtomic} from '../schema-path.ts';
import {
	type FieldSet, fromTree, itemSegments, toText,
} from './field-set.ts';
import {
	entryOf, isEntryOf, type Manager, nonEmpty, ownable, withPaths,
} from './managed-fields.ts';

/**
Server-side apply: the current object with the fields that the manager applies, without those it owned alone and applies no more, and with the ownership that follows. A field that another manager owns with another value is a conflict (409) unless forced, upon which it changes hands.
*/
export const applied = (schema: Fields, manager: Manager, {current, intent, force}: {readonly current: KubeObject; readonly intent: KubeObject; readonly force: boolean}): KubeObject => {
	const wanted = ownable(schema, intent);
	const entries = current.metadata.managedFields ?? [];
	const own = entries.find(entry => isEntryOf(manager, entry));
	const others = entries.filter(entry => entry !== own);
	const changed = changedPaths(ownable(schema, current), wanted);
	const conflicts = others.flatMap(entry => [...fromTree(entry.fieldsV1)].filter(path => changed.has(path)).map(path => ({entry, path})));
	if (conflicts.length > 0 && !force) {
		throw conflictError(conflicts);
	}

	const kept = others.map(entry => withPaths(entry, [...fromTree(entry.fieldsV1)].filter(path => !changed.has(path))));
	const ownedByOthers = kept.flatMap(entry => [...fromTree(entry.fieldsV1)]);
	const abandoned = own ? [...fromTree(own.fieldsV1)].filter(path => !wanted.has(path) && !isHeld(path, ownedByOthers)) : [];
	const merged = merge(schema, current, intent) as KubeObject;
	const remaining = removed(schema, merged, {paths: new Set(abandoned), path: []}) as KubeObject;
	return withMetadata({...remaining, apiVersion: current.apiVersion, kind: current.kind}, {
		managedFields: nonEmpty([...kept, entryOf(manager, intent.apiVersion, wanted.keys())]),
	});
};

// An item stays as long as somebody owns one of its fields.
const isHeld = (path: string, owned: readonly string[]): boolean => owned.some(other => other === path || other.startsWith(`${path.slice(0, -1)},`));

const changedPaths = (now: FieldSet, wanted: FieldSet): ReadonlySet<string> =>
	new Set([...wanted].filter(([path, {value}]) => value !== undefined && !isDeepStrictEqual(now.get(path)?.value, value)).map(([path]) => path));

type Conflict = {readonly entry: ManagedFields; readonly path: string};

const conflictError = (conflicts: readonly Conflict[]): ApiError => {
	const owners = [...Map.groupBy(conflicts, ({entry}) => describe(entry))];
	const text = conflicts.length === 1
		? `conflict: ${owners.map(([owner, [conflict]]) => `conflict with ${owner}: ${toText(conflict?.path ?? '[]')}`).join('')}`
		: `conflicts: ${owners.map(([owner, own]) => `conflicts with ${owner}:\n${own.map(({path}) => `- ${toText(path)}`).join('\n')}`).join('\n')}`;
	return new ApiError(409, 'Conflict', `Apply failed with ${conflicts.length} ${text}`, {
		details: {causes: conflicts.map(({entry, path}) => ({reason: 'FieldManagerConflict', message: `conflict with ${describe(entry)}`, field: toText(path)}))},
	});
};

const describe = ({manager, operation, apiVersion, subresource}: ManagedFields): string => [
	JSON.stringify(manager),
	...(subresource === undefined ? [] : [`with subresource ${JSON.stringify(subresource)}`]),
	...(operation === 'Update' ? [`using ${apiVersion}`] : []),
].join(' ');

/**
Objects and the items of keyed lists merge; anything else is replaced.
*/
const merge = (schema: Fields, current: unknown, intent: unknown): unknown => {
	if (isFields(intent) && isFields(current) && !isAtomic(schema)) {
		const members = Object.entries(intent).map(([name, value]) => [name, merge(childSchema(schema, name), current[name], value)]);
		return {...current, ...Object.fromEntries(members) as Fields};
	}

	return Array.isArray(intent) && Array.isArray(current) ? mergeLists(schema, current, intent) : intent;
};

const mergeLists = (schema: Fields, current: readonly unknown[], intent: readonly unknown[]): readonly unknown[] => {
	const [before, wanted] = [itemSegments(schema, current), itemSegments(schema, intent)];
	if (!before || !wanted) {
		return intent;
	}

	const items = new Map(current.map((item, index) => [before[index]!, item]));
	for (const [index, item] of intent.entries()) {
		items.set(wanted[index]!, merge(toFields(schema['items']), items.get(wanted[index]!), item));
	}

	return arranged(before, wanted).map(segment => items.get(segment));
};

/**
Where items are after a merge, as structured-merge-diff has it: those that are applied in the order of the applier, and among them, as far as that order lets it, what was there before them.
*/
const arranged = (before: readonly string[], wanted: readonly string[]): readonly string[] => {
	const rest = [...before];
	const result: string[] = [];
	for (const [index, segment] of wanted.entries()) {
		const next = wanted.slice(index).find(other => before.includes(other));
		while (rest.length > 0 && rest[0] !== next) {
			const other = rest.shift()!;
			result.push(...(wanted.includes(other) ? [] : [other]));
		}

		result.push(segment);
		if (next === segment) {
			rest.shift();
		}
	}

	return [...result, ...rest.filter(segment => !wanted.includes(segment))];
};

/**
The value without the fields at those paths, and without the objects and items that are empty when their fields are gone.
*/
const removed = (schema: Fields, value: unknown, at: {readonly paths: ReadonlySet<string>; readonly path: readonly string[]}): unknown => {
	if (isFields(value) && !isAtomic(schema)) {
		const members = Object.entries(value).flatMap(([name, member]) => withoutMember(childSchema(schema, name), member, {...at, path: [...at.path, `f:${name}`]}).map(left => [name, left]));
		return Object.fromEntries(members) as Fields;
	}

	const segments = Array.isArray(value) ? itemSegments(schema, value) : undefined;
	if (!segments || !Array.isArray(value)) {
		return value;
	}

	const items: readonly unknown[] = value;
	return items.flatMap((item, index) => withoutMember(toFields(schema['items']), item, {...at, path: [...at.path, segments[index] ?? '']}));
};

const withoutMember = (schema: Fields, member: unknown, at: {readonly paths: ReadonlySet<string>; readonly path: readonly string[]}): readonly unknown[] => {
	if (at.paths.has(JSON.stringify(at.path))) {
		return [];
	}

	const left = removed(schema, member, at);
	return isEmpty(left) && !isEmpty(member) ? [] : [left];
};

const isEmpty = (value: unknown): boolean => (isFields(value) || Array.isArray(value)) && Object.keys(value).length === 0;
