import {restoreApiVersion} from '#shared/api/group.ts';
import {type FoundStorage} from '#shared/pods/find-storage.ts';
import {type FoundRestoreTarget} from '#shared/restore/find-target.ts';
import {type Neo4jRestore, type RestoreSpec, type RestoreStatus} from '#shared/restore/status.ts';

/**
A restore of `mydb` from a claim, changed as a test needs it.
*/
export const restoreOf = (spec: Partial<RestoreSpec> = {}, status: Partial<RestoreStatus> = {}): Neo4jRestore => ({
	apiVersion: restoreApiVersion,
	kind: 'Neo4jRestore',
	metadata: {
		name: 'back', namespace: 'neo4j', uid: 'b6f7c0de-0000-4000-8000-000000000001', generation: 1, resourceVersion: '1',
	},
	spec: {
		clusterRef: 'production', databaseName: 'mydb', source: {type: 'storage', storage: {type: 'pvc', pvc: {name: 'backups'}, path: 'daily'}}, ...spec,
	},
	status: {
		resolvedSource: {
			storage: {type: 'pvc', pvc: {name: 'backups'}, path: 'daily'},
			artifacts: [{name: 'mydb-2026-11-20T02-00-10.backup', size: 4096, full: true}, {name: 'mydb-2026-11-21T02-00-10.backup', size: 512, full: false}],
		},
		...status,
	},
});

/**
A cluster of three servers, ready.
*/
export const clusterTarget = (change: Partial<FoundRestoreTarget> = {}): FoundRestoreTarget => ({
	kind: 'Neo4jEnterpriseCluster',
	apiVersion: 'neo4j.neo4j.com/v1beta1',
	namespace: 'neo4j',
	name: 'production',
	uid: 'a6f7c0de-0000-4000-8000-000000000001',
	version: '2025.12.0',
	image: 'neo4j:2025.12.0-enterprise',
	imagePullSecrets: [],
	servers: [],
	adminSecret: 'neo4j-admin-secret',
	boltURI: 'bolt://production-client.neo4j.svc.cluster.local:7687',
	listenAddress: 'set',
	holder: {apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', metadata: {name: 'production', namespace: 'neo4j', uid: 'a6f7c0de-0000-4000-8000-000000000001'}},
	statefulSet: {
		apiVersion: 'apps/v1',
		kind: 'StatefulSet',
		metadata: {name: 'production-server', namespace: 'neo4j'},
		spec: {replicas: 3, volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce']}}]},
		status: {replicas: 3, readyReplicas: 3},
	},
	claim: 'data-production-server-0',
	dataMounts: [{mountPath: '/data'}],
	...change,
});

/**
The claim that the backups lie on, as a Pod reaches it.
*/
export const claimStorage: FoundStorage = {
	location: {type: 'pvc', path: 'daily', root: '/backup-storage'},
	uri: '/backup-storage/daily/',
	access: {
		admin: {env: [], mounts: [{name: 'storage', mountPath: '/backup-storage'}]}, own: {env: [], mounts: [{name: 'storage', mountPath: '/backup-storage'}]}, volumes: [{name: 'storage', persistentVolumeClaim: {claimName: 'backups'}}],
	},
	serviceAccountName: 'neo4j-backup-sa',
	isNative: true,
	hasOwnAuthority: false,
};
