import {ConfigurationError} from '../errors.ts';
import {type KubeClient} from '../kube/client.ts';
import {present} from '../present.ts';
import {backupTLSOf, type BackupTLS} from './backup-tls.ts';
import {findTarget} from './find-target.ts';
import {imageReference, imageVersion, isCommunity} from './image.ts';
import {listenAddressOf} from './listen-address.ts';
import {notReadyReason, type NotReady} from './readiness.ts';
import {backupAddresses, boltURI} from './target-names.ts';
import {type FoundTarget, type TargetKind} from './target-object.ts';
import {isAtLeast, oldestSupported, parseVersion} from './versions.ts';

export type {NotReady} from './readiness.ts';

/**
All that a backup needs to know of the Neo4j that it reads.
*/
export type ResolvedTarget = {
	readonly kind: TargetKind;
	readonly apiVersion: string;
	readonly namespace: string;
	readonly name: string;
	readonly uid: string;
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
	/** Present when Bolt speaks TLS: the Secrets in the target's namespace in which its authority may be found, in that order. */
	readonly tls?: {readonly trustSecrets: readonly string[]};
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

	const found = await findTarget(kube, {namespace, name});
	if (found === undefined) {
		return {reason: 'TargetNotFound', message: `there is neither a Neo4jEnterpriseCluster nor a Neo4jEnterpriseStandalone ${name} in namespace ${namespace}: the backup waits until there is one`};
	}

	if (found === 'forbidden') {
		return {reason: 'TargetForbidden', message: `the functions may not read namespace ${namespace}: this installation may be limited to other namespaces`};
	}

	return notReadyReason(found, from) ?? await lackingSecret(kube, found, from) ?? toResolved(found);
};

/**
A Pod takes its pull secrets from its own namespace, and nobody copies a Secret across the border of one.
*/
const lackingSecret = async (kube: KubeClient, found: FoundTarget, from: string): Promise<NotReady | undefined> => {
	const {pullSecrets = []} = found.object.spec.image;
	const needed = [...pullSecrets, ...[backupTLSOf(found)?.secretName].filter(name => name !== undefined)];
	for (const name of found.namespace === from ? [] : needed) {
		if (!await kube.get({
			apiVersion: 'v1', kind: 'Secret', namespace: from, name,
		})) {
			return {reason: 'SecretNotFound', message: `the target needs the Secret ${name} in namespace ${from} too, for the Pod of the backup: copy it from namespace ${found.namespace}`};
		}
	}

	return undefined;
};

const toResolved = (found: FoundTarget): ResolvedTarget => {
	const {object, kind, namespace} = found;
	const {metadata: {name, uid}, spec, status, apiVersion} = object;
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
			kind, name, namespace, servers: serverCount(found),
		}),
		adminSecret: spec.auth?.adminSecret ?? 'neo4j-admin-secret',
		boltURI: boltURI({
			kind, name, namespace, endpoint: status?.endpoints?.bolt,
		}),
		listenAddress: listenAddressOf(found) === 'missing' ? 'missing' : 'set',
		...present({
			version: requireVersion(image, status?.version),
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

const requireVersion = (image: string, reported: string | undefined): string | undefined => {
	if (isCommunity(image)) {
		throw new ConfigurationError(`the target's image ${image} is Neo4j Community, which has no online backup; give the target an Enterprise image`, 'CommunityEdition');
	}

	const version = imageVersion(image) ?? (parseVersion(reported) ? reported : undefined);
	if (version !== undefined && !isAtLeast(version, oldestSupported)) {
		throw new ConfigurationError(`the target runs Neo4j ${version}; backups need ${oldestSupported} or newer`, 'UnsupportedVersion');
	}

	return version;
};

const boltTrust = ({object: {metadata: {name}, spec: {tls}}}: FoundTarget): ResolvedTarget['tls'] =>
	tls && tls.mode !== 'disabled'
		? {trustSecrets: [...tls.trustedCASecret ? [tls.trustedCASecret] : [], tls.certificateSecret ?? `${name}-tls-secret`]}
		: undefined;

const licenceVariable = 'NEO4J_ACCEPT_LICENSE_AGREEMENT';

const licenceOf = ({object: {spec}, statefulSet}: FoundTarget): ResolvedTarget['licence'] => {
	const containers = statefulSet?.spec?.template?.spec?.containers ?? [];
	const variables = [...containers.flatMap(({env = []}) => env), ...spec.env ?? []];
	const value = variables.find(variable => variable.name === licenceVariable && variable.value)?.value ?? spec.acceptLicenseAgreement;
	return value ? {name: licenceVariable, value} : undefined;
};
