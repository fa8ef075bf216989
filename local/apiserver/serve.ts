import {
	type Api, type NamedTarget, read, type Target, type WriteOptions,
} from './api.ts';
import {invalid, notAllowed, notFound} from './api-error.ts';
import {type Answer} from './answer.ts';
import {bodyOf, type Call, writeOptions} from './call.ts';
import {create} from './create.ts';
import {deleteOptions, remove} from './delete.ts';
import {list} from './list.ts';
import {type Fields} from './object.ts';
import {update} from './update.ts';
import {watch} from './watch.ts';

/**
Answers a request for a resource: the verb follows from the method and from what the path names.
*/
export const serve = (api: Api, target: Target, call: Call): Answer => isNamed(target) ? serveObject(api, target, call) : serveCollection(api, target, call);

const isNamed = (target: Target): target is NamedTarget => target.name !== undefined;

const serveCollection = (api: Api, target: Target, call: Call): Answer => {
	switch (call.method) {
		case 'GET': {
			return isWatch(call) ? {code: 200, watch: watch(api, target, call.query)} : {code: 200, body: list(api, target, call.query)};
		}

		case 'POST': {
			return {code: 201, body: create(api, target, bodyOf(call), options(call))};
		}

		case 'DELETE': {
			return {code: 200, body: removeAll(api, target, call)};
		}

		default: {
			throw notAllowed();
		}
	}
};

const isWatch = ({query}: Call): boolean => ['true', '1'].includes(query.get('watch') ?? '');

const options = (call: Call, body: Fields = {}): WriteOptions => ({...writeOptions(call, body), own: after => after.metadata.managedFields});

const removeAll = (api: Api, target: Target, call: Call): unknown => {
	const body = bodyOf(call);
	const doomed = list(api, target, call.query);
	for (const {metadata: {name, namespace}} of doomed.items) {
		remove(api, {...target, namespace, name}, deleteOptions(body, call.query), options(call, body));
	}

	return doomed;
};

const serveObject = (api: Api, target: NamedTarget, call: Call): Answer => {
	switch (call.method) {
		case 'GET': {
			return {code: 200, body: found(api, target)};
		}

		case 'PUT': {
			return {code: 200, body: replace(api, target, bodyOf(call), options(call))};
		}

		case 'DELETE': {
			const body = bodyOf(call);
			return {code: 200, body: remove(api, target, deleteOptions(body, call.query), options(call, body))};
		}

		default: {
			throw notAllowed();
		}
	}
};

const found = (api: Api, target: NamedTarget): unknown => {
	const object = read(api, target);
	if (!object) {
		throw notFound(target.resource, target.name);
	}

	return object;
};

const replace = (api: Api, target: NamedTarget, body: Fields, writeOptions: WriteOptions): unknown => update(api, target, current => {
	const needsVersion = target.resource.custom !== undefined || target.resource.kind === 'CustomResourceDefinition';
	const {metadata} = body;
	if (needsVersion && !(typeof metadata === 'object' && metadata !== null && 'resourceVersion' in metadata && metadata.resourceVersion)) {
		throw invalid(target.resource, current.metadata.name, [{field: 'metadata.resourceVersion', message: 'Invalid value: 0: must be specified for an update'}]);
	}

	return body;
}, writeOptions);
