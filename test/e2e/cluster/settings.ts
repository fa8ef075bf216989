import {createHash} from 'node:crypto';
import path from 'node:path';

/**
Addresses inside the network namespace of a cluster. Every cluster has a namespace of its own, so that all can use the same ones; none of them means anything outside.
*/
export const addresses = {
	node: '10.77.0.2', pods: '10.244.0.0/24', services: '10.96.0.0/24', kubernetes: '10.96.0.1', apiPort: 6443,
} as const;

export const nodeName = 'node1';

/**
What one cluster is called and where its things lie on the machine that it runs on. Two clusters differ in their name alone.
*/
export type ClusterSettings = {
	readonly name: string;
	/** Where everything lies that a cluster writes; gone when it is stopped. */
	readonly state: string;
	/** What is built once: the binaries, for all clusters of this machine. */
	readonly binaries: string;
	/** Below this control group are the pods. */
	readonly cgroup: string;
};

/**
The settings of a cluster, below the cache of this machine.
*/
export const clusterSettings = (name: string, cache: string): ClusterSettings => {
	if (!/^[a-z0-9](?:[\-a-z0-9]{0,30}[a-z0-9])?$/v.test(name)) {
		throw new TypeError(`A cluster's name has up to 32 lower-case letters, digits and dashes, which "${name}" has not.`);
	}

	const state = path.join(cache, 'clusters', name);
	if (state.length > longestState) {
		throw new TypeError(`${state} is too long a path for the sockets of a cluster (at most ${longestState} characters): set XDG_CACHE_HOME to a shorter folder.`);
	}

	return {
		name, state, binaries: path.join(cache, 'binaries'), cgroup: `neo4j-backup-${name}`,
	};
};

/** Linux takes 107 bytes for the path of a socket, and containerd appends to the one it is given. */
const longestState = 107 - '/containerd.sock.ttrpc'.length;

/**
The name of a checkout's own cluster, from where it lies: two checkouts have two clusters.
*/
export const clusterName = (checkout: string): string => createHash('sha256').update(checkout).digest('hex').slice(0, 8);

/**
The places below the state folder that more than one part knows.
*/
export const places = ({state}: Pick<ClusterSettings, 'state'>) => ({
	keys: path.join(state, 'keys'),
	configuration: path.join(state, 'etc'),
	logs: path.join(state, 'log'),
	/** For this machine: by way of a port of its loopback. */
	kubeconfig: path.join(state, 'kubeconfig'),
	/** For whoever is in the cluster's network namespace. */
	insideKubeconfig: path.join(state, 'etc/admin.kubeconfig'),
	containerdSocket: path.join(state, 'containerd.sock'),
	controlSocket: path.join(state, 'control.sock'),
	apiSocket: path.join(state, 'api.sock'),
	/** What the programs of the cluster were told. */
	order: path.join(state, 'order.json'),
	/** What the keeper knows of the running cluster. */
	record: path.join(state, 'cluster.json'),
	/** Why a cluster ended that should not have. */
	failure: path.join(state, 'failure.txt'),
	/** What suites write; it is gone with the cluster, however they ended. */
	temporary: path.join(state, 'tmp'),
	/** Objects that the API server gets before its controllers run. */
	definitions: path.join(state, 'definitions.json'),
}) as const;
