import {type KubeClient} from './client.ts';

const known = new WeakMap<KubeClient, string>();

/**
The cluster's identity: the uid of kube-system, which no two clusters share and which stays as long as the cluster does, so that it is read once for each client.
*/
export const clusterUID = async (kube: KubeClient): Promise<string> => {
	const found = known.get(kube);
	if (found) {
		return found;
	}

	const namespace = await kube.get({apiVersion: 'v1', kind: 'Namespace', name: 'kube-system'});
	if (!namespace?.metadata.uid) {
		throw new Error('the namespace kube-system cannot be read, and with it the identity of this cluster');
	}

	known.set(kube, namespace.metadata.uid);
	return namespace.metadata.uid;
};
