import {labels} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';

/** What the manifests need of Knative; the floor of both is release 1.22. */
const knativeKinds = [
	['eventing.knative.dev/v1', 'Broker'],
	['eventing.knative.dev/v1', 'Trigger'],
	['eventing.knative.dev/v1beta2', 'EventType'],
	['sources.knative.dev/v1', 'ApiServerSource'],
	['sources.knative.dev/v1', 'PingSource'],
	['serving.knative.dev/v1', 'Service'],
] as const;

/**
Why the functions must not be installed into a cluster, each with the way out; nothing when they may. It reads only. The operator that owns the targets can own CRDs of these very names, and to apply ours over them would take its kinds away from it (decision D66).
*/
export const deployProblems = async (kube: KubeClient, crdNames: readonly string[]): Promise<readonly string[]> => {
	const found = await Promise.all(crdNames.map(async name => kube.get({apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name})));
	const foreign = found.filter(definition => definition !== undefined && definition.metadata.labels?.[labels.partOf] !== 'neo4j-backup') as readonly KubeObject[];
	const served = await Promise.all(knativeKinds.map(async ([apiVersion, kind]) => kube.served(apiVersion, kind)));
	const missing = knativeKinds.filter((_, index) => !served[index]).map(([apiVersion, kind]) => `${kind} of ${apiVersion}`);
	return [
		...foreign.map(definition => foreignProblem(definition)),
		...(missing.length > 0 ? [`Knative is missing, or older than 1.22: the cluster does not serve ${missing.join(', ')}. Install Knative Serving and Eventing first.`] : []),
	];
};

const foreignProblem = ({metadata}: KubeObject): string =>
	`CustomResourceDefinition ${metadata.name} is there already and belongs to ${ownerOf(metadata)}. Applying ours would replace it, and both controllers would act on every object of the kind. Remove that owner and its CRD first, or take another cluster: see "Beside another operator" in docs/installing.md.`;

const ownerOf = ({labels: given = {}, annotations = {}}: KubeObject['metadata']): string => {
	const release = annotations['meta.helm.sh/release-name'];
	if (release) {
		return `the Helm release ${annotations['meta.helm.sh/release-namespace'] ?? ''}/${release}`;
	}

	const owner = given[labels.partOf] ?? given[labels.name] ?? given[labels.managedBy];
	return owner ? `${owner} (by its labels)` : `somebody else: it has no label ${labels.partOf}=neo4j-backup`;
};
