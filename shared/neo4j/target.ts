import {annotations} from '../api/group.ts';
import {ConfigurationError} from '../errors.ts';
import {type KubeClient} from '../kube/client.ts';
import {KubeError} from '../kube/kube-error.ts';
import {present} from '../present.ts';
import {backupTLSOf, type BackupTLS} from './backup-tls.ts';
import {findRelease} from './find-release.ts';
import {findTarget} from './find-target.ts';
import {imageReference} from './image.ts';
import {licenceVariable} from './licence.ts';
import {backupPortOf, listenAddressOf} from './listen-address.ts';
import {notReadyReason, type NotReady} from './readiness.ts';
import {releaseTarget} from './release-target.ts';
import {requireVersion} from './require-version.ts';
import {backupAddresses, boltURI} from './target-names.ts';
import {type FoundTarget, type TargetKind} from './target-object.ts';

export type {NotReady} from './readiness.ts';

/**
All that a backup needs to know of the Neo4j that it reads.
*/
export type ResolvedTarget = {
	readonly kind: TargetKind | 'HelmRelease';
	readonly apiVersion: string;
	readonly namespace: string;
	readonly name: string;
	readonly uid: string;
	/** Another one after each restore into the target; absent before the first. */
	readonly timeline?: string;
	/** `5.26.3`; absent when neither image nor status says. */
	readonly version?: string;
	readonly image: string;
	readonly imagePullPolicy?: string;
	readonly imagePullSecrets: readonly string[];
	/** Backup addresses of all servers, by ordinal. */
	readonly servers: readonly string[];
	/** Secret in the target's namespace with `username` and `password`, or `NEO4J_AUTH`. */
	readonly adminSecret: string;
	readonly boltURI: string;
	/** Present when Bolt speaks TLS: the Secrets in the target's namespace in which its authority may be found, in that order, and the keys that hold one; `ca.crt` and `tls.crt` when absent. */
	readonly tls?: {readonly trustSecrets: readonly string[]; readonly keys?: readonly string[]};
	readonly backupTLS?: BackupTLS;
	/** What the target's owner has answered to Neo4j's licence; nothing is accepted in their place. */
	readonly licence?: {readonly name: string; readonly value: string};
	readonly nodeSelector?: Readonly<Record<string, string>>;
	readonly tolerations?: ReadonlyArray<Record<string, unknown>>;
	/** `missing` is to be set before the first backup, with `listenAddressPatch`. */
	readonly listenAddress: 'set' | 'missing';
};

export type TargetQuestion = {
	/** `spec.target` of the Neo4jBackup. */
	readonly target: {readonly kind: 'Cluster' | 'Database'; readonly name: string; readonly clusterRef?: string; readonly namespace?: string};
	/** Namespace of the Neo4jBackup. */
	readonly namespace: string;
};

/**
Finds the target of a backup, and what its image, its servers and its secrets are. What may pass (it is not there yet, not Ready, under restore, without consent) is a NotReady; what has to be changed (Community, a version without the means) is a ConfigurationError.
*/
export const resolveTarget = async (kube: KubeClient, {target, namespace: from}: TargetQuestion): Promise<ResolvedTarget | NotReady> => {
	const name = target.kind === 'Database' ? target.clusterRef : target.name;
	const namespace = target.namespace ?? from;
	if (!name) {
		throw new ConfigurationError('spec.target.clusterRef: it must name the cluster or standalone that has the database, when spec.target.kind is Database');
	}

	try {
		const target = await readTarget(kube, {namespace, name}, from);
		return 'servers' in target ? await lackingSecret(kube, target, from) ?? target : target;
	} catch (error) {
		if (error instanceof KubeError && error.status === 403) {
			return {reason: 'TargetForbidden', message: `the functions may not read namespace ${namespace}: this installation may be limited to other namespaces (${error.message})`};
		}

		throw error;
	}
};

const readTarget = async (kube: KubeClient, {namespace, name}: {readonly namespace: string; readonly name: string}, from: string): Promise<ResolvedTarget | NotReady> => {
	const found = await findTarget(kube, {namespace, name});
	if (found) {
		return notReadyReason(found, from) ?? toResolved(found);
	}

	const release = await findRelease(kube, {namespace, name});
	return release
		? releaseTarget(release, from)
		: {reason: 'TargetNotFound', message: `there is neither a Neo4jEnterpriseCluster nor a Neo4jEnterpriseStandalone ${name} in namespace ${namespace}, and no Neo4j of that name from the Helm chart: the backup waits until there is one`};
};

/**
A Pod takes its pull secrets from its own namespace, and nobody copies a Secret across the border of one.
*/
const lackingSecret = async (kube: KubeClient, {namespace, imagePullSecrets, backupTLS}: ResolvedTarget, from: string): Promise<NotReady | undefined> => {
	const needed = [...imagePullSecrets, ...backupTLS?.secretNames ?? []];
	for (const name of namespace === from ? [] : needed) {
		if (!await kube.get({
			apiVersion: 'v1', kind: 'Secret', namespace: from, name,
		})) {
			return {reason: 'SecretNotFound', message: `the target needs the Secret ${name} in namespace ${from} too, for the Pod of the backup: copy it from namespace ${namespace}`};
		}
	}

	return undefined;
};

/**
What a target of either kind is, whether or not it is ready. Throws a ConfigurationError for Community and for a version without the means.
*/
export const toResolved = (found: FoundTarget): ResolvedTarget => {
	const {object, kind, namespace} = found;
	const {metadata: {name, uid, annotations: given}, spec, status, apiVersion} = object;
	const {pullPolicy, pullSecrets} = spec.image;
	const image = imageReference(spec.image);
	return {
		kind,
		apiVersion,
		namespace,
		name,
		uid: uid!,
		image,
		imagePullSecrets: pullSecrets ?? [],
		servers: backupAddresses({
			kind, name, namespace, servers: serverCount(found), port: backupPortOf(found),
		}),
		adminSecret: spec.auth?.adminSecret ?? 'neo4j-admin-secret',
		boltURI: boltURI({
			kind, name, namespace, endpoint: status?.endpoints?.bolt,
		}),
		listenAddress: listenAddressOf(found) === 'missing' ? 'missing' : 'set',
		...present({
			version: requireVersion(image, status?.version),
			timeline: given?.[annotations.timeline],
			imagePullPolicy: pullPolicy,
			tls: boltTrust(found),
			backupTLS: backupTLSOf(found),
			licence: licenceOf(found),
			...placementOf(found),
		}),
	};
};

const placementOf = ({object: {spec}, statefulSet}: FoundTarget) => {
	const pod = statefulSet?.spec?.template?.spec;
	return {nodeSelector: pod?.nodeSelector ?? spec.nodeSelector, tolerations: pod?.tolerations ?? spec.tolerations};
};

/**
As many as the user wants, and not more than there are yet.
*/
const serverCount = ({kind, object, statefulSet}: FoundTarget): number => {
	const replicas = statefulSet?.spec?.replicas;
	if (kind === 'Neo4jEnterpriseStandalone') {
		return 1;
	}

	return Math.min(object.spec.topology?.servers ?? replicas ?? 1, replicas ?? Number.POSITIVE_INFINITY);
};

const boltTrust = ({object: {metadata: {name}, spec: {tls}}}: FoundTarget): ResolvedTarget['tls'] =>
	tls && tls.mode !== 'disabled'
		? {trustSecrets: [...tls.trustedCASecret ? [tls.trustedCASecret] : [], tls.certificateSecret ?? `${name}-tls-secret`]}
		: undefined;

const licenceOf = ({object: {spec}, statefulSet}: FoundTarget): ResolvedTarget['licence'] => {
	const containers = statefulSet?.spec?.template?.spec?.containers ?? [];
	const variables = [...containers.flatMap(({env = []}) => env), ...spec.env ?? []];
	const value = variables.find(variable => variable.name === licenceVariable && variable.value)?.value ?? spec.acceptLicenseAgreement;
	return value ? {name: licenceVariable, value} : undefined;
};
