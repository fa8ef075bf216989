import {type KubeClient} from '#shared/kube/client.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {type Kind, type KubeObject} from '#shared/kube/object.ts';
import {pluralOf} from '#shared/kube/resource-path.ts';

/**
One rule of a Role or ClusterRole.
*/
export type Rule = {
	readonly apiGroups: readonly string[];
	readonly resources: readonly string[];
	readonly verbs: readonly string[];
	readonly resourceNames?: readonly string[];
};

type Target = Kind & {readonly name?: string};

/**
A client that may do no more than the rules allow: the embedded API server knows no users, so that a right which a function lacks would only be missed on a real one. What is not allowed is refused with 403, in the words of a real API server.
*/
export const withRights = (kube: KubeClient, rules: readonly Rule[], account: string): KubeClient => {
	const demand = (verb: string, target: Target, subresource?: string): void => {
		const [group, resource] = [groupOf(target), `${pluralOf(target.kind)}${subresource ? `/${subresource}` : ''}`];
		if (!rules.some(rule => permits(rule, {
			verb, group, resource, ...(target.name !== undefined && {name: target.name}),
		}))) {
			throw new KubeError(`${resource}${group && `.${group}`} is forbidden: ${account} cannot ${verb} resource "${resource}" in API group "${group}"`, 403, 'Forbidden');
		}
	};

	return {
		...kube,
		async get(reference) {
			demand('get', reference);
			return kube.get(reference);
		},
		list(kind, options) {
			demand('list', {apiVersion: kind.apiVersion, kind: kind.kind});
			return kube.list(kind, options);
		},
		async create(object) {
			demand('create', {apiVersion: object.apiVersion, kind: object.kind});
			demandOwners(object);
			return kube.create(object);
		},
		async replaceStatus(object) {
			demand('update', {apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name}, 'status');
			return kube.replaceStatus(object);
		},
		async patch(reference, patch, options) {
			demand('patch', reference, options?.subresource);
			if (options?.type === 'apply') {
				// An apply makes what is not there, and then it needs that right too.
				demand('create', {apiVersion: reference.apiVersion, kind: reference.kind});
			}

			return kube.patch(reference, patch, options);
		},
		async delete(reference, options) {
			demand('delete', reference);
			return kube.delete(reference, options);
		},
	};

	/** What the admission plugin OwnerReferencesPermissionEnforcement asks for, where a cluster has it. */
	function demandOwners({metadata: {ownerReferences = []}}: KubeObject): void {
		for (const {apiVersion, kind, name} of ownerReferences.filter(owner => owner.blockOwnerDeletion)) {
			demand('update', {apiVersion, kind, name}, 'finalizers');
		}
	}
};

type Request = {readonly verb: string; readonly group: string; readonly resource: string; readonly name?: string};

const permits = ({apiGroups, resources, verbs, resourceNames}: Rule, {verb, group, resource, name}: Request): boolean =>
	apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb)
	&& (resourceNames === undefined || (name !== undefined && resourceNames.includes(name)));

const groupOf = ({apiVersion}: Kind): string => apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
