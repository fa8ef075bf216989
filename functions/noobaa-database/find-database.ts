import {type KubeClient} from '#shared/kube/client.ts';
import {
	clusterNameOf, cnpgApiVersions, scheduleNames, type CnpgApiVersion, type CnpgCluster, type NooBaa, type ScheduledBackup,
} from '#shared/noobaa/objects.ts';

export type Database = {
	/** The group that CloudNativePG is served under, and this Cluster is of. */
	readonly apiVersion: CnpgApiVersion;
	readonly clusterName: string;
	readonly cluster: CnpgCluster | undefined;
	/** The ScheduledBackup by these functions' name, whoever made it. */
	readonly schedule: ScheduledBackup | undefined;
	readonly hasNooBaasSchedule: boolean;
};

/**
Where a NooBaa's database is. Both groups of CloudNativePG can be served, when another copy of it runs in the cluster: then the one that has this Cluster is meant, and without a Cluster NooBaa's own. Undefined where neither is served.
*/
export const findDatabase = async (kube: KubeClient, {metadata: {namespace, name}}: Pick<NooBaa, 'metadata'>): Promise<Database | undefined> => {
	const clusterName = clusterNameOf(name);
	const served: CnpgApiVersion[] = [];
	for (const apiVersion of cnpgApiVersions) {
		if (await kube.served(apiVersion, 'Cluster')) {
			served.push(apiVersion);
		}
	}

	const clusters = await Promise.all(served.map(async apiVersion => kube.get<CnpgCluster>({
		apiVersion, kind: 'Cluster', namespace: namespace!, name: clusterName,
	})));
	const cluster = clusters.find(found => found !== undefined);
	const apiVersion = served[Math.max(clusters.indexOf(cluster), 0)];
	if (!apiVersion) {
		return undefined;
	}

	const names = scheduleNames(clusterName);
	const [schedule, nooBaas] = await Promise.all([names.own, names.nooBaas].map(async scheduleName => kube.get<ScheduledBackup>({
		apiVersion, kind: 'ScheduledBackup', namespace: namespace!, name: scheduleName,
	})));
	return {
		apiVersion, clusterName, cluster, schedule, hasNooBaasSchedule: nooBaas !== undefined,
	};
};
