import path from 'node:path';
import {type KubeConfig} from '@kubernetes/client-node';
import {createDefinitions, type Definitions} from './definitions.ts';
import {clusterProblems} from './problems.ts';
import {createFunctionHosts, type FunctionFactory} from '#local/function-host.ts';
import {readManifests} from '#local/manifests.ts';
import {startEventing, type Eventing} from '#local/eventing/start.ts';
import {type Rule} from '#local/kube/rights.ts';
import {systemNamespace} from '#local/runtime.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {createKubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Log} from '#shared/log.ts';

const root = path.join(import.meta.dirname, '../..');

export type ClusterRunOptions = {
	readonly kubeConfig: KubeConfig;
	/** The functions by the name of their KService. */
	readonly functions: Readonly<Record<string, FunctionFactory>>;
	readonly log: Log;
	readonly signal: AbortSignal;
};

export type ClusterRun = Definitions & {
	readonly eventing: Eventing;
	/** Where events are posted by hand. */
	readonly brokerUrl: string;
	readonly close: () => Promise<void>;
};

/**
Starts functions and eventing on this machine for a cluster that is there already, as `knative/base` has them. All that they add to the cluster is the CRDs, where those are missing; what runs its Jobs is the cluster. Throws a ConfigurationError when something speaks against it, and has then changed nothing.
*/
export const startOnCluster = async ({kubeConfig, functions, log, signal}: ClusterRunOptions): Promise<ClusterRun> => {
	const [definitions, manifests] = await Promise.all(['crds', 'knative/base'].map(async folder => readManifests(path.join(root, folder)))) as [readonly Manifest[], readonly Manifest[]];
	const kube = createKubeClient(kubeConfig, {signal});
	const problems = await clusterProblems(kube, {definitions, rules: rulesOf(manifests)});
	if (problems.length > 0) {
		throw new ConfigurationError(['Nothing was changed.', ...problems].join('\n\n'));
	}

	const kinds = await createDefinitions(kube, definitions, signal);
	const kubeconfig = kubeConfig.exportConfig();
	const hosts = createFunctionHosts(functions, () => ({
		kubeconfig, sink: brokerUrl, log, localNow: () => new Date(), roles: manifests,
	}));
	const eventing = await startEventing({
		kubeconfig,
		log: log.child({part: 'eventing'}),
		resolve: async target => 'name' in target ? hosts.url(target.name) : undefined,
		installed: {manifests, namespace: systemNamespace},
	});
	const brokerUrl = `${eventing.url}/${systemNamespace}/neo4j-backup`;
	await hosts.start();
	return {
		eventing,
		brokerUrl,
		...kinds,
		async close() {
			await eventing.close();
			await hosts.stop();
		},
	};
};

const rulesOf = (manifests: readonly Manifest[]): readonly Rule[] =>
	manifests.filter(({kind}) => kind === 'ClusterRole').flatMap(({rules}) => rules as readonly Rule[]);
