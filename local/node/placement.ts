import {isFinished, type Claim, type Pod} from './workloads.ts';

const hostname = 'kubernetes.io/hostname';

export type PlacementSituation = {
	/** The names of all nodes, which are their host names too. */
	readonly nodes: readonly string[];
	/** Pods of the cluster, that one among them or not. */
	readonly pods: readonly Pod[];
	/** The claims that the pod mounts. */
	readonly claims: readonly Claim[];
};

export type Placement = {readonly node: string} | {readonly problem: string};

/**
The node that a pod is placed on, or the scheduler's words why it is not: among those that its nodeSelector, its required node affinity and its required affinity to pods allow, the one with the fewest pods. A ReadWriteOncePod claim is one pod's at a time, wherever the two are.

Host names are the only topology here. Whatever other labels a pod asks of its node, each is taken to have them.
*/
export const placePod = (pod: Pod, {nodes, pods, claims}: PlacementSituation): Placement => {
	const placed = pods.filter(other => other.spec.nodeName && !isFinished(other) && other.metadata.uid !== pod.metadata.uid);
	const refused = (why: string): Placement => ({problem: `0/${nodes.length} nodes are available: ${why}.`});
	const exclusive = claims.filter(({spec}) => spec?.accessModes?.includes('ReadWriteOncePod'));
	if (exclusive.some(claim => placed.some(other => mounts(other, claim)))) {
		return refused(`${nodes.length} node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod`);
	}

	const selected = nodes.filter(node => isSelected(pod, node));
	if (selected.length === 0) {
		return refused(`${nodes.length} node(s) didn't match Pod's node affinity/selector`);
	}

	const [node] = selected
		.filter(candidate => hasCompany(pod, placed.filter(({spec}) => spec.nodeName === candidate)))
		.toSorted((a, b) => countOn(a, placed) - countOn(b, placed));
	return node === undefined ? refused(`${selected.length} node(s) didn't match pod affinity rules`) : {node};
};

/**
Whether a pod mounts that claim.
*/
export const mounts = ({metadata: {namespace}, spec: {volumes = []}}: Pod, claim: Claim): boolean =>
	namespace === claim.metadata.namespace && volumes.some(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName === claim.metadata.name);

const countOn = (node: string, placed: readonly Pod[]): number => placed.filter(({spec}) => spec.nodeName === node).length;

const isSelected = ({spec: {nodeSelector = {}, affinity}}: Pod, node: string): boolean => {
	const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
	return (nodeSelector[hostname] ?? node) === node
		&& (terms?.some(({matchExpressions = [], matchFields = []}) => [...matchExpressions, ...matchFields]
			.filter(({key}) => key === hostname || key === 'metadata.name')
			.every(({operator, values = []}) => values.includes(node) === (operator === 'In'))) ?? true);
};

const hasCompany = ({metadata, spec: {affinity}}: Pod, there: readonly Pod[]): boolean =>
	(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).every(({labelSelector, topologyKey}) => topologyKey === hostname && there.some(other =>
		other.metadata.namespace === metadata.namespace
		&& Object.entries(labelSelector?.matchLabels ?? {}).every(([label, value]) => other.metadata.labels?.[label] === value)));
