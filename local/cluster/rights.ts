import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Rule} from '#local/kube/rights.ts';

/**
One thing that somebody may do, in all namespaces.
*/
export type Right = {
	readonly verb: string;
	readonly group: string;
	readonly resource: string;
	readonly subresource?: string;
	readonly name?: string;
};

/**
Every single right that rules give, once.
*/
export const rightsOf = (rules: readonly Rule[]): readonly Right[] => {
	const rights: Right[] = [];
	for (const {apiGroups, resources, verbs, resourceNames = [undefined]} of rules) {
		const targets = apiGroups.flatMap(group => resources.flatMap(path => resourceNames.map(name => ({group, path, name}))));
		rights.push(...targets.flatMap(target => verbs.map(verb => rightOf(verb, target))));
	}

	return [...new Map(rights.map(right => [describeRight(right), right])).values()];
};

const rightOf = (verb: string, {group, path, name}: {readonly group: string; readonly path: string; readonly name: string | undefined}): Right => {
	const [resource, subresource] = path.split('/') as [string, string?];
	return {
		verb, group, resource, ...(subresource !== undefined && {subresource}), ...(name !== undefined && {name}),
	};
};

/**
A right as `kubectl auth can-i` is asked for it: `get secrets`, `update neo4jbackups.neo4j.neo4j.com --subresource=status`.
*/
export const describeRight = ({
	verb, group, resource, subresource, name,
}: Right): string => `${verb} ${resource}${group && `.${group}`}${name === undefined ? '' : `/${name}`}${subresource === undefined ? '' : ` --subresource=${subresource}`}`;

type Review = KubeObject & {readonly status: {readonly allowed: boolean}};

const reviewVersion = 'authorization.k8s.io/v1';

/**
Those of the rights that the client's user lacks. A server that knows no users does not review what they may do: there nothing is missing.
*/
export const missingRights = async (kube: KubeClient, rights: readonly Right[]): Promise<readonly Right[]> => {
	if (!await kube.served(reviewVersion, 'SelfSubjectAccessReview')) {
		return [];
	}

	const reviews = await Promise.all(rights.map(async right => kube.create(reviewOf(right)) as Promise<Review>));
	return rights.filter((_, index) => !reviews[index]!.status.allowed);
};

/** A review must have no name. */
const reviewOf = (right: Right): KubeObject => ({
	apiVersion: reviewVersion, kind: 'SelfSubjectAccessReview', metadata: {}, spec: {resourceAttributes: right},
} as unknown as KubeObject);
