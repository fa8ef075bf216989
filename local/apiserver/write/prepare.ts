import {type Api, type WriteOptions} from '../api.ts';
import {badRequest, type Cause, invalid} from '../api-error.ts';
import {builtinCauses} from '../builtin/causes.ts';
import {applyBuiltinDefaults} from '../builtin/defaults.ts';
import {
	type Fields, isFields, type KubeObject, type ObjectMeta, withMetadata,
} from '../object.ts';
import {apiVersionOf, type Resource} from '../resources.ts';
import {prune} from '../schema/prune.ts';
import {metadataCauses} from './metadata.ts';

/**
What a request's body is, as an object of the resource: of the right kind and version, without fields that the schema does not know. With `Strict` an unknown field is refused with 400, with `Warn` reported, with `Ignore` dropped.
*/
export const decode = (resource: Resource, body: Fields, options: WriteOptions): KubeObject => withoutEmptyMetadata(decodeApplied(resource, body, options));

/**
The object as its applier means it: an empty map of its metadata is not stored, but it is a field that the applier owns, and changes each time.
*/
export const decodeApplied = (resource: Resource, body: Fields, options: WriteOptions): KubeObject => {
	const apiVersion = apiVersionOf(resource);
	if ((body['apiVersion'] ?? apiVersion) !== apiVersion) {
		throw badRequest(`the API version in the data (${String(body['apiVersion'])}) does not match the expected API version (${apiVersion})`);
	}

	if ((body['kind'] ?? resource.kind) !== resource.kind) {
		throw badRequest(`${String(body['kind'])} in version "${resource.version}" cannot be handled as a ${resource.kind}`);
	}

	const {apiVersion: _, kind: __, metadata, ...rest} = body;
	const object = {
		apiVersion, kind: resource.kind, metadata: isFields(metadata) ? metadata : {}, ...rest,
	};
	const {value, unknown} = prune(resource.openApi(), object);
	report(resource, unknown.toSorted(), options);
	return value as KubeObject;
};

// As Go leaves them off.
const withoutEmptyMetadata = (object: KubeObject): KubeObject => {
	const metadata = Object.entries(object.metadata).filter(([name, value]) => value !== null && (name === 'managedFields' || typeof value !== 'object' || Object.keys(value).length > 0));
	return {...object, metadata: Object.fromEntries(metadata) as ObjectMeta};
};

const report = ({kind, version}: Resource, unknown: readonly string[], {fieldValidation, warn}: WriteOptions): void => {
	const messages = unknown.map(field => `unknown field ${JSON.stringify(field)}`);
	if (fieldValidation === 'Strict' && messages.length > 0) {
		throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: strict decoding error: ${messages.join(', ')}`);
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
