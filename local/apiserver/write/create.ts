import {
	type Api, read, store, type Target, type WriteOptions,
} from '../api.ts';
import {
	alreadyExists, ApiError, badRequest, notFound,
} from '../api-error.ts';
import {type Fields, type KubeObject, withMetadata} from '../object.ts';
import {collectionOf, type Resource} from '../resources.ts';
import {firstMetadata} from './metadata.ts';
import {
	decode, validate, withDefaults, withOwners, withStatusOf,
} from './prepare.ts';

/**
Creates an object and returns it as stored, or as it would be with `dryRun`.
*/
export const create = (api: Api, target: Target, body: Fields, options: WriteOptions): KubeObject => {
	const {resource} = target;
	const decoded = inNamespace(decode(resource, body, options), target);
	if (decoded.metadata.resourceVersion) {
		throw badRequest('resourceVersion should not be set on objects to be created');
	}

	const fresh = withStatusOf(resource, firstMetadata(resource, decoded, api.now()), undefined);
	const object = withDefaults(api, resource, fresh);
	validate(resource, object);
	if (read(api, {...target, name: object.metadata.name})) {
		throw alreadyExists(resource, object.metadata.name);
	}

	if (resource.namespaced) {
		refuseMissingNamespace(api, resource, object);
	}

	const owned = withOwners(object, undefined, options);
	return options.dryRun ? owned : store(api, resource, owned);
};

const inNamespace = (object: KubeObject, {resource, namespace}: Target): KubeObject => {
	if (!resource.namespaced) {
		return withMetadata(object, {namespace: undefined});
	}

	if ((object.metadata.namespace ?? namespace) !== namespace) {
		throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
	}

	return withMetadata(object, {namespace});
};

const namespaces = {group: '', plural: 'namespaces', kind: 'Namespace'};

const refuseMissingNamespace = (api: Api, {group, plural}: Resource, {metadata: {name, namespace = ''}}: KubeObject): void => {
	const found = api.storage.get(collectionOf(namespaces), `/${namespace}`);
	if (!found) {
		throw notFound(namespaces, namespace);
	}

	if (found.metadata.deletionTimestamp) {
		const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
		throw new ApiError(403, 'Forbidden', `${group === '' ? plural : `${plural}.${group}`} "${name}" is forbidden: ${message}`, {
			details: {
				name,
				...(group !== '' && {group}),
				kind: plural,
				causes: [{reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace'}],
			},
		});
	}
};
