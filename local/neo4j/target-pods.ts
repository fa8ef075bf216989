import {type Manifest} from '#shared/kube/object.ts';

export type TargetPods = {
	readonly kind: 'Neo4jEnterpriseCluster' | 'Neo4jEnterpriseStandalone';
	readonly name: string;
	readonly image: string;
	/** Backup addresses of the servers, by ordinal. */
	readonly servers: readonly string[];
	readonly databases?: readonly string[];
	/** False: no server keeps its data on a claim. */
	readonly claims?: false | DataClaims;
};

/** Claims of 10 GiB, of the class `standard` and ReadWriteOnce unless told. */
export type DataClaims = {readonly storageClassName?: string; readonly accessMode?: 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadWriteMany'};

/**
The StatefulSet of a target and its Services, named, labelled and secured as its operator does. On a real node its Pods run the stand-in's server, which the variables `STAND_IN_…` are for.
*/
export const targetPods = (options: TargetPods): readonly Manifest[] => {
	const {kind, name} = options;
	const labels = kind === 'Neo4jEnterpriseCluster'
		? {
			'app.kubernetes.io/name': 'neo4j', 'app.kubernetes.io/instance': name, 'app.kubernetes.io/component': 'database', 'neo4j.com/cluster': name,
		}
		: {app: name};
	return [
		service(`${name}-headless`, {
			clusterIP: 'None', publishNotReadyAddresses: true, selector: labels, ports: ports({backup: 6362, bolt: 7687}),
		}),
		service(`${name}-client`, {selector: labels, ports: ports({bolt: 7687})}),
		statefulSet(options, labels),
	];
};

const service = (name: string, spec: Readonly<Record<string, unknown>>): Manifest => ({
	apiVersion: 'v1', kind: 'Service', metadata: {name}, spec,
});

const ports = (named: Readonly<Record<string, number>>) => Object.entries(named).map(([name, port]) => ({name, port, targetPort: port}));

const statefulSet = ({kind, name, image, servers, databases = ['neo4j'], claims = {}}: TargetPods, labels: Readonly<Record<string, string>>): Manifest => ({
	apiVersion: 'apps/v1',
	kind: 'StatefulSet',
	metadata: {name: kind === 'Neo4jEnterpriseCluster' ? `${name}-server` : name, labels},
	spec: {
		replicas: servers.length,
		serviceName: `${name}-headless`,
		podManagementPolicy: 'Parallel',
		selector: {matchLabels: labels},
		template: {
			metadata: {labels},
			spec: {
				enableServiceLinks: false,
				automountServiceAccountToken: false,
				terminationGracePeriodSeconds: 5,
				securityContext: {
					runAsNonRoot: true, runAsUser: 7474, runAsGroup: 7474, fsGroup: 7474, seccompProfile: {type: 'RuntimeDefault'},
				},
				containers: [{...container({image, servers, databases}), ...(claims && {volumeMounts: [{name: claimOf(kind), mountPath: '/data'}]})}],
			},
		},
		...(claims && {
			volumeClaimTemplates: [{metadata: {name: claimOf(kind)}, spec: {accessModes: [claims.accessMode ?? 'ReadWriteOnce'], storageClassName: claims.storageClassName ?? 'standard', resources: {requests: {storage: '10Gi'}}}}],
		}),
	},
});

/**
The name of the claim of a server's data in its StatefulSet; its own is that, the name of the set and the ordinal.
*/
export const claimOf = (kind: TargetPods['kind']): string => kind === 'Neo4jEnterpriseCluster' ? 'data' : 'neo4j-data';

const container = ({image, servers, databases}: {readonly image: string; readonly servers: readonly string[]; readonly databases: readonly string[]}) => ({
	name: 'neo4j',
	image,
	imagePullPolicy: 'IfNotPresent',
	env: [
		{name: 'NEO4J_ACCEPT_LICENSE_AGREEMENT', value: 'yes'},
		{name: 'STAND_IN_SERVERS', value: servers.join(',')},
		{name: 'STAND_IN_DATABASES', value: databases.join(',')},
		...['username', 'password'].map(key => ({name: `STAND_IN_${key.toUpperCase()}`, valueFrom: {secretKeyRef: {name: 'neo4j-admin-secret', key}}})),
	],
	ports: [{name: 'backup', containerPort: 6362}, {name: 'bolt', containerPort: 7687}, {name: 'http', containerPort: 7474}],
	readinessProbe: {tcpSocket: {port: 'bolt'}, periodSeconds: 1},
	resources: {requests: {cpu: '10m', memory: '64Mi'}},
	securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
});
