import {type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';

export type ChartValues = {
	/** `neo4j.name`, which all servers of a cluster share. */
	readonly name: string;
	readonly release: string;
	readonly namespace: string;
	/** The whole of `config`. */
	readonly config?: Readonly<Record<string, string>>;
	readonly image?: string;
	readonly edition?: 'enterprise' | 'community';
	readonly minimumClusterSize?: number;
	readonly clusterDomain?: string;
	readonly imagePullSecrets?: readonly string[];
	readonly nodeSelector?: Readonly<Record<string, string>>;
	readonly tolerations?: ReadonlyArray<Record<string, unknown>>;
	/** Names under `ssl` that have a certificate, each with the Secret of its two keys. */
	readonly ssl?: Readonly<Record<string, {readonly secretName: string; readonly trusted?: string}>>;
	readonly adminService?: boolean;
	readonly password?: string;
	readonly annotations?: Readonly<Record<string, string>>;
};

/**
What `helm install <release> neo4j/neo4j` makes of these values, of chart 5.26, as far as a backup can see it.
*/
export const chartObjects = (values: ChartValues): readonly Manifest[] => [
	configMap(values, 'default-config', defaultSettings(values)),
	configMap(values, 'user-config', values.config ?? {}),
	configMap(values, 'k8s-config', {'server.default_listen_address': '0.0.0.0'}),
	configMap(values, 'env', {
		NEO4J_ACCEPT_LICENSE_AGREEMENT: 'yes', NEO4J_EDITION: `${(values.edition ?? 'enterprise').toUpperCase()}_K8S`, NEO4J_CONF: '/config/', K8S_NEO4J_NAME: values.name, EXTENDED_CONF: 'yes',
	}),
	...isCluster(values) && !values.release.endsWith('-1') ? [] : [secret(values)],
	service(values, '', 'default', [7687, 7474, 7473]),
	...values.adminService === false ? [] : [service(values, '-admin', 'admin', [6362, 7687, 7474, 7473])],
	...isCluster(values) ? [service(values, '-internals', 'internals', [6362, 7687, 7474, 7473, 7688, 5000, 7000, 6000])] : [],
	statefulSet(values),
];

/**
Applies them, with as many Pods ready as are asked for.
*/
export const installChart = async (kube: KubeClient, values: ChartValues, readyReplicas = 1): Promise<Manifest> => {
	for (const object of chartObjects(values)) {
		const created = await kube.create<Manifest>(object);
		if (created.kind === 'StatefulSet') {
			return kube.replaceStatus({...created, status: {replicas: 1, readyReplicas}});
		}
	}

	throw new Error('the chart makes no StatefulSet');
};

const isCluster = ({minimumClusterSize = 1}: ChartValues): boolean => minimumClusterSize >= 3;

const labelsOf = (values: ChartValues): Record<string, string> => ({
	app: values.name, 'helm.neo4j.com/neo4j.name': values.name, 'helm.neo4j.com/instance': values.release, 'app.kubernetes.io/managed-by': 'Helm',
});

const metadata = (values: ChartValues, name: string) => ({
	name, namespace: values.namespace, labels: labelsOf(values), annotations: {'meta.helm.sh/release-name': values.release, 'meta.helm.sh/release-namespace': values.namespace},
});

const defaultSettings = (values: ChartValues): Record<string, string> => ({
	...values.edition !== 'community' && {'server.backup.listen_address': '0.0.0.0:6362'},
	'server.bolt.connection_keep_alive': '30s',
	...isCluster(values) && {
		'dbms.cluster.minimum_initial_system_primaries_count': String(values.minimumClusterSize), 'server.discovery.advertised_address': '$(hostname -f)',
	},
	'dbms.ssl.policy.bolt.client_auth': 'NONE',
	...Object.fromEntries(Object.keys(values.ssl ?? {}).map(name => [`dbms.ssl.policy.${name}.enabled`, 'true'])),
	...values.ssl?.['bolt'] && {'server.bolt.tls_level': 'REQUIRED'},
});

const configMap = (values: ChartValues, suffix: string, data: Record<string, string>): Manifest => {
	const {app, 'app.kubernetes.io/managed-by': managedBy} = labelsOf(values);
	return {
		apiVersion: 'v1', kind: 'ConfigMap', metadata: {...metadata(values, `${values.release}-${suffix}`), labels: {app: app!, 'app.kubernetes.io/managed-by': managedBy!}}, data,
	};
};

const secret = (values: ChartValues): Manifest => ({
	apiVersion: 'v1', kind: 'Secret', metadata: metadata(values, `${values.name}-auth`), type: 'Opaque', stringData: {NEO4J_AUTH: `neo4j/${values.password ?? 'a-long-password'}`},
});

const service = (values: ChartValues, suffix: string, role: string, ports: readonly number[]): Manifest => {
	const base = metadata(values, `${values.release}${suffix}`);
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: {...base, labels: {...base.labels, 'helm.neo4j.com/service': role}},
		spec: {
			type: 'ClusterIP', publishNotReadyAddresses: role !== 'default', ...role === 'internals' && {clusterIP: 'None'}, selector: {app: values.name, 'helm.neo4j.com/instance': values.release}, ports: ports.map(port => ({
				protocol: 'TCP', port, targetPort: port, name: `tcp-${port}`,
			})),
		},
	};
};

const statefulSet = (values: ChartValues): Manifest => {
	const {release, namespace, clusterDomain = 'cluster.local', ssl = {}} = values;
	const labels = {...labelsOf(values), 'helm.neo4j.com/clustering': String(isCluster(values))};
	const host = (suffix: string) => `${release}${suffix}.${namespace}.svc.${clusterDomain}`;
	const base = metadata(values, release);
	return {
		apiVersion: 'apps/v1',
		kind: 'StatefulSet',
		metadata: {...base, labels, annotations: {...base.annotations, ...values.annotations}},
		spec: {
			serviceName: release,
			podManagementPolicy: 'Parallel',
			replicas: 1,
			selector: {matchLabels: {app: values.name, 'helm.neo4j.com/instance': release}},
			template: {
				metadata: {labels: {...labels, 'helm.neo4j.com/pod_category': 'neo4j-instance'}},
				spec: {
					...values.tolerations && {tolerations: values.tolerations},
					...values.imagePullSecrets && {imagePullSecrets: values.imagePullSecrets.map(name => ({name}))},
					...values.nodeSelector && {nodeSelector: values.nodeSelector},
					securityContext: {runAsNonRoot: true, runAsUser: 7474, fsGroup: 7474},
					containers: [{
						name: 'neo4j',
						image: values.image ?? 'neo4j:5.26.3-enterprise',
						imagePullPolicy: 'IfNotPresent',
						envFrom: [{configMapRef: {name: `${release}-env`}}, {secretRef: {name: `${values.name}-auth`}}],
						env: [
							{name: 'HELM_NEO4J_VERSION', value: '5.26.3'},
							{name: 'POD_NAME', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}},
							{name: 'SERVICE_NEO4J_ADMIN', value: host('-admin')},
							{name: 'SERVICE_NEO4J_INTERNALS', value: host('-internals')},
							{name: 'SERVICE_NEO4J', value: host('')},
						],
						volumeMounts: [
							{mountPath: '/config/neo4j.conf', name: 'neo4j-conf'},
							{mountPath: '/data', name: 'data', subPath: 'data'},
							...Object.entries(ssl).flatMap(([name, {trusted}]) => [
								{mountPath: `/var/lib/neo4j/certificates/${name}`, name: `${name}-certificates`, readOnly: true},
								...trusted ? [{mountPath: `/var/lib/neo4j/certificates/${name}/trusted`, name: `${name}-trusted`, readOnly: true}] : [],
							]),
						],
					}],
					volumes: [
						{name: 'neo4j-conf', projected: {defaultMode: 0o440, sources: ['default-config', 'user-config', 'k8s-config'].map(suffix => ({configMap: {name: `${release}-${suffix}`}}))}},
						...Object.entries(ssl).flatMap(([name, {secretName, trusted}]) => [
							{name: `${name}-certificates`, projected: {sources: [['tls.crt', 'public.crt'], ['tls.key', 'private.key']].map(([key, path]) => ({secret: {name: secretName, items: [{key, path}]}}))}},
							...trusted ? [{name: `${name}-trusted`, projected: {defaultMode: 0o440, sources: [{secret: {name: trusted}}]}}] : [],
						]),
					],
				},
			},
			volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '10Gi'}}}}],
		},
	};
};
