import process from 'node:process';
import {KubeConfig} from '@kubernetes/client-node';
import {findCluster, type Cluster} from './cluster/cluster.ts';
import {ownCluster} from './cluster/own-cluster.ts';
import {places} from './cluster/settings.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';

const clusterVariable = 'NEO4J_BACKUP_E2E';

/**
How suites are told of the cluster that they run on: one of ours, in whose network namespace they are, or any by its kubeconfig.
*/
export const environmentOfSuites = (where: Cluster | string): Readonly<Record<string, string>> => typeof where === 'string'
	? {KUBECONFIG: where, [clusterVariable]: ''}
	: {KUBECONFIG: where.insideKubeconfig, [clusterVariable]: where.settings.name, TMPDIR: places(where.settings).temporary};

export type ClusterUnderTest = {
	readonly kubeConfig: KubeConfig;
	readonly kube: KubeClient;
	/** What else can be done to it, if it is one of ours. */
	readonly cluster: Cluster | undefined;
};

/**
Whether this suite runs on a cluster of ours, to which it can do what no client could.
*/
export const isOwnCluster = (): boolean => Boolean(process.env[clusterVariable]);

/**
Whether this is a suite on a real cluster, be it ours or another: a kubeconfig in the environment of `npm test` is nothing to it.
*/
export const isOnCluster = (): boolean => process.env[clusterVariable] !== undefined;

/**
The cluster that this suite runs on.
*/
export const clusterUnderTest = async (): Promise<ClusterUnderTest> => {
	const kubeConfig = new KubeConfig();
	kubeConfig.loadFromFile(process.env['KUBECONFIG']!);
	const name = process.env[clusterVariable];
	return {kubeConfig, kube: createKubeClient(kubeConfig), cluster: name ? await findCluster(ownCluster(name)) : undefined};
};
