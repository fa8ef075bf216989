import {isDeepStrictEqual} from 'node:util';
import {type Fields, isFields, toFields} from '../object.ts';
import {childSchema, isSet} from '../schema-path.ts';

/**
A strategic merge patch: like a merge patch, but lists that the schema gives a merge key are merged item by item, and sets are united. Directives: `$patch: delete | replace` in objects and items, `$retainKeys`, `$deleteFromPrimitiveList/<field>`, `$setElementOrder/<field>`.
*/
export const strategicMerge = (schema: Fields, target: unknown, patch: Fields): Fields => {
	const {$patch: directive, $retainKeys: retained, ...rest} = patch;
	if (directive === 'replace') {
		return rest;
	}

	if (directive === 'delete') {
		return {};
	}

	const merged = new Map(Object.entries(toFields(target)).filter(([name]) => !Array.isArray(retained) || retained.includes(name)));
	for (const [name, value] of Object.entries(rest).toSorted(([left], [right]) => rank(left) - rank(right))) {
		mergeField(schema, merged, name, value);
	}

	for (const [name, value] of Object.entries(rest)) {
		const field = name.replace(/^\$setElementOrder\//v, '');
		const [before, after] = [toFields(target)[field], merged.get(field)];
		if (Array.isArray(value) && Array.isArray(before) && Array.isArray(after) && (field !== name || !(`$setElementOrder/${field}` in rest))) {
			merged.set(field, inOrder(childSchema(schema, field), {before, after, order: value}));
		}
	}

	return Object.fromEntries(merged);
};

// Deletions from a list come before its merge.
const rank = (name: string): number => name.startsWith('$deleteFromPrimitiveList/') ? 0 : 1;

const mergeField = (schema: Fields, merged: Map<string, unknown>, name: string, value: unknown): void => {
	const [directive, field = name] = name.startsWith('$') ? name.split('/') : [];
	const current = merged.get(field);
	if (value === null || (isFields(value) && value['$patch'] === 'delete')) {
		merged.delete(field);
	} else if (directive === '$deleteFromPrimitiveList') {
		merged.set(field, withoutItems(current, value));
	} else if (directive !== undefined) {
		// The order of a list is given to it when it is complete.
	} else if (isFields(value)) {
		merged.set(field, strategicMerge(childSchema(schema, field), current, value));
	} else {
		merged.set(field, Array.isArray(value) ? mergeList(childSchema(schema, field), current, value) : value);
	}
};

const withoutItems = (list: unknown, doomed: unknown): unknown =>
	Array.isArray(list) && Array.isArray(doomed) ? list.filter(item => !doomed.some(other => isDeepStrictEqual(other, item))) : list;

type Order = {readonly before: readonly unknown[]; readonly after: readonly unknown[]; readonly order: readonly unknown[]};

/**
A merged list as the API server arranges it: what the patch names, in the order of the patch, and among it the rest, in the order that it had; each of the rest comes before the first of the others that it stood before.
*/
const inOrder = (schema: Fields, {before, after, order}: Order): readonly unknown[] => {
	const key = schema['x-kubernetes-patch-merge-key'];
	const isMerged = typeof key === 'string' || isSet(schema);
	if (!isMerged) {
		return after;
	}

	const idOf = (item: unknown): unknown => typeof key === 'string' ? toFields(item)[key] : item;
	const [places, wanted] = [before, order].map(list => list.map(item => idOf(item))) as [unknown[], unknown[]];
	const byPlace = (list: readonly unknown[]) => (left: unknown, right: unknown) => list.indexOf(idOf(left)) - list.indexOf(idOf(right));
	const named = after.filter(item => wanted.includes(idOf(item))).toSorted(byPlace(wanted));
	const rest = after.filter(item => !wanted.includes(idOf(item))).toSorted(byPlace(places));
	const arranged: unknown[] = [];
	for (const item of named) {
		const place = places.indexOf(idOf(item));
		const until = place === -1 ? 0 : rest.findIndex(other => places.indexOf(idOf(other)) > place);
		arranged.push(...rest.splice(0, until === -1 ? rest.length : until), item);
	}

	return [...arranged, ...rest];
};

const mergeList = (schema: Fields, current: unknown, patch: readonly unknown[]): readonly unknown[] => {
	const list: readonly unknown[] = Array.isArray(current) ? current : [];
	const key = schema['x-kubernetes-patch-merge-key'];
	if (typeof key === 'string') {
		return mergeItems(toFields(schema['items']), list, patch, key);
	}

	return isSet(schema) ? [...list, ...patch.filter(item => !list.includes(item))] : patch;
};

const mergeItems = (schema: Fields, list: readonly unknown[], patch: readonly unknown[], key: string): readonly unknown[] => {
	const items = patch.filter(item => isFields(item));
	const isReplaced = items.some(item => item['$patch'] === 'replace' && item[key] === undefined);
	const merged = new Map(isReplaced ? [] : list.map(item => [toFields(item)[key], item]));
	for (const item of items.filter(item => item[key] !== undefined)) {
		if (item['$patch'] === 'delete') {
			merged.delete(item[key]);
		} else {
			merged.set(item[key], strategicMerge(schema, merged.get(item[key]), item));
		}
	}

	return [...merged.values()];
};
