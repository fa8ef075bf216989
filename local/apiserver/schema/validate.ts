import {withDefaults} from './defaults.ts';
import {fieldError, isBlocking, type FieldError} from './field-error.ts';
import {checkKeywords} from './keywords.ts';
import {checkLists} from './lists.ts';
import {prune} from './prune.ts';
import {checkRulesBelow} from './rules.ts';
import type {JsonObject, Schema} from './schema.ts';

/**
What an API server does with a custom resource by the schema of its CRD. All take and give plain JSON and change nothing in place.
*/
export type PreparedSchema = {
	/** The object with the defaults of its schema. Prune first, as the API server does. */
	readonly applyDefaults: (object: JsonObject) => JsonObject;
	/** The object without unknown fields, and their paths, for `unknown field "spec.foo"`. */
	readonly prune: (object: JsonObject) => {object: JsonObject; unknown: readonly string[]};
	/** Why the object is refused; nothing when it is accepted. With `old`, it is an update of that object. */
	readonly validate: (object: JsonObject, old?: JsonObject) => readonly FieldError[];
};

const uncheckedRules = 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/**
Prepares the `openAPIV3Schema` of one version of a CRD. The schema is taken as structural (see `findSchemaProblems`); `metadata` is the caller's concern.
*/
export const prepareSchema = (openAPIV3Schema: Record<string, unknown>): PreparedSchema => {
	const schema: Schema = openAPIV3Schema;
	return {
		applyDefaults: object => withDefaults(schema, object) as JsonObject,
		prune(object) {
			const {value, unknown} = prune(schema, object, '', true);
			return {object: value as JsonObject, unknown: unknown.toSorted()};
		},
		validate(object, old) {
			const node = {
				schema, value: object, path: '', old,
			};
			const errors = [...checkKeywords(node), ...checkLists(node)];
			return errors.some(error => isBlocking(error))
				? [...errors, fieldError('', 'FieldValueInvalid', undefined, uncheckedRules)]
				: [...errors, ...checkRulesBelow(node)];
		},
	};
};
