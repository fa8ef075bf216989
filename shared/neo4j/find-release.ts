import {type KubeClient, type ListOptions} from '../kube/client.ts';
import {type Kind, type KubeObject} from '../kube/object.ts';
import {settingsIn} from './neo4j-config.ts';
import {
	helmLabels, releaseMembers, serverContainer, settingSources, type HelmServer, type Release, type ServiceObject,
} from './helm-release.ts';
import {type ConfigMap, type StatefulSet} from './target-object.ts';

type Where = {readonly namespace: string; readonly name: string};

/**
Finds a Neo4j of the official Helm chart by the name that its servers share (`neo4j.name`) or by the release of one of them, with the Services and the configuration of its servers. Undefined when there is none.
*/
export const findRelease = async (kube: KubeClient, {namespace, name}: Where): Promise<Release | undefined> => {
	const all = await collect<StatefulSet>(kube, {apiVersion: 'apps/v1', kind: 'StatefulSet', namespace}, {labelSelector: helmLabels.name});
	const members = releaseMembers(all, name);
	const [first] = members;
	if (!first) {
		return undefined;
	}

	const shared = first.metadata.labels![helmLabels.name]!;
	const services = await collect<ServiceObject>(kube, {apiVersion: 'v1', kind: 'Service', namespace}, {labelSelector: `${helmLabels.name}=${shared}`});
	const servers: HelmServer[] = members.map(statefulSet => ({
		statefulSet, services: services.filter(({metadata: {labels}}) => labels?.[helmLabels.instance] === statefulSet.metadata.labels?.[helmLabels.instance]),
	}));
	// The servers of one cluster are configured alike: one of them tells.
	const {files, environment} = settingSources(first);
	return {
		name: shared, namespace, servers, settings: await read(kube, namespace, files), environment: {...await read(kube, namespace, environment), ...ownEnvironment(first)},
	};
};

const ownEnvironment = (statefulSet: StatefulSet): Record<string, string> =>
	Object.fromEntries((serverContainer(statefulSet)?.env ?? []).flatMap(({name, value}) => value === undefined ? [] : [[name, value]]));

/** What a later ConfigMap says goes before what an earlier one does, as in the projected volume. */
const read = async (kube: KubeClient, namespace: string, names: readonly string[]): Promise<Record<string, string>> => {
	const configMaps = await Promise.all(names.map(async name => kube.get<ConfigMap>({
		apiVersion: 'v1', kind: 'ConfigMap', namespace, name,
	})));
	return Object.fromEntries(configMaps.flatMap(configMap => [...settingsIn(configMap)]));
};

const collect = async <T extends KubeObject>(kube: KubeClient, kind: Kind & {namespace: string}, options: ListOptions): Promise<readonly T[]> => {
	const all: T[] = [];
	for await (const page of kube.list<T>(kind, options)) {
		all.push(...page);
	}

	return all;
};
