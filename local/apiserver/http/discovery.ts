import {type Api} from '../api.ts';
import {apiVersionOf, type Resource} from '../resources.ts';
import {type Answer} from './answer.ts';
import {type Call} from './call.ts';

/**
The version that clients see. Its build marker says what this is.
*/
export const version = {
	major: '1',
	minor: '34',
	gitVersion: 'v1.34.0-embedded',
	gitCommit: 'embedded stand-in, not a Kubernetes build',
	gitTreeState: 'clean',
	buildDate: '1970-01-01T00:00:00Z',
	goVersion: 'none',
	compiler: 'node',
	platform: 'linux/amd64',
};

/**
Answers the paths by which clients learn what is served: groups, versions and resources, each on its own or all at once (aggregated). Undefined for any other path.
*/
export const discover = (api: Api, call: Call): Answer | undefined => {
	const parts = call.path.split('/').filter(part => part !== '');
	const resources = api.registry.all();
	const isAggregated = (call.headers.accept ?? '').includes('as=APIGroupDiscoveryList');
	switch (parts[0] ?? '') {
		case 'api': {
			return parts.length > 2 ? undefined : core(resources, parts[1], isAggregated);
		}

		case 'apis': {
			return parts.length > 3 ? undefined : groups(resources, parts.slice(1), isAggregated);
		}

		case 'version': {
			return {code: 200, body: version};
		}

		case 'healthz':
		case 'livez':
		case 'readyz': {
			return {code: 200, body: 'ok', contentType: 'text/plain; charset=utf-8'};
		}

		default: {
			return undefined;
		}
	}
};

const core = (resources: readonly Resource[], version: string | undefined, isAggregated: boolean): Answer | undefined => {
	const own = resources.filter(({group}) => group === '');
	if (version !== undefined) {
		return version === 'v1' ? {code: 200, body: resourceList(own)} : undefined;
	}

	return isAggregated ? aggregated(own) : {code: 200, body: {kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: []}};
};

const groups = (resources: readonly Resource[], [group, version]: readonly string[], isAggregated: boolean): Answer | undefined => {
	const named = resources.filter(resource => resource.group !== '');
	if (group === undefined) {
		return isAggregated ? aggregated(named) : {code: 200, body: {kind: 'APIGroupList', apiVersion: 'v1', groups: byGroup(named).map(([, own]) => apiGroup(own))}};
	}

	const own = named.filter(resource => resource.group === group && (version === undefined || resource.version === version));
	if (own.length === 0) {
		return undefined;
	}

	return {code: 200, body: version === undefined ? {kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(own)} : resourceList(own)};
};

const byGroup = (resources: readonly Resource[]): ReadonlyArray<readonly [string, readonly Resource[]]> => [...Map.groupBy(resources, ({group}) => group)];

// The preferred version first: stable before beta before alpha, the higher number before the lower.
const versionsOf = (resources: readonly Resource[]): readonly string[] => [...new Set(resources.map(({version}) => version))].toSorted((left, right) => rank(right) - rank(left));

const rank = (version: string): number => {
	const {major = '0', level = '', minor = '0'} = /^v(?<major>\d+)(?:(?<level>alpha|beta)(?<minor>\d+))?$/v.exec(version)?.groups ?? {};
	return (({alpha: 0, beta: 1}[level] ?? 2) * 1e6) + (Number(major) * 1e3) + Number(minor || 0);
};

const apiGroup = (resources: readonly Resource[]): Record<string, unknown> => {
	const versions = versionsOf(resources).map(version => ({groupVersion: `${resources[0]?.group ?? ''}/${version}`, version}));
	return {name: resources[0]?.group, versions, preferredVersion: versions[0]};
};

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const subresourceVerbs = (subresource: string): readonly string[] => ({log: ['get'], binding: ['create']})[subresource] ?? ['get', 'patch', 'update'];

const subresourceKind = ({kind, group, version}: Resource, subresource: string): {readonly kind: string; readonly group: string; readonly version: string} =>
	({scale: {kind: 'Scale', group: 'autoscaling', version: 'v1'}, binding: {kind: 'Binding', group: '', version: 'v1'}})[subresource] ?? {kind, group, version};

const resourceList = (resources: readonly Resource[]): unknown => ({
	kind: 'APIResourceList',
	apiVersion: 'v1',
	groupVersion: resources[0] && apiVersionOf(resources[0]),
	resources: resources.flatMap(resource => [
		{
			name: resource.plural,
			singularName: resource.singular,
			namespaced: resource.namespaced,
			kind: resource.kind,
			verbs,
			shortNames: resource.shortNames,
			categories: resource.categories,
		},
		...resource.subresources.map(subresource => ({
			name: `${resource.plural}/${subresource}`,
			singularName: '',
			namespaced: resource.namespaced,
			...(subresource === 'scale' || subresource === 'binding' ? subresourceKind(resource, subresource) : {kind: resource.kind}),
			verbs: subresourceVerbs(subresource),
		})),
	]),
});

const aggregated = (resources: readonly Resource[]): Answer => ({
	code: 200,
	contentType: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
	body: {
		kind: 'APIGroupDiscoveryList',
		apiVersion: 'apidiscovery.k8s.io/v2',
		metadata: {},
		items: byGroup(resources).map(([group, own]) => ({
			metadata: {name: group},
			versions: versionsOf(own).map(version => ({
				version,
				resources: own.filter(resource => resource.version === version).map(resource => aggregatedResource(resource)),
				freshness: 'Current',
			})),
		})),
	},
});

const aggregatedResource = (resource: Resource): unknown => ({
	resource: resource.plural,
	responseKind: {group: resource.group, version: resource.version, kind: resource.kind},
	scope: resource.namespaced ? 'Namespaced' : 'Cluster',
	singularResource: resource.singular,
	verbs,
	shortNames: resource.shortNames,
	categories: resource.categories,
	subresources: resource.subresources.map(subresource => ({
		subresource,
		responseKind: subresourceKind(resource, subresource),
		verbs: subresourceVerbs(subresource),
	})),
});
