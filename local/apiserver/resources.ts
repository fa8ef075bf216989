import {type Fields} from './object.ts';
import {type PreparedSchema} from './schema/validate.ts';

export type Subresource = 'status' | 'scale' | 'log' | 'finalize' | 'binding';

export type PrinterColumn = {
	readonly name: string;
	readonly type: string;
	readonly format?: string;
	readonly description?: string;
	readonly jsonPath: string;
	readonly priority?: number;
};

/**
One served version of one kind of object: what routing, storage, discovery and printing need to know of it.
*/
export type Resource = {
	readonly group: string;
	readonly version: string;
	readonly kind: string;
	readonly plural: string;
	readonly singular: string;
	readonly shortNames: readonly string[];
	readonly categories: readonly string[];
	readonly namespaced: boolean;
	readonly subresources: readonly Subresource[];
	/** Fields besides name and namespace by which the server selects; any other is refused, as by the real one. */
	readonly selectable: readonly string[];
	/** Whether `metadata.generation` counts the changes of what is neither metadata nor status. */
	readonly hasGeneration: boolean;
	/** What a DELETE that does not say so does with dependents: batch/v1 Jobs orphan their Pods. */
	readonly propagation: 'Background' | 'Orphan';
	/** The version in which objects are kept; reading another version changes `apiVersion` only. */
	readonly storageVersion: string;
	readonly isCustom: boolean;
	/** Columns beside the name; of builtin kinds they are in `table/builtin-columns.ts`. */
	readonly columns: readonly PrinterColumn[];
	/** The schema of the whole object, metadata included. */
	readonly openApi: () => Fields;
	/** The same, ready for use. */
	readonly schema: () => PreparedSchema;
	/** The builtin model that a part of the schema describes. */
	readonly modelOf: (schema: Fields) => string | undefined;
};

/**
A line of the table of builtin kinds.
*/
export type BuiltinResource = Omit<Resource, 'openApi' | 'schema' | 'modelOf'> & {
	/** The client's model of the kind. */
	readonly model: string;
};

type Row = Partial<BuiltinResource>;

const workload: Row = {hasGeneration: true, subresources: ['status', 'scale'], categories: ['all']};
const cluster: Row = {namespaced: false};
const regarding = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(field => `involvedObject.${field}`);
const podFields = ['status.phase', 'status.podIP', 'spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName'];

const builtin = (apiVersion: string, kind: string, plural: string, row: Row = {}): BuiltinResource => {
	const [version, group] = apiVersion.split('/').toReversed();
	return {
		group: group ?? '',
		version: version ?? '',
		kind,
		plural,
		singular: kind.toLowerCase(),
		shortNames: [],
		categories: [],
		namespaced: true,
		subresources: [],
		selectable: [],
		hasGeneration: false,
		propagation: 'Background',
		storageVersion: version ?? '',
		isCustom: false,
		columns: [],
		model: `V1${kind}`,
		...row,
	};
};

/**
The kinds that exist without a CustomResourceDefinition. Another one is one more line (its printer columns, if any, are in `table/builtin-columns.ts`).
*/
export const builtinResources: readonly BuiltinResource[] = [
	builtin('v1', 'Namespace', 'namespaces', {
		...cluster, shortNames: ['ns'], subresources: ['status', 'finalize'], selectable: ['status.phase'],
	}),
	builtin('v1', 'Pod', 'pods', {
		shortNames: ['po'], categories: ['all'], hasGeneration: true, subresources: ['status', 'log', 'binding'], selectable: podFields,
	}),
	builtin('v1', 'Secret', 'secrets', {selectable: ['type']}),
	builtin('v1', 'ConfigMap', 'configmaps', {shortNames: ['cm']}),
	builtin('v1', 'ServiceAccount', 'serviceaccounts', {shortNames: ['sa']}),
	builtin('v1', 'Service', 'services', {
		shortNames: ['svc'], categories: ['all'], subresources: ['status'], selectable: ['spec.clusterIP', 'spec.type'],
	}),
	builtin('v1', 'Event', 'events', {model: 'CoreV1Event', shortNames: ['ev'], selectable: [...regarding, 'reason', 'reportingComponent', 'type']}),
	builtin('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {shortNames: ['pvc'], subresources: ['status']}),
	builtin('v1', 'PersistentVolume', 'persistentvolumes', {...cluster, shortNames: ['pv'], subresources: ['status']}),
	builtin('v1', 'Node', 'nodes', {
		...cluster, shortNames: ['no'], subresources: ['status'], selectable: ['spec.unschedulable'],
	}),
	builtin('batch/v1', 'Job', 'jobs', {
		categories: ['all'], hasGeneration: true, subresources: ['status'], selectable: ['status.successful'], propagation: 'Orphan',
	}),
	builtin('batch/v1', 'CronJob', 'cronjobs', {
		shortNames: ['cj'], categories: ['all'], hasGeneration: true, subresources: ['status'],
	}),
	builtin('apps/v1', 'StatefulSet', 'statefulsets', {...workload, shortNames: ['sts']}),
	builtin('apps/v1', 'Deployment', 'deployments', {...workload, shortNames: ['deploy']}),
	builtin('apps/v1', 'ReplicaSet', 'replicasets', {...workload, shortNames: ['rs']}),
	builtin('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
	builtin('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
	builtin('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', cluster),
	builtin('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', cluster),
	builtin('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
		...cluster, shortNames: ['crd', 'crds'], categories: ['api-extensions'], hasGeneration: true, subresources: ['status'],
	}),
	builtin('coordination.k8s.io/v1', 'Lease', 'leases'),
];

/**
Where all versions of a resource are stored together.
*/
export const collectionOf = ({group, plural}: Pick<Resource, 'group' | 'plural'>): string => `${group}/${plural}`;

export const apiVersionOf = ({group, version}: Pick<Resource, 'group' | 'version'>): string => group === '' ? version : `${group}/${version}`;
