import {claimsOfPod} from './claims.ts';
import {type NodeContext} from './node-context.ts';
import {placePod} from './placement.ts';
import {type Claim, type Pod} from './workloads.ts';
import {referenceOf} from '#shared/kube/object.ts';

export type Placed = {readonly node: string; readonly claims: readonly Claim[]};

/**
Places a pod on a node, unless its spec names one, and answers what it mounts; or says, in the scheduler's words, why it cannot be placed now.
*/
export const schedulePod = async (context: NodeContext, pod: Pod): Promise<Placed | {readonly problem: string}> => context.turns.inTurn(async () => {
	const {client, nodes} = context;
	const claims = await claimsOfPod(client, pod);
	if (typeof claims === 'string') {
		return {problem: `0/${nodes.length} nodes are available: ${claims}.`};
	}

	if (pod.spec.nodeName) {
		return {node: pod.spec.nodeName, claims};
	}

	const placement = placePod(pod, {nodes, claims, pods: needsOthers(context, pod, claims) ? await podsOf(context, pod.metadata.namespace!) : []});
	if ('problem' in placement) {
		return placement;
	}

	await context.bind(referenceOf(pod), placement.node);
	return {...placement, claims};
});

const needsOthers = ({nodes}: NodeContext, {spec: {affinity}}: Pod, claims: readonly Claim[]): boolean =>
	nodes.length > 1 || affinity?.podAffinity !== undefined || claims.some(({spec}) => spec?.accessModes?.includes('ReadWriteOncePod'));

const podsOf = async ({client}: NodeContext, namespace: string): Promise<readonly Pod[]> => {
	const pods: Pod[] = [];
	for await (const page of client.list<Pod>({apiVersion: 'v1', kind: 'Pod', namespace})) {
		pods.push(...page);
	}

	return pods;
};
