import {KubeConfig} from '@kubernetes/client-node';
import {createKubeClient, type KubeClient} from './client.ts';

/**
The client of the cluster that the function runs in, or of the kubeconfig that `KUBECONFIG` names.
*/
export const defaultKubeClient = (): KubeClient => {
	const config = new KubeConfig();
	config.loadFromDefault();
	return createKubeClient(config);
};
