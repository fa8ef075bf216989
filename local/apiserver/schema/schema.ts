/**
A schema of a CustomResourceDefinition (`openAPIV3Schema`), as far as an API server acts on it.
*/
export type Schema = {
	readonly type?: string;
	readonly format?: string;
	readonly description?: string;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly additionalProperties?: boolean | Schema;
	readonly items?: Schema;
	readonly required?: readonly string[];
	readonly default?: unknown;
	readonly enum?: readonly unknown[];
	readonly nullable?: boolean;
	readonly pattern?: string;
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly exclusiveMinimum?: boolean;
	readonly exclusiveMaximum?: boolean;
	readonly multipleOf?: number;
	readonly minItems?: number;
	readonly maxItems?: number;
	readonly minProperties?: number;
	readonly maxProperties?: number;
	readonly allOf?: readonly Schema[];
	readonly anyOf?: readonly Schema[];
	readonly oneOf?: readonly Schema[];
	readonly not?: Schema;
	readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
	readonly 'x-kubernetes-embedded-resource'?: boolean;
	readonly 'x-kubernetes-int-or-string'?: boolean;
	readonly 'x-kubernetes-list-type'?: string;
	readonly 'x-kubernetes-list-map-keys'?: readonly string[];
	readonly 'x-kubernetes-map-type'?: string;
	readonly 'x-kubernetes-validations'?: readonly Rule[];
};

/**
One CEL rule of `x-kubernetes-validations`.
*/
export type Rule = {
	readonly rule: string;
	readonly message?: string;
	readonly messageExpression?: string;
	readonly fieldPath?: string;
	readonly reason?: string;
	readonly optionalOldSelf?: boolean;
};

export type JsonObject = Record<string, unknown>;

/**
Whether this is a JSON object: no list, no null.
*/
export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
The schema of one member of an object, or undefined where the schema does not describe it.
*/
export const schemaOf = (schema: Schema, key: string): Schema | undefined => {
	if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) {
		return schema.properties[key];
	}

	return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
};
