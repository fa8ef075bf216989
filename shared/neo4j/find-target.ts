import {type KubeClient} from '../kube/client.ts';
import {targetNames} from './target-names.ts';
import {
	targetGroup, targetVersions, type ConfigMap, type FoundTarget, type StatefulSet, type TargetKind, type TargetObject,
} from './target-object.ts';

const kinds: readonly TargetKind[] = ['Neo4jEnterpriseCluster', 'Neo4jEnterpriseStandalone'];

/**
Finds a target by name: a cluster, else a standalone, in whichever version this API server serves; with it the StatefulSet and the ConfigMap of its operator, where they are. Undefined when there is neither.
*/
export const findTarget = async (kube: KubeClient, {namespace, name}: {readonly namespace: string; readonly name: string}): Promise<FoundTarget | undefined> => {
	const found = await findObject(kube, {namespace, name});
	return found && {...found, namespace, ...await belongings(kube, {...found, namespace, name})};
};

const findObject = async (kube: KubeClient, where: {readonly namespace: string; readonly name: string}): Promise<Pick<FoundTarget, 'object' | 'kind'> | undefined> => {
	for (const kind of kinds) {
		const object = await findTargetObject(kube, {kind, ...where});
		if (object) {
			return {object, kind};
		}
	}

	return undefined;
};

/**
The cluster or standalone of a name, in whichever version this API server serves.
*/
export const findTargetObject = async (kube: KubeClient, where: {readonly kind: string; readonly namespace: string; readonly name: string}): Promise<TargetObject | undefined> => {
	for (const version of targetVersions) {
		// A version that is not served is not found either.
		const object = await kube.get<TargetObject>({apiVersion: `${targetGroup}/${version}`, ...where});
		if (object) {
			return object;
		}
	}

	return undefined;
};

const belongings = async (kube: KubeClient, {kind, namespace, name}: {readonly kind: TargetKind; readonly namespace: string; readonly name: string}): Promise<Pick<FoundTarget, 'statefulSet' | 'configMap'>> => {
	const names = targetNames(kind, name);
	const [statefulSet, configMap] = await Promise.all([
		kube.get<StatefulSet>({
			apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: names.statefulSet,
		}),
		kube.get<ConfigMap>({
			apiVersion: 'v1', kind: 'ConfigMap', namespace, name: names.configMap,
		}),
	]);
	return {...(statefulSet && {statefulSet}), ...(configMap && {configMap})};
};
