import {setTimeout as delay} from 'node:timers/promises';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';

/** What no namespace takes with it; whatever a namespace holds goes with that. */
const kinds = {
	Namespace: 'v1', PersistentVolume: 'v1', CustomResourceDefinition: 'apiextensions.k8s.io/v1', ClusterRole: 'rbac.authorization.k8s.io/v1', ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
} as const;

/** The installation, its eventing, and the kinds of others that both need, stay for the next run. */
const staysBy: Readonly<Record<string, RegExp>> = {
	Namespace: /^(?:neo4j-backup|knative-eventing)$/v,
	CustomResourceDefinition: /\.(?:neo4j\.neo4j\.com|knative\.dev|noobaa\.io|postgresql\.cnpg\.io|snapshot\.storage\.k8s\.io)$/v,
	ClusterRole: /^(?:neo4j-backup:.+|embedded-eventing)$/v,
	ClusterRoleBinding: /^(?:neo4j-backup:.+|embedded-eventing)$/v,
};

/** A namespace with Pods takes its time to end. */
const patienceMs = 90_000;

/**
What there is on a cluster of the kinds that suites could leave behind.
*/
export const objectsOn = async (kube: KubeClient): Promise<ReadonlySet<string>> => {
	const found: string[] = [];
	for (const [kind, apiVersion] of Object.entries(kinds)) {
		for await (const page of kube.list<KubeObject>({apiVersion, kind})) {
			found.push(...page.filter(({metadata: {name}}) => staysBy[kind]?.test(name) !== true).map(({metadata: {name}}) => `${kind} ${name}`));
		}
	}

	return new Set(found);
};

/**
What suites have left on a cluster that was not there before them, once what is on its way out is gone.
*/
export const remains = async (kube: KubeClient, before: ReadonlySet<string>, waitMs = patienceMs): Promise<readonly string[]> => {
	const deadline = Date.now() + waitMs;
	for (;;) {
		const left = [...await objectsOn(kube)].filter(name => !before.has(name));
		if (left.length === 0 || Date.now() > deadline) {
			return left;
		}

		await delay(500);
	}
};
