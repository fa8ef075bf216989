import {ConfigurationError} from '../errors.ts';
import {type KubeClient} from '../kube/client.ts';
import {type KubeObject} from '../kube/object.ts';
import {findRelease} from '../neo4j/find-release.ts';
import {findTarget} from '../neo4j/find-target.ts';
import {serverContainer} from '../neo4j/helm-release.ts';
import {resolvedRelease} from '../neo4j/release-target.ts';
import {toResolved, type ResolvedTarget} from '../neo4j/target.ts';
import {type StatefulSet} from '../neo4j/target-object.ts';
import {NotYetError} from '../not-yet.ts';
import {type VolumeMount} from '../pods/pod-types.ts';

/**
What a restore needs to know of the Neo4j that it restores into.
*/
export type FoundRestoreTarget = ResolvedTarget & {
	/** The object that tells everybody that a restore is under way: the custom resource, for Helm the StatefulSet. */
	readonly holder: KubeObject;
	readonly statefulSet: StatefulSet;
	/** The claim of server 0 that holds its databases. */
	readonly claim: string;
	/** How server 0 mounts that claim: neo4j-admin must find the same folders. */
	readonly dataMounts: ReadonlyArray<Omit<VolumeMount, 'name'>>;
};

/**
Finds the target of a restore by name: a cluster, else a standalone, else a Neo4j of the Helm chart. What is not there yet is a NotYetError, what nobody can restore into a ConfigurationError.
*/
export const findRestoreTarget = async (kube: KubeClient, {namespace, name}: {readonly namespace: string; readonly name: string}): Promise<FoundRestoreTarget> => {
	const found = await findTarget(kube, {namespace, name});
	if (found) {
		const {statefulSet} = found;
		if (!statefulSet) {
			throw new NotYetError('TargetNotReady', `${found.kind} ${name} has no StatefulSet yet: the restore waits until its operator has made it`);
		}

		return {
			...toResolved(found), holder: found.object, statefulSet, ...dataOf(statefulSet),
		};
	}

	const release = await findRelease(kube, {namespace, name});
	if (!release) {
		throw new NotYetError('TargetNotFound', `there is neither a Neo4jEnterpriseCluster nor a Neo4jEnterpriseStandalone ${name} in namespace ${namespace}, and no Neo4j of that name from the Helm chart: the restore waits until there is one`);
	}

	const [server, ...others] = release.servers;
	if (others.length > 0) {
		throw new ConfigurationError(`spec.clusterRef: the Neo4j ${name} of the Helm chart has ${others.length + 1} servers, each a StatefulSet of its own, and only one of a single server can be restored into; restore by hand (docs/restore.md)`, 'TargetNotSupported');
	}

	const {statefulSet} = server!;
	return {
		...resolvedRelease(release), holder: statefulSet, statefulSet, ...dataOf(statefulSet),
	};
};

/** The StatefulSet's server 0 has its claim under a name that Kubernetes makes of the template's. */
const dataOf = (statefulSet: StatefulSet): Pick<FoundRestoreTarget, 'claim' | 'dataMounts'> => {
	const {name} = statefulSet.metadata;
	const templates = statefulSet.spec?.volumeClaimTemplates ?? [];
	const mounts = serverContainer(statefulSet)?.volumeMounts ?? [];
	const template = templates.find(({metadata}) => mounts.some(mount => mount.name === metadata.name && mount.mountPath === dataFolder));
	if (!template) {
		throw new ConfigurationError(`spec.clusterRef: StatefulSet ${name} mounts no claim of its own at ${dataFolder}, so that there is nothing to restore onto`, 'TargetHasNoVolume');
	}

	return {
		claim: `${template.metadata.name}-${name}-0`,
		dataMounts: mounts.filter(mount => mount.name === template.metadata.name).map(({name: _, ...mount}) => mount),
	};
};

const dataFolder = '/data';
