import {
	type Api, type NamedTarget, read, type Target,
} from '../api.ts';
import {notAllowed, notFound} from '../api-error.ts';
import {bind} from '../write/bind.ts';
import {create} from '../write/create.ts';
import {deleteOptions, remove} from '../write/delete.ts';
import {list, type List} from '../read/list.ts';
import {serveLog} from '../logs.ts';
import {type KubeObject} from '../object.ts';
import {watch} from '../read/watch.ts';
import {servePatch, servePut, updateOptions} from './serve-write.ts';
import {serveScale} from './scale.ts';
import {bodyOf, type Call} from './call.ts';
import {type Answer} from './answer.ts';

/**
Answers a request for a resource: the verb follows from the method and from what the path names.
*/
export const serve = async (api: Api, target: Target, call: Call): Promise<Answer> => isNamed(target) ? serveObject(api, target, call) : serveCollection(api, target, call);

const isNamed = (target: Target): target is NamedTarget => target.name !== undefined;

const serveCollection = (api: Api, target: Target, call: Call): Answer => {
	switch (call.method) {
		case 'GET': {
			return isWatch(call) ? {code: 200, watch: watch(api, target, call.query)} : {code: 200, body: list(api, target, call.query)};
		}

		case 'POST': {
			return {code: 201, body: create(api, target, bodyOf(call), updateOptions(api, target, call))};
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

const removeAll = (api: Api, target: Target, call: Call): List => {
	const body = bodyOf(call);
	const doomed = list(api, target, call.query);
	for (const {metadata: {name, namespace}} of doomed.items) {
		remove(api, {...target, namespace, name}, deleteOptions(body, call.query), updateOptions(api, target, call, body));
	}

	return doomed;
};

const serveObject = async (api: Api, target: NamedTarget, call: Call): Promise<Answer> => {
	if (target.subresource === 'scale') {
		return serveScale(api, target, call);
	}

	if (target.subresource === 'binding') {
		return serveBinding(api, target, call);
	}

	switch (call.method) {
		case 'GET': {
			return target.subresource === 'log' ? serveLog(api, target, call) : {code: 200, body: found(api, target)};
		}

		case 'PUT': {
			return servePut(api, target, call);
		}

		case 'PATCH': {
			return servePatch(api, target, call);
		}

		case 'DELETE': {
			const body = bodyOf(call);
			return {code: 200, body: remove(api, target, deleteOptions(body, call.query), updateOptions(api, target, call, body))};
		}

		default: {
			throw notAllowed();
		}
	}
};

const serveBinding = (api: Api, target: NamedTarget, call: Call): Answer => {
	if (call.method !== 'POST') {
		throw notAllowed();
	}

	return {code: 201, body: bind(api, target, bodyOf(call), updateOptions(api, target, call))};
};

const found = (api: Api, target: NamedTarget): KubeObject => {
	const object = read(api, target);
	if (!object) {
		throw notFound(target.resource, target.name);
	}

	return object;
};
