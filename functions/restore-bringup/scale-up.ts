import {findCondition} from '#shared/api/conditions.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {type StatefulSet} from '#shared/neo4j/target-object.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';

/**
Whether a restore stops all servers, by what was done rather than by a spec that may have been edited since (decision D48).
*/
export const stopsServers = ({spec, status}: Pick<Neo4jRestore, 'spec' | 'status'>): boolean => {
	const stopped = findCondition(status?.conditions, 'ClusterStopped');
	return stopped ? stopped.reason !== 'NotRequested' : spec.stopCluster === true;
};

export type Servers = {readonly ready: number; readonly wanted: number};

/**
Gives a StatefulSet as many servers as it had before, unless somebody has given it as many or more meanwhile. Answers how many there are to be and how many are ready. It must be what was just read: a ConflictError says that it is not.
*/
export const scaleUp = async (kube: KubeClient, restore: Neo4jRestore, statefulSet: StatefulSet): Promise<Servers> => {
	const before = restore.status?.target?.replicas ?? 0;
	const {spec, status, metadata} = statefulSet;
	const wanted = Math.max(spec?.replicas ?? 1, before);
	if (wanted !== (spec?.replicas ?? 1)) {
		await kube.patch(referenceOf(statefulSet), {metadata: {resourceVersion: metadata.resourceVersion}, spec: {replicas: wanted}});
	}

	return {wanted, ready: status?.readyReplicas ?? 0};
};
