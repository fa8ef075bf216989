import {type KubeClient} from '../kube/client.ts';
import {type KubeObject} from '../kube/object.ts';
import {findTargetObject} from '../neo4j/find-target.ts';
import {type StatefulSet} from '../neo4j/target-object.ts';
import {type Neo4jRestore} from './status.ts';

export type Held = {readonly holder?: KubeObject; readonly statefulSet?: StatefulSet};

/**
The objects that a restore may hold, as they are now, by what its status says of its target; without what is gone, or was made anew since.
*/
export const findHeld = async (kube: KubeClient, {metadata: {namespace}, status}: Neo4jRestore): Promise<Held> => {
	const {target} = status ?? {};
	if (!target) {
		return {};
	}

	const statefulSet = await kube.get<StatefulSet>({
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: namespace!, name: target.statefulSet,
	});
	const holder = target.kind === 'HelmRelease' ? statefulSet : await findTargetObject(kube, {kind: target.kind, namespace: namespace!, name: target.name});
	return {...(statefulSet && {statefulSet}), ...(holder?.metadata.uid === target.uid && {holder})};
};
