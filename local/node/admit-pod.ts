import {type NodeContext} from './node-context.ts';
import {type Pod} from './workloads.ts';

/**
The Pod as the webhooks of the clouds leave it, which look at its ServiceAccount.
*/
export const admitPod = async ({client, identity}: Pick<NodeContext, 'client' | 'identity'>, pod: Pod): Promise<Pod> => {
	if (!identity) {
		return pod;
	}

	const account = await client.get({
		apiVersion: 'v1', kind: 'ServiceAccount', namespace: pod.metadata.namespace!, name: pod.spec.serviceAccountName ?? 'default',
	});
	return identity.admit(pod, account);
};
