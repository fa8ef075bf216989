import {type Api, type NamedTarget, read} from '../api.ts';
import {create} from '../write/create.ts';
import {definitionOf} from '../custom-resources.ts';
import {remove} from '../write/delete.ts';
import {type KubeObject} from '../object.ts';
import {definitions} from '../registry.ts';
import {collectionOf, type Resource} from '../resources.ts';
import {type Change, keyOf} from '../storage/storage.ts';
import {asController, type Controller, type Task} from './controller.ts';

const namespaces = '/namespaces';

/**
Empties namespaces and definitions that are in deletion and then removes them, and gives every new namespace its `default` ServiceAccount.
*/
export const contentsController = (api: Api): Controller => {
	const emptied = (collection: string, name: string): Task => [`${collection} ${name}`, () => {
		empty(api, collection, name);
	}];
	return {
		initial: () => [namespaces, definitions].flatMap(collection => api.storage.list(collection).map(([, {metadata}]) => emptied(collection, metadata.name))),
		onChange: change => [
			...containersOf(change).map(([collection, name]) => emptied(collection, name)),
			...(change.collection === namespaces && change.type === 'ADDED' ? [accountTask(api, change.object.metadata.name)] : []),
		],
	};
};

const containersOf = ({collection, type, object}: Change): ReadonlyArray<readonly [string, string]> => {
	if (collection === namespaces || collection === definitions) {
		return object.metadata.deletionTimestamp && type !== 'DELETED' ? [[collection, object.metadata.name]] : [];
	}

	if (type !== 'DELETED') {
		return [];
	}

	const [group, plural] = collection.split('/');
	return [...(object.metadata.namespace === undefined ? [] : [[namespaces, object.metadata.namespace] as const]), [definitions, `${plural ?? ''}.${group ?? ''}`]];
};

const empty = (api: Api, collection: string, name: string): void => {
	const container = api.storage.get(collection, `/${name}`);
	if (!container?.metadata.deletionTimestamp) {
		return;
	}

	const contents = collection === namespaces ? contentsOfNamespace(api, name) : instancesOf(api, container);
	for (const target of contents.filter(target => !read(api, target)?.metadata.deletionTimestamp)) {
		remove(api, target, {propagation: 'Background'}, asController);
	}

	if (contents.every(target => !read(api, target)) && !container.metadata.finalizers?.length) {
		api.storage.remove(collection, keyOf(container));
	}
};

const contentsOfNamespace = (api: Api, namespace: string): readonly NamedTarget[] => storedResources(api)
	.filter(resource => resource.namespaced)
	.flatMap(resource => targetsOf(api, resource).filter(target => target.namespace === namespace));

const instancesOf = (api: Api, definition: KubeObject): readonly NamedTarget[] => {
	const {group, names} = definitionOf(definition);
	const resource = api.registry.byCollection(`${group}/${names.plural}`);
	return resource ? targetsOf(api, resource) : [];
};

// One version of each resource is enough: they are stored together.
const storedResources = (api: Api): readonly Resource[] => [...new Map(api.registry.all().map(resource => [collectionOf(resource), resource])).values()];

const targetsOf = (api: Api, resource: Resource): readonly NamedTarget[] =>
	api.storage.list(collectionOf(resource)).map(([, {metadata: {namespace, name}}]) => ({resource, namespace, name}));

const accountTask = (api: Api, namespace: string): Task => [`account ${namespace}`, () => {
	const resource = api.registry.byKind('v1', 'ServiceAccount');
	if (resource && !read(api, {resource, namespace, name: 'default'})) {
		create(api, {resource, namespace}, {metadata: {name: 'default'}}, asController);
	}
}];
