import {type Api, type NamedTarget, read} from '../api.ts';
import {notAllowed, notFound} from '../api-error.ts';
import {
	type Fields, type KubeObject, toFields, withMetadata,
} from '../object.ts';
import {patched} from '../patch/patched.ts';
import {update} from '../write/update.ts';
import {updateOptions} from './serve-write.ts';
import {bodyOf, type Call} from './call.ts';
import {type Answer} from './answer.ts';

/**
Answers requests for the `scale` subresource: the replicas of a workload, wherever it keeps them.
*/
export const serveScale = (api: Api, target: NamedTarget, call: Call): Answer => {
	const current = read(api, target);
	if (!current) {
		throw notFound(target.resource, target.name);
	}

	switch (call.method) {
		case 'GET': {
			return {code: 200, body: toScale(current)};
		}

		case 'PUT': {
			return {code: 200, body: rescaled(api, target, call, bodyOf(call))};
		}

		case 'PATCH': {
			return {code: 200, body: rescaled(api, target, call, patched(target.resource, call)(toScale(current)))};
		}

		default: {
			throw notAllowed();
		}
	}
};

const rescaled = (api: Api, target: NamedTarget, call: Call, scale: Fields): KubeObject => {
	const {replicas = 0} = toFields(scale['spec']);
	const {resourceVersion} = toFields(scale['metadata']);
	const workload = {...target, subresource: undefined};
	return toScale(update(api, workload, current => ({
		...withMetadata(current, typeof resourceVersion === 'string' ? {resourceVersion} : {}),
		spec: {...toFields(current['spec']), replicas},
	}), updateOptions(api, target, call)));
};

const toScale = (object: KubeObject): KubeObject => {
	const {name, namespace, uid, resourceVersion, creationTimestamp} = object.metadata;
	const {replicas, selector} = toFields(object['spec']);
	const labels = Object.entries(toFields(toFields(selector)['matchLabels'])).map(([key, value]) => `${key}=${String(value)}`);
	return withMetadata({
		kind: 'Scale',
		apiVersion: 'autoscaling/v1',
		metadata: {name},
		spec: replicas ? {replicas} : {},
		status: {replicas: toFields(object['status'])['replicas'] ?? 0, selector: labels.join(',')},
	}, {
		namespace, uid, resourceVersion, creationTimestamp,
	});
};
