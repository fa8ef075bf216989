import {claimOf, targetPods, type DataClaims} from './target-pods.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {applyManifests} from '#local/manifests.ts';

export type TargetOptions = {
	readonly kind: 'Neo4jEnterpriseCluster' | 'Neo4jEnterpriseStandalone';
	readonly namespace: string;
	readonly name: string;
	readonly servers?: number;
	/** Tag of the image, without `-enterprise`. */
	readonly version: string;
	readonly password: string;
	readonly apiVersion?: string;
	/** Standard databases to begin with, where the servers are Pods; `neo4j` unless told. */
	readonly databases?: readonly string[];
	/** The claims of its servers; false where nothing could provide them. */
	readonly claims?: false | DataClaims;
};

/**
The backup addresses of a target's servers, as its operator names them.
*/
export const backupAddresses = ({kind, namespace, name, servers = 1}: TargetOptions): readonly string[] =>
	kind === 'Neo4jEnterpriseCluster'
		? Array.from({length: servers}, (_, ordinal) => `${name}-server-${ordinal}.${name}-headless.${namespace}.svc.cluster.local:6362`)
		: [`${name}-0.${name}-headless.${namespace}.svc.cluster.local:6362`];

/**
The claim of a server's data, by its backup address.
*/
export const dataClaim = ({kind}: Pick<TargetOptions, 'kind'>, address: string): string => `${claimOf(kind)}-${address.split('.')[0]!}`;

/**
Puts the objects of a ready target into the API server, as its operator would: the custom resource, its StatefulSet, ConfigMap and admin Secret.
*/
export const applyTarget = async (kube: KubeClient, options: TargetOptions): Promise<Manifest> => {
	const {kind, namespace, name, servers = 1, version, password, apiVersion = 'neo4j.neo4j.com/v1beta1'} = options;
	const isCluster = kind === 'Neo4jEnterpriseCluster';
	const image = {repo: 'neo4j', tag: `${version}-enterprise`};
	await applyManifests(kube, [
		secret('neo4j-admin-secret', {username: 'neo4j', password}),
		{
			apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: `${name}-config`}, data: {'neo4j.conf': 'server.backup.enabled=true\nserver.backup.listen_address=0.0.0.0:6362\n'},
		},
		...targetPods({...options, image: `${image.repo}:${image.tag}`, servers: backupAddresses(options)}),
	], namespace);
	const target = await kube.create<Manifest>({
		apiVersion,
		kind,
		metadata: {name, namespace},
		spec: {
			image, storage: {className: 'standard', size: '10Gi'}, auth: {adminSecret: 'neo4j-admin-secret'}, tls: {mode: 'disabled'}, ...(isCluster && {topology: {servers}}),
		},
	});
	return kube.replaceStatus({
		...target, status: {
			phase: 'Ready', message: 'ready (stand-in)', version, ...(isCluster && {replicas: {servers, ready: servers}}),
		},
	});
};

const secret = (name: string, data: Readonly<Record<string, string>>): Manifest => ({
	apiVersion: 'v1', kind: 'Secret', metadata: {name}, stringData: data,
});
