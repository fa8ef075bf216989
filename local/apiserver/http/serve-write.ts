import {
	type Api, type NamedTarget, read, type WriteOptions,
} from '../api.ts';
import {badRequest, invalid} from '../api-error.ts';
import {create} from '../write/create.ts';
import {
	type Fields, isFields, type KubeObject, type ManagedFields, toTimestamp, withMetadata,
} from '../object.ts';
import {applied} from '../ownership/apply.ts';
import {
	entryOf, type Manager, ownable, ownedAfterUpdate,
} from '../ownership/managed-fields.ts';
import {applyType, patched} from '../patch/patched.ts';
import {decodeApplied, withStatusOf} from '../write/prepare.ts';
import {update} from '../write/update.ts';
import {
	bodyOf, type Call, contentType, managerOf, parsed, textOf, writeOptions,
} from './call.ts';
import {type Answer} from './answer.ts';

/**
Answers a PATCH of an object or its status. Server-side apply creates the object when it is missing.
*/
export const servePatch = (api: Api, target: NamedTarget, call: Call): Answer => contentType(call) === applyType
	? serveApply(api, target, call)
	: {code: 200, body: update(api, target, patched(target.resource, call), updateOptions(api, target, call))};

/**
The options of a write whose caller comes to own what it changes. A client may also set the ownership itself: an empty list forgets it.
*/
export const updateOptions = (api: Api, {resource, subresource}: Pick<NamedTarget, 'resource' | 'subresource'>, call: Call, body: Fields = {}): WriteOptions => ({
	...writeOptions(call, body),
	isPatch: call.method === 'PATCH',
	own(after, before) {
		const writer: Manager = {
			manager: managerOf(call), operation: 'Update', subresource, time: toTimestamp(api.now()),
		};
		const entries = (after.metadata.managedFields ?? before?.metadata.managedFields ?? []).filter(entry => entry.manager !== undefined);
		// Where the status has an endpoint of its own, this one does not write it.
		const relevant = (object: KubeObject): KubeObject => subresource === 'status' ? object : withStatusOf(resource, object, undefined);
		return ownedAfterUpdate(resource.openApi(), writer, relevant(withMetadata(after, {managedFields: entries})), before && relevant(before));
	},
});

const serveApply = (api: Api, target: NamedTarget, call: Call): Answer => {
	const {resource, name, namespace, subresource} = target;
	const manager: Manager = {
		manager: managerOf(call), operation: 'Apply', subresource, time: toTimestamp(api.now()),
	};
	const options: WriteOptions = {...writeOptions(call), own: after => after.metadata.managedFields};
	const intent = intentOf(target, decodeApplied(resource, applyBody(call), options));
	if (!read(api, target) && subresource === undefined) {
		const named = withMetadata(intent, {name, namespace});
		const own = (after: KubeObject): readonly ManagedFields[] =>
			[entryOf(manager, after.apiVersion, ownable(resource.openApi(), named).keys())];
		return {code: 201, body: create(api, target, named, {...options, own})};
	}

	const force = call.query.get('force') === 'true';
	return {code: 200, body: update(api, target, current => applied(resource.openApi(), manager, {current, intent, force}), options)};
};

const applyBody = (call: Call): Fields => {
	if (!call.query.has('fieldManager')) {
		throw invalid({group: 'meta.k8s.io', kind: 'PatchOptions'}, '', [{field: 'fieldManager', message: 'Required value: is required for apply patch'}]);
	}

	const body = parsed(textOf(call), true);
	if (!isFields(body) || typeof body['apiVersion'] !== 'string' || typeof body['kind'] !== 'string') {
		throw badRequest('the applied configuration needs apiVersion and kind');
	}

	return body;
};

// What the endpoint does not write, its caller does not come to own.
const intentOf = ({resource, subresource}: NamedTarget, intent: KubeObject): KubeObject => {
	if (intent.metadata.managedFields?.length) {
		throw badRequest('metadata.managedFields must be nil');
	}

	const {status, ...rest} = intent;
	if (subresource === 'status') {
		const {name, namespace, resourceVersion, uid} = intent.metadata;
		return withMetadata({
			apiVersion: intent.apiVersion, kind: intent.kind, metadata: {name}, status,
		}, {namespace, resourceVersion, uid});
	}

	return resource.subresources.includes('status')
		? {
			...rest, apiVersion: intent.apiVersion, kind: intent.kind, metadata: intent.metadata,
		}
		: intent;
};

/**
Answers a PUT of an object or its status.
*/
export const servePut = (api: Api, target: NamedTarget, call: Call): Answer => {
	const body = bodyOf(call);
	const needsVersion = target.resource.isCustom || target.resource.kind === 'CustomResourceDefinition';
	const {metadata} = body;
	if (needsVersion && !(isFields(metadata) && metadata['resourceVersion'])) {
		throw invalid({...target.resource, kind: target.resource.plural}, target.name, [{field: 'metadata.resourceVersion', message: 'Invalid value: 0: must be specified for an update'}]);
	}

	return {code: 200, body: update(api, target, () => body, updateOptions(api, target, call))};
};
