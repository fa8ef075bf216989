import {type Fields, isFields, toFields} from './object.ts';

/**
The schema of a member of an object; an empty one, which allows anything, where the schema does not describe it.
*/
export const childSchema = (schema: Fields, name: string): Fields => {
	const property = toFields(schema['properties'])[name];
	return isFields(property) ? property : toFields(schema['additionalProperties']);
};

/**
By which fields the items of a list are told apart; undefined for a list that is one value.
*/
export const listKeys = (schema: Fields): readonly string[] | undefined => {
	const keys = schema['x-kubernetes-list-map-keys'];
	return schema['x-kubernetes-list-type'] === 'map' && Array.isArray(keys) ? keys.map(String) : undefined;
};

export const isSet = (schema: Fields): boolean => schema['x-kubernetes-list-type'] === 'set';

/**
Whether an object is one value for ownership, as `x-kubernetes-map-type: atomic` says.
*/
export const isAtomic = (schema: Fields): boolean => schema['x-kubernetes-map-type'] === 'atomic';
