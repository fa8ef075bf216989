import {labels} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

/**
Why an installation must not be applied to a cluster, each with the way out; nothing when it may. It reads only. The operator that owns the targets can own CRDs of these very names, and to apply ours over them would take its kinds away from it (decision D66). What is needed of Knative is what the installation has objects of; what its sources watch must be served, because a source of an absent group ends its Pod over and over (decision D80).
*/
export const deployProblems = async (kube: KubeClient, installation: readonly Manifest[]): Promise<readonly string[]> => {
	const definitions = installation.filter(({kind}) => kind === 'CustomResourceDefinition');
	const found = await Promise.all(definitions.map(async ({apiVersion, kind, metadata: {name}}) => kube.get({apiVersion, kind, name})));
	const foreign = found.filter(definition => definition !== undefined && definition.metadata.labels?.[labels.partOf] !== 'neo4j-backup') as readonly KubeObject[];
	return [...foreign.map(definition => foreignProblem(definition)), ...await missingKnative(kube, installation), ...await missingWatched(kube, installation)];
};

const missingKnative = async (kube: KubeClient, installation: readonly Manifest[]): Promise<readonly string[]> => {
	const needed = new Map(installation.filter(({apiVersion}) => apiVersion.split('/')[0]!.endsWith('.knative.dev')).map(({apiVersion, kind}) => [`${kind} of ${apiVersion}`, {apiVersion, kind}]));
	const served = await Promise.all([...needed.values()].map(async ({apiVersion, kind}) => kube.served(apiVersion, kind)));
	const missing = [...needed.keys()].filter((_, index) => !served[index]);
	if (missing.length === 0) {
		return [];
	}

	const wayOut = missing.every(kind => kind.includes('serving.'))
		? 'Install Knative Serving first, or the overlay that does without: npm run deploy -- --overlay no-serving.'
		: 'Install Knative first.';
	return [`Knative is missing, or older than 1.22: the cluster does not serve ${missing.join(', ')}. ${wayOut}`];
};

type Source = Manifest & {readonly spec: {readonly resources: ReadonlyArray<{readonly apiVersion: string; readonly kind: string}>}};
type Definition = Manifest & {readonly spec: {readonly group: string; readonly names: {readonly kind: string}}};

const missingWatched = async (kube: KubeClient, installation: readonly Manifest[]): Promise<readonly string[]> => {
	const own = new Set((installation.filter(({kind}) => kind === 'CustomResourceDefinition') as unknown as readonly Definition[]).map(({spec: {group, names: {kind}}}) => `${kind} of ${group}`));
	const watched = (installation.filter(({kind}) => kind === 'ApiServerSource') as unknown as readonly Source[])
		.flatMap(({metadata: {name}, spec}) => spec.resources.map(resource => ({...resource, source: name})))
		.filter(({apiVersion, kind}) => !own.has(`${kind} of ${apiVersion.split('/')[0]}`));
	const served = await Promise.all(watched.map(async ({apiVersion, kind}) => kube.served(apiVersion, kind)));
	return watched.filter((_, index) => !served[index]).map(({apiVersion, kind, source}) =>
		`The cluster does not serve ${kind} of ${apiVersion}, which the ApiServerSource ${source} watches. Install what brings it first, or leave out the component that the source is of: see docs/noobaa.md.`);
};

const foreignProblem = ({metadata}: KubeObject): string =>
	`CustomResourceDefinition ${metadata.name} is there already and belongs to ${ownerOf(metadata)}. Applying ours would replace it, and both controllers would act on every object of the kind. Install beside it instead (npm run deploy -- --overlay beside-operator), or remove that owner and its CRD first: see "Beside another operator" in docs/installing.md.`;

const ownerOf = ({labels: given = {}, annotations = {}}: KubeObject['metadata']): string => {
	const release = annotations['meta.helm.sh/release-name'];
	if (release) {
		return `the Helm release ${annotations['meta.helm.sh/release-namespace'] ?? ''}/${release}`;
	}

	const owner = given[labels.partOf] ?? given[labels.name] ?? given[labels.managedBy];
	return owner ? `${owner} (by its labels)` : `somebody else: it has no label ${labels.partOf}=neo4j-backup`;
};
