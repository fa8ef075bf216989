import {type LogSource} from './logs.ts';
import {type KubeObject, type ManagedFields} from './object.ts';
import {
	apiVersionOf, collectionOf, type Resource, type Subresource,
} from './resources.ts';
import {type Registry} from './registry.ts';
import {type Storage} from './storage/storage.ts';

/**
What every request works on.
*/
export type Api = {
	readonly storage: Storage;
	readonly registry: Registry;
	readonly now: () => Date;
	readonly logSource: () => LogSource | undefined;
};

/**
What a request's path names: a collection, an object of it, or a subresource of that object.
*/
export type Target = {
	readonly resource: Resource;
	readonly namespace?: string | undefined;
	readonly name?: string | undefined;
	readonly subresource?: Subresource | undefined;
};

export type NamedTarget = Target & {readonly name: string};

export type WriteOptions = {
	readonly dryRun: boolean;
	readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
	readonly warn: (text: string) => void;
	/** Whether the body is what a patch made of the object, rather than what the client sent. */
	readonly isPatch?: boolean;
	/** Who owns which fields after the write; `before` is absent on creation. */
	readonly own: (after: KubeObject, before: KubeObject | undefined) => readonly ManagedFields[] | undefined;
};

/**
The object that a target names, in the target's version.
*/
export const read = (api: Api, {resource, namespace, name}: Target): KubeObject | undefined => {
	const object = api.storage.get(collectionOf(resource), `${namespace ?? ''}/${name ?? ''}`);
	return object && inVersion(object, resource);
};

/**
The object in a served version. As with `conversion: None`, nothing but `apiVersion` differs between versions.
*/
export const inVersion = (object: KubeObject, resource: Pick<Resource, 'group' | 'version'>): KubeObject => {
	const apiVersion = apiVersionOf(resource);
	return object.apiVersion === apiVersion ? object : {...object, apiVersion};
};

/**
Stores an object, whatever version it is in, in its storage version.
*/
export const store = (api: Api, resource: Resource, object: KubeObject): KubeObject =>
	inVersion(api.storage.put(collectionOf(resource), inVersion(object, {...resource, version: resource.storageVersion})), resource);
