import {type Kind} from './object.ts';

/**
The kinds whose plural is not the kind in lower case with an `s`.
*/
const irregularPlurals: Readonly<Record<string, string>> = {
	NetworkPolicy: 'networkpolicies',
	StorageClass: 'storageclasses',
};

const clusterScoped = new Set(['Namespace', 'CustomResourceDefinition', 'StorageClass', 'ClusterRole', 'ClusterRoleBinding', 'PersistentVolume']);

/**
The resource name of a kind, as it stands in API paths: `Neo4jBackup` gives `neo4jbackups`.
*/
export const pluralOf = (kind: string): string => irregularPlurals[kind] ?? `${kind.toLowerCase()}s`;

/**
The API path of a kind, of one object, or of its subresource: `/apis/batch/v1/namespaces/n/jobs/j/status`. Without a namespace a namespaced kind is addressed in all namespaces.
*/
export const resourcePath = (target: Kind & {namespace?: string; name?: string}, subresource?: string): string => [
	'',
	...(target.apiVersion.includes('/') ? ['apis', ...target.apiVersion.split('/')] : ['api', target.apiVersion]),
	...(target.namespace && !clusterScoped.has(target.kind) ? ['namespaces', target.namespace] : []),
	pluralOf(target.kind),
	...(target.name ? [target.name] : []),
	...(subresource ? [subresource] : []),
].map(part => encodeURIComponent(part)).join('/');
