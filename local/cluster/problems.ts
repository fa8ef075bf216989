import {deployProblems} from '../../scripts/deploy-problems.ts';
import {absentDefinitions} from './definitions.ts';
import {
	describeRight, missingRights, rightsOf, type Right,
} from './rights.ts';
import {backupApiVersion, labels} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {KubeError, KubeUnavailableError} from '#shared/kube/kube-error.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type Rule} from '#local/kube/rights.ts';

export type ClusterQuestion = {
	/** The CRDs of both kinds. */
	readonly definitions: readonly Manifest[];
	/** What functions and sources do. */
	readonly rules: readonly Rule[];
};

const sources = {apiVersion: 'sources.knative.dev/v1', kind: 'ApiServerSource'} as const;

/**
Why the functions must not, or cannot, work on a cluster from here, each with the way out; nothing when they may. It reads only.
*/
export const clusterProblems = async (kube: KubeClient, {definitions, rules}: ClusterQuestion): Promise<readonly string[]> => {
	const problem = await unreachable(kube);
	if (problem !== undefined) {
		return [problem];
	}

	const hasSources = await kube.served(sources.apiVersion, sources.kind);
	const lacking = await missingRights(kube, [...rightsOf(rules), rightTo('get'), ...(hasSources ? [{verb: 'list', group: 'sources.knative.dev', resource: 'apiserversources'}] : [])]);
	if (lacking.length > 0) {
		return [rightsProblem(lacking)];
	}

	const absent = await absentDefinitions(kube, definitions);
	const lackingForThem = absent.length > 0 ? await missingRights(kube, [rightTo('create')]) : [];
	return [
		...lackingForThem.map(() => `The cluster lacks ${absent.map(({metadata}) => metadata.name).join(' and ')}, and the user of --kubeconfig may not create CustomResourceDefinitions. Let somebody who may run \`kubectl apply -k crds\`, or take a context whose user may (--context).`),
		...await deployProblems(kube, definitions),
		...hasSources ? await installedProblems(kube) : [],
	];
};

const rightTo = (verb: string): Right => ({verb, group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions'});

const unreachable = async (kube: KubeClient): Promise<string | undefined> => {
	const isOther = 'What answers at the server of --kubeconfig is not the API server of a Kubernetes. Look at its clusters[].cluster.server, or take another context (--context).';
	try {
		return await kube.served('apiextensions.k8s.io/v1', 'CustomResourceDefinition') ? undefined : isOther;
	} catch (error) {
		if (error instanceof SyntaxError) {
			return isOther;
		}

		if (error instanceof KubeUnavailableError) {
			return `${error.message}. Is the cluster of --kubeconfig running, and can this machine reach it? Otherwise take another file, or another context of it (--context).`;
		}

		if (error instanceof KubeError && [401, 403].includes(error.status)) {
			return `The API server refuses the user of --kubeconfig (${error.message}). Sign in anew, or take another context (--context).`;
		}

		throw error;
	}
};

const rightsProblem = (lacking: readonly Right[]): string => `The user of --kubeconfig lacks rights, in all namespaces, that the functions need:

${lacking.map(right => `  ${describeRight(right)}`).join('\n')}

Take a context whose user has them (--context), such as an administrator's, or have the ClusterRoles of knative/base bound to this one; \`kubectl auth can-i --all-namespaces <one of these lines>\` looks at one.`;

type Source = KubeObject & {readonly spec: {readonly resources: ReadonlyArray<{readonly apiVersion: string}>}};

/** Every installation has such a source; two at once would be safe, but nobody could tell whose work was whose. */
const installedProblems = async (kube: KubeClient): Promise<readonly string[]> => {
	const namespaces = new Set<string>();
	for await (const page of kube.list<Source>(sources, {labelSelector: `${labels.name}=neo4j-backup`})) {
		for (const {metadata: {namespace}, spec} of page) {
			if (spec.resources.some(({apiVersion}) => apiVersion === backupApiVersion)) {
				namespaces.add(namespace!);
			}
		}
	}

	return [...namespaces].map(namespace => `The functions are installed in this cluster, in the namespace ${namespace}: they would act on every Neo4jBackup as well as those here. Remove that installation (kubectl delete namespace ${namespace}; Neo4jBackups, their Jobs and the backups stay), or take another cluster.`);
};
