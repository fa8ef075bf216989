import {badRequest} from '../api-error.ts';
import {type Fields, isFields, type KubeObject} from '../object.ts';
import {type Resource} from '../resources.ts';

export type Matches = (object: KubeObject) => boolean;

/**
What a list or watch selects, from `labelSelector`, `fieldSelector` and the name in its path. Malformed selectors and fields by which the real server cannot select are 400.
*/
export const selection = (resource: Resource, query: URLSearchParams): {readonly matches: Matches; readonly isAll: boolean} => {
	const labels = query.get('labelSelector')?.trim() ?? '';
	const fields = query.get('fieldSelector')?.trim() ?? '';
	const rules = [...labelRules(labels), ...fieldRules(resource, fields)];
	return {matches: object => rules.every(matches => matches(object)), isAll: rules.length === 0};
};

const labelRules = (selector: string): readonly Matches[] => selector === '' ? [] : splitOutsideBrackets(selector).map(part => labelRule(part.trim()));

// A comma inside `in (a, b)` does not end a requirement.
const splitOutsideBrackets = (selector: string): readonly string[] => selector.split(/,(?![^\(]*\))/v);

const key = String.raw`(?<key>[A-Za-z0-9][\-A-Za-z0-9_.\/]*)`;
const setRule = new RegExp(String.raw`^${key}\s+(?<operator>in|notin)\s*\((?<values>[^\(\)]*)\)$`, 'v');
const equalityRule = new RegExp(String.raw`^${key}\s*(?<operator>==|=|!=)\s*(?<value>[\-A-Za-z0-9_.]*)$`, 'v');
const existsRule = new RegExp(String.raw`^(?<not>!?)\s*${key}$`, 'v');

const labelRule = (text: string): Matches => {
	const labelOf = (object: KubeObject, name: string): string | undefined => object.metadata.labels?.[name];
	const set = setRule.exec(text)?.groups;
	if (set) {
		const values = new Set((set['values'] ?? '').split(',').map(value => value.trim()));
		return object => values.has(labelOf(object, set['key'] ?? '') ?? '\0') === (set['operator'] === 'in');
	}

	const equality = equalityRule.exec(text)?.groups;
	if (equality) {
		return object => (labelOf(object, equality['key'] ?? '') === equality['value']) === (equality['operator'] !== '!=');
	}

	const exists = existsRule.exec(text)?.groups;
	if (exists) {
		return object => (labelOf(object, exists['key'] ?? '') === undefined) === (exists['not'] === '!');
	}

	throw badRequest(`unable to parse requirement: ${JSON.stringify(text)}`);
};

const fieldRules = (resource: Resource, selector: string): readonly Matches[] => selector === ''
	? []
	: selector.split(',').map(part => {
		const groups = /^(?<field>[^!=]+)(?<operator>==|=|!=)(?<value>.*)$/v.exec(part.trim())?.groups;
		if (!groups) {
			throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
		}

		const {field = '', operator, value} = groups;
		if (!['metadata.name', 'metadata.namespace', ...resource.selectable].includes(field)) {
			throw badRequest(`field label not supported: ${field}`);
		}

		return object => (textAt(object, field.split('.')) === value) === (operator !== '!=');
	});

const textAt = (object: Fields, path: readonly string[]): string => {
	let value: unknown = object;
	for (const name of path) {
		value = isFields(value) ? value[name] : undefined;
	}

	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};
