import {isDeepStrictEqual} from 'node:util';
import {
	type Api, type NamedTarget, read, store, type WriteOptions,
} from '../api.ts';
import {
	badRequest, conflict, invalid, notFound,
} from '../api-error.ts';
import {
	type Fields, type KubeObject, withMetadata, without,
} from '../object.ts';
import {collectionOf, type Resource} from '../resources.ts';
import {keyOf} from '../storage/storage.ts';
import {
	decode, validate, withDefaults, withOwners, withStatusOf,
} from './prepare.ts';
import {keptMetadata} from './metadata.ts';

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/**
Changes an object to what `propose` makes of it, and returns it as stored. On the `status` subresource everything but the status is left as it is; elsewhere the status is. A proposal with another resourceVersion than the current one is a conflict; one that changes nothing stores nothing; one that takes the last finalizer from an object in deletion removes it.
*/
export const update = (api: Api, target: NamedTarget, propose: (current: KubeObject) => Fields, options: WriteOptions): KubeObject => {
	const {resource, name} = target;
	const current = read(api, target);
	if (!current) {
		throw notFound(resource, name);
	}

	const decoded = decode(resource, propose(current), options);
	refuseMismatch(target, decoded, current);
	const proposed = target.subresource === 'status'
		? {...withMetadata(current, {managedFields: decoded.metadata.managedFields}), status: decoded['status']}
		: withStatusOf(resource, keptMetadata(decoded, current), current);
	const object = withGeneration(resource, withDefaults(api, resource, proposed), current);
	refuseNewFinalizers(resource, object, current);
	validate(resource, object, current);
	return settle(api, target, {object, current}, options);
};

const settle = (api: Api, {resource}: NamedTarget, {object, current}: {readonly object: KubeObject; readonly current: KubeObject}, options: WriteOptions): KubeObject => {
	const owned = withOwners(object, current, options);
	if (isDeepStrictEqual(comparable(owned), comparable(current))) {
		return current;
	}

	if (options.dryRun) {
		return owned;
	}

	if (owned.metadata.deletionTimestamp && !owned.metadata.finalizers?.length && isGoing(resource, owned)) {
		api.storage.remove(collectionOf(resource), keyOf(owned));
		return owned;
	}

	return store(api, resource, owned);
};

// A Pod in its grace period is removed by its node, a namespace and a definition when they are empty; anything else once nothing holds it.
const isGoing = ({kind}: Resource, object: KubeObject): boolean =>
	kind === 'Pod' ? object.metadata.deletionGracePeriodSeconds === 0 : kind !== 'Namespace' && kind !== 'CustomResourceDefinition';

const comparable = (object: KubeObject): unknown => ({
	...object,
	metadata: {...object.metadata, managedFields: object.metadata.managedFields?.map(entry => without(entry, 'time'))},
});

const refuseMismatch = ({resource, name, namespace}: NamedTarget, {metadata}: KubeObject, current: KubeObject): void => {
	if (metadata.name && metadata.name !== name) {
		throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
	}

	if (resource.namespaced && (metadata.namespace ?? namespace) !== namespace) {
		throw badRequest(`the namespace of the object (${String(metadata.namespace)}) does not match the namespace on the URL (${String(namespace)})`);
	}

	if (metadata.uid && metadata.uid !== current.metadata.uid) {
		throw conflict(resource, name, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${current.metadata.uid ?? ''}`);
	}

	if (metadata.deletionTimestamp && metadata.deletionTimestamp !== current.metadata.deletionTimestamp) {
		throw invalid(resource, name, [{field: 'metadata.deletionTimestamp', message: `Invalid value: ${JSON.stringify(metadata.deletionTimestamp)}: field is immutable`}]);
	}

	if (metadata.resourceVersion && metadata.resourceVersion !== current.metadata.resourceVersion) {
		throw conflict(resource, name, modified);
	}
};

const refuseNewFinalizers = (resource: Resource, object: KubeObject, current: KubeObject): void => {
	const before = current.metadata.finalizers ?? [];
	const added = (object.metadata.finalizers ?? []).filter(finalizer => !before.includes(finalizer));
	if (current.metadata.deletionTimestamp && added.length > 0) {
		throw invalid(resource, object.metadata.name, [{
			field: 'metadata.finalizers',
			message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(finalizer => JSON.stringify(finalizer)).join(', ')}}`,
		}]);
	}
};

/**
The generation counts changes of everything but metadata and, where it is a subresource, status.
*/
const withGeneration = (resource: Resource, object: KubeObject, current: KubeObject): KubeObject => {
	const ignored = ['apiVersion', 'metadata', ...(resource.subresources.includes('status') ? ['status'] : [])];
	return !resource.hasGeneration || isDeepStrictEqual(without<Fields>(object, ...ignored), without<Fields>(current, ...ignored))
		? object
		: withMetadata(object, {generation: (current.metadata.generation ?? 0) + 1});
};
