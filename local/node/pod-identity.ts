import {type Pod} from './workloads.ts';
import {type KubeObject} from '#shared/kube/object.ts';

/**
How Pods come to be somebody outside of the cluster: what webhooks make of a Pod before it exists, and the tokens that are projected into it.
*/
export type PodIdentity = {
	readonly admit: (pod: Pod, account: KubeObject | undefined) => Promise<Pod>;
	readonly token: (account: {readonly namespace: string; readonly name: string}, audience: string) => string;
};
