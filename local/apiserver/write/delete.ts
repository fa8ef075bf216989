import {
	type Api, type NamedTarget, read, store, type WriteOptions,
} from '../api.ts';
import {
	type ApiError, conflict, notFound, type Status,
} from '../api-error.ts';
import {
	type Fields, type KubeObject, toFields, toTimestamp, withMetadata,
} from '../object.ts';
import {collectionOf, type Resource} from '../resources.ts';
import {keyOf} from '../storage/storage.ts';

export type DeleteOptions = {
	readonly propagation?: string | undefined;
	readonly graceSeconds?: number | undefined;
	readonly uid?: string | undefined;
	readonly resourceVersion?: string | undefined;
};

/**
What a DELETE asks for, in its body (`DeleteOptions`) or its query.
*/
export const deleteOptions = (body: Fields, query: URLSearchParams): DeleteOptions => {
	const preconditions = toFields(body['preconditions']);
	const text = (value: unknown): string | undefined => typeof value === 'string' ? value : undefined;
	const grace = body['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
	const orphans = body['orphanDependents'] ?? query.get('orphanDependents');
	return {
		propagation: text(body['propagationPolicy']) ?? query.get('propagationPolicy') ?? (orphans === true || orphans === 'true' ? 'Orphan' : undefined),
		graceSeconds: grace === undefined ? undefined : Number(grace),
		uid: text(preconditions['uid']),
		resourceVersion: text(preconditions['resourceVersion']),
	};
};

/**
Deletes an object, or marks it as in deletion while finalizers, its contents or a running Pod hold it. Returns the object while it stays, otherwise a Status.
*/
export const remove = (api: Api, target: NamedTarget, asked: DeleteOptions, options: Pick<WriteOptions, 'dryRun'>): KubeObject | Status => {
	const {resource, name} = target;
	const object = read(api, target);
	if (!object) {
		throw notFound(resource, name);
	}

	refusePreconditions(target, object, asked);
	const marked = inDeletion(resource, object, asked, api.now());
	if (!marked) {
		if (!options.dryRun) {
			api.storage.remove(collectionOf(resource), keyOf(object));
		}

		return returnsObject(resource) ? object : success(resource, object);
	}

	return options.dryRun || marked === object ? marked : store(api, resource, marked);
};

const refusePreconditions = ({resource, name}: NamedTarget, {metadata}: KubeObject, {uid, resourceVersion}: DeleteOptions): void => {
	if (uid !== undefined && uid !== metadata.uid) {
		throw unlike(resource, name, `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). The object might have been deleted and then recreated`);
	}

	if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
		throw unlike(resource, name, `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''}). The object might have been modified`);
	}
};

// The real server names the kind here, where it names the resource elsewhere.
const unlike = ({group, kind}: Resource, name: string, why: string): ApiError => conflict({group, kind, plural: kind}, name, why);

/**
The object as it stays for now, or undefined when it can go at once.
*/
const inDeletion = (resource: Resource, object: KubeObject, asked: DeleteOptions, now: Date): KubeObject | undefined => {
	const finalizers = finalizersFor(object, asked.propagation ?? resource.propagation);
	const grace = graceSeconds(object, asked);
	const isHeld = finalizers.length > 0 || grace > 0 || isContainer(object);
	if (!isHeld) {
		return undefined;
	}

	if (object.metadata.deletionTimestamp && grace >= (object.metadata.deletionGracePeriodSeconds ?? 0) && finalizers.length === (object.metadata.finalizers ?? []).length) {
		return object;
	}

	const marked = withMetadata(object, {
		deletionTimestamp: object.metadata.deletionTimestamp ?? toTimestamp(new Date(now.getTime() + (grace * 1000))),
		deletionGracePeriodSeconds: grace,
		generation: object.metadata.generation === undefined ? undefined : object.metadata.generation + 1,
		finalizers: finalizers.length > 0 ? finalizers : undefined,
	});
	return object.kind === 'Namespace' ? {...marked, status: {...toFields(object['status']), phase: 'Terminating'}} : marked;
};

const finalizersFor = ({metadata: {finalizers = []}}: KubeObject, propagation: string): readonly string[] => {
	const others = finalizers.filter(finalizer => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion');
	const own = {Orphan: ['orphan'], Foreground: ['foregroundDeletion']}[propagation] ?? [];
	return [...others, ...own];
};

/** Namespaces and definitions outlive the request for as long as they contain something. */
const isContainer = ({kind}: KubeObject): boolean => kind === 'Namespace' || kind === 'CustomResourceDefinition';

// Only a Pod that a node has taken and that still runs is given time; its node deletes it again with a grace period of 0.
const graceSeconds = (object: KubeObject, {graceSeconds: asked}: DeleteOptions): number => {
	const spec = toFields(object['spec']);
	const {phase} = toFields(object['status']);
	if (object.kind !== 'Pod' || !spec['nodeName'] || phase === 'Succeeded' || phase === 'Failed') {
		return 0;
	}

	return asked ?? Number(spec['terminationGracePeriodSeconds'] ?? 30);
};

const returnsObject = ({group, kind}: Resource): boolean => group === '' && ['Pod', 'Service', 'ServiceAccount', 'PersistentVolumeClaim'].includes(kind);

const success = ({group, plural}: Resource, {metadata: {name, uid}}: KubeObject): Status => ({
	kind: 'Status',
	apiVersion: 'v1',
	metadata: {},
	status: 'Success',
	details: {
		name, ...(group !== '' && {group}), kind: plural, ...(uid !== undefined && {uid}),
	},
});
