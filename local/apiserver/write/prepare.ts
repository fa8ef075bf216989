import {type Api, type WriteOptions} from '../api.ts';
import {
	type ApiError, badRequest, type Cause, invalid,
} from '../api-error.ts';
import {builtinCauses} from '../builtin/causes.ts';
import {decodingProblem, withoutEmpty} from '../builtin/decode.ts';
import {applyBuiltinDefaults} from '../builtin/defaults.ts';
import {
	type Fields, type KubeObject, type ObjectMeta, toFields, withMetadata,
} from '../object.ts';
import {apiVersionOf, builtinResources, type Resource} from '../resources.ts';
import {childSchema} from '../schema-path.ts';
import {prune} from '../schema/prune.ts';
import {metadataCauses} from './metadata.ts';

/**
What a request's body is, as an object of the resource: of the right kind and version, of the right types where they are Go's, without fields that the schema does not know. With `Strict` an unknown field is refused with 400, with `Warn` reported, with `Ignore` dropped.
*/
export const decode = (resource: Resource, body: Fields, options: WriteOptions): KubeObject => {
	const object = decodeApplied(resource, body, options);
	const problem = resource.isCustom
		? decodingProblem(resource, childSchema(resource.openApi(), 'metadata'), object.metadata)
		: decodingProblem(resource, resource.openApi(), object);
	if (problem !== undefined) {
		throw undecodable(resource, object, problem, options);
	}

	return withoutEmptyMetadata(resource.isCustom ? object : withoutEmpty(resource.openApi(), object) as KubeObject);
};

/**
The object as its applier means it: an empty map of its metadata is not stored, but it is a field that the applier owns, and changes each time.
*/
export const decodeApplied = (resource: Resource, body: Fields, options: WriteOptions): KubeObject => {
	const apiVersion = apiVersionOf(resource);
	refuseAnotherKind(resource, body);
	const {apiVersion: _, kind: __, metadata, ...rest} = body;
	const object = {
		apiVersion, kind: resource.kind, metadata: (metadata ?? {}) as ObjectMeta, ...rest,
	};
	const {value, unknown} = prune(resource.openApi(), object);
	report(resource, value as KubeObject, unknown.toSorted(), options);
	return value as KubeObject;
};

const refuseAnotherKind = (resource: Resource, body: Fields): void => {
	const expected = apiVersionOf(resource);
	const {apiVersion = expected, kind = resource.kind} = body as {readonly apiVersion?: string; readonly kind?: string};
	if (apiVersion === expected && kind === resource.kind) {
		return;
	}

	if (!resource.isCustom) {
		const isKnown = builtinResources.some(row => row.kind === kind && apiVersionOf(row) === apiVersion);
		const version = apiVersion.replace(/^.*\//v, '');
		throw badRequest(`${kind} in version "${version}" cannot be handled as a ${resource.kind}: ${isKnown
			? `converting (${version}.${kind}) to (${/^[^.]+/v.exec(resource.group)?.[0] ?? 'core'}.${resource.kind}): unknown conversion`
			: `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`}`);
	}

	if (apiVersion !== expected) {
		throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${expected})`);
	}

	throw invalid({group: resource.group, kind}, toFields(body['metadata'])['name'] as string, [{field: 'kind', message: `Invalid value: ${JSON.stringify(kind)}: must be ${resource.kind}`}]);
};

const undecodable = ({kind, version}: Resource, object: KubeObject, why: string, {isPatch}: WriteOptions): ApiError => isPatch
	? invalid({group: '', kind: ''}, '', [{field: 'patch', message: `Invalid value: ${JSON.stringify(JSON.stringify(object))}: ${why}`}])
	: badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);

// As Go leaves them off.
const withoutEmptyMetadata = (object: KubeObject): KubeObject => {
	const metadata = Object.entries(object.metadata).filter(([name, value]) => value !== null && (name === 'managedFields' || typeof value !== 'object' || Object.keys(value).length > 0));
	return {...object, metadata: Object.fromEntries(metadata) as ObjectMeta};
};

const report = (resource: Resource, object: KubeObject, unknown: readonly string[], options: WriteOptions): void => {
	const {fieldValidation, warn} = options;
	const messages = unknown.map(field => `unknown field ${JSON.stringify(field)}`);
	if (fieldValidation === 'Strict' && messages.length > 0) {
		throw undecodable(resource, object, `strict decoding error: ${messages.join(', ')}`, options);
	}

	if (fieldValidation === 'Warn') {
		for (const message of messages) {
			warn(message);
		}
	}
};

/**
The decoded object with the defaults of its schema and kind.
*/
export const withDefaults = (api: Api, resource: Resource, object: KubeObject): KubeObject => {
	const completed = resource.schema().applyDefaults(object) as KubeObject;
	return resource.isCustom ? completed : applyBuiltinDefaults(completed, api.now());
};

/**
Throws 422 with every reason why the object may not be stored as it is.
*/
export const validate = (resource: Resource, object: KubeObject, previous?: KubeObject): void => {
	const causes = [
		...metadataCauses(resource, object),
		...schemaCauses(resource, object, previous),
		...(resource.isCustom ? [] : builtinCauses(object, previous)),
	];
	if (causes.length > 0) {
		throw invalid(resource, object.metadata.name, causes);
	}
};

// Builtin kinds have no rules that could have been left unchecked.
const schemaCauses = (resource: Resource, object: KubeObject, previous?: KubeObject): readonly Cause[] =>
	resource.schema().validate(object, previous).filter(({field}) => resource.isCustom || field !== '<nil>');

/**
The object as it would be stored but for its status, which the main endpoint of a kind with that subresource cannot write.
*/
export const withStatusOf = (resource: Resource, object: KubeObject, source: KubeObject | undefined): KubeObject => {
	if (!resource.subresources.includes('status')) {
		return object;
	}

	const {status: _, ...rest} = object;
	const status = source?.['status'];
	return {
		...rest, metadata: rest.metadata, apiVersion: rest.apiVersion, kind: rest.kind, ...(status !== undefined && {status}),
	};
};

/**
The object with ownership recorded as the write's options say.
*/
export const withOwners = (object: KubeObject, previous: KubeObject | undefined, {own}: WriteOptions): KubeObject =>
	withMetadata(object, {managedFields: own(object, previous)});
