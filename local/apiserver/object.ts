/**
What every stored object has, on the wire and in memory. Stored objects are never changed in place.
*/
export type KubeObject = {
	readonly [field: string]: unknown;
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: ObjectMeta;
};

export type ObjectMeta = {
	readonly name: string;
	readonly generateName?: string;
	readonly namespace?: string;
	readonly uid?: string;
	readonly resourceVersion?: string;
	readonly generation?: number;
	readonly creationTimestamp?: string;
	readonly deletionTimestamp?: string;
	readonly deletionGracePeriodSeconds?: number;
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly ownerReferences?: readonly OwnerReference[];
	readonly finalizers?: readonly string[];
	readonly managedFields?: readonly ManagedFields[];
};

export type OwnerReference = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly name: string;
	readonly uid: string;
	readonly controller?: boolean;
	readonly blockOwnerDeletion?: boolean;
};

export type ManagedFields = {
	readonly manager: string;
	readonly operation: 'Apply' | 'Update';
	readonly apiVersion: string;
	readonly time?: string;
	readonly subresource?: string;
	readonly fieldsType: 'FieldsV1';
	readonly fieldsV1: Fields;
};

/**
A JSON object of which nothing is known yet.
*/
export type Fields = Readonly<Record<string, unknown>>;

/**
Whether a value is a JSON object (neither null nor a list).
*/
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
The value as a JSON object; an empty one for anything else, so that a path can be followed without asking at each step.
*/
export const toFields = (value: unknown): Fields => isFields(value) ? value : {};

/**
The object without those of its fields.
*/
export const without = <T extends Fields>(fields: T, ...names: readonly string[]): T =>

	Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) as T;

/**
The object with those metadata fields set; `undefined` leaves a field off.
*/
export const withMetadata = (object: KubeObject, changes: {readonly [Name in keyof ObjectMeta]?: ObjectMeta[Name] | undefined}): KubeObject => {
	const metadata = {...object.metadata, ...changes};
	const absent = Object.entries(metadata).filter(([, value]) => value === undefined).map(([name]) => name);

	return {...object, metadata: without(metadata, ...absent) as ObjectMeta};
};

/**
An instant in the form of the API: RFC 3339 in UTC, whole seconds.
*/
export const toTimestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
