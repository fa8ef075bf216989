import {isDeepStrictEqual} from 'node:util';
import {fieldError, type FieldError} from './field-error.ts';
import {childrenOf, type Node} from './node.ts';
import {isObject} from './schema.ts';

/**
Items that occur twice in a list of type `set`, and keys that occur twice in a list of type `map`.
*/
export const checkLists = (node: Node): readonly FieldError[] => [
	...Array.isArray(node.value) ? checkList(node, node.value) : [],
	...childrenOf(node).flatMap(child => checkLists(child)),
];

const checkList = ({schema, path}: Node, list: readonly unknown[]): FieldError[] => {
	const {'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = []} = schema;
	if (listType !== 'set' && listType !== 'map') {
		return [];
	}

	const identities = listType === 'set' ? list : list.map(item => Object.fromEntries(Object.entries(isObject(item) ? item : {}).filter(([key]) => keys.includes(key))));
	// Only the second of several equal ones is named, as in Kubernetes.
	return identities.flatMap((identity, index) => identities.slice(0, index).filter(other => isDeepStrictEqual(other, identity)).length === 1
		? [fieldError(`${path}[${index}]`, 'FieldValueDuplicate', identity)]
		: []);
};
