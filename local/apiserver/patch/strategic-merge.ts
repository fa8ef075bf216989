import {isDeepStrictEqual} from 'node:util';
import {type Fields, isFields, toFields} from '../object.ts';
import {childSchema} from '../schema-path.ts';

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

	return Object.fromEntries(merged);
};

// Deletions from a list come before its merge, its order after it.
const rank = (name: string): number => {
	if (name.startsWith('$deleteFromPrimitiveList/')) {
		return 0;
	}

	return name.startsWith('$setElementOrder/') ? 2 : 1;
};

const mergeField = (schema: Fields, merged: Map<string, unknown>, name: string, value: unknown): void => {
	const [directive, field = name] = name.startsWith('$') ? name.split('/') : [];
	const current = merged.get(field);
	if (value === null || (isFields(value) && value['$patch'] === 'delete')) {
		merged.delete(field);
	} else if (directive !== undefined) {
		merged.set(field, directed(directive, childSchema(schema, field), current, value));
	} else if (isFields(value)) {
		merged.set(field, strategicMerge(childSchema(schema, field), current, value));
	} else {
		merged.set(field, Array.isArray(value) ? mergeList(childSchema(schema, field), current, value) : value);
	}
};

const directed = (directive: string, schema: Fields, current: unknown, value: unknown): unknown => {
	const list: readonly unknown[] = Array.isArray(current) ? current : [];
	const items: readonly unknown[] = Array.isArray(value) ? value : [];
	return directive === '$deleteFromPrimitiveList'
		? list.filter(item => !items.some(doomed => isDeepStrictEqual(doomed, item)))
		: inOrder(list, items, schema['x-kubernetes-patch-merge-key']);
};

// Items that the order does not name keep their places after those that it does.
const inOrder = (list: readonly unknown[], order: readonly unknown[], key: unknown): readonly unknown[] => {
	const idOf = (item: unknown): unknown => typeof key === 'string' ? toFields(item)[key] : item;
	const positions = order.map(item => idOf(item));
	const positionOf = (item: unknown): number => positions.includes(idOf(item)) ? positions.indexOf(idOf(item)) : positions.length;
	return list.toSorted((left, right) => positionOf(left) - positionOf(right));
};

const mergeList = (schema: Fields, current: unknown, patch: readonly unknown[]): readonly unknown[] => {
	const list: readonly unknown[] = Array.isArray(current) ? current : [];
	const key = schema['x-kubernetes-patch-merge-key'];
	if (typeof key === 'string') {
		return mergeItems(toFields(schema['items']), list, patch, key);
	}

	return schema['x-kubernetes-list-type'] === 'set' ? [...list, ...patch.filter(item => !list.includes(item))] : patch;
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
