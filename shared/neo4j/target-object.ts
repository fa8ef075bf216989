import {type KubeObject} from '../kube/object.ts';

/**
The group of the operator that runs the targets. It is not ours, also where our own group is another.
*/
export const targetGroup = 'neo4j.neo4j.com';

/** The versions of that group that were ever served, newest first; a cluster serves one of them. */
export const targetVersions = ['v1beta1', 'v1alpha1'] as const;

export type TargetKind = 'Neo4jEnterpriseCluster' | 'Neo4jEnterpriseStandalone';

/**
What is read of a Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone; the same in both versions.
*/
export type TargetObject = KubeObject & {
	readonly spec: {
		readonly image: {readonly repo: string; readonly tag: string; readonly pullPolicy?: string; readonly pullSecrets?: readonly string[]};
		readonly topology?: {readonly servers?: number};
		readonly auth?: {readonly adminSecret?: string};
		readonly tls?: {readonly mode?: string; readonly certificateSecret?: string; readonly trustedCASecret?: string};
		readonly config?: Readonly<Record<string, string>>;
		readonly env?: readonly EnvironmentVariable[];
		readonly nodeSelector?: Readonly<Record<string, string>>;
		readonly tolerations?: ReadonlyArray<Record<string, unknown>>;
		readonly acceptLicenseAgreement?: string;
	};
	readonly status?: {
		readonly phase?: string;
		readonly message?: string;
		readonly version?: string;
		readonly endpoints?: {readonly bolt?: string};
	};
};

export type EnvironmentVariable = {readonly name: string; readonly value?: string};

export type StatefulSet = KubeObject & {
	readonly spec?: {
		readonly replicas?: number;
		readonly template?: {readonly spec?: PodTemplate};
		readonly volumeClaimTemplates?: readonly ClaimTemplate[];
		readonly persistentVolumeClaimRetentionPolicy?: {readonly whenScaled?: 'Retain' | 'Delete'; readonly whenDeleted?: 'Retain' | 'Delete'};
	};
	readonly status?: {readonly replicas?: number; readonly readyReplicas?: number};
};

export type ClaimTemplate = {readonly metadata: {readonly name: string}; readonly spec?: {readonly accessModes?: readonly string[]}};

export type PodTemplate = {
	readonly containers?: readonly ServerContainer[];
	readonly volumes?: readonly PodVolume[];
	readonly imagePullSecrets?: ReadonlyArray<{readonly name: string}>;
	readonly nodeSelector?: Readonly<Record<string, string>>;
	readonly tolerations?: ReadonlyArray<Record<string, unknown>>;
};

export type ServerContainer = {
	readonly name: string;
	readonly image?: string;
	readonly imagePullPolicy?: string;
	readonly env?: readonly EnvironmentVariable[];
	readonly envFrom?: ReadonlyArray<{readonly configMapRef?: {readonly name: string}; readonly secretRef?: {readonly name: string}}>;
	readonly volumeMounts?: ReadonlyArray<{readonly name: string; readonly mountPath: string; readonly subPath?: string}>;
};

export type PodVolume = {
	readonly name: string;
	readonly secret?: {readonly secretName?: string; readonly defaultMode?: number};
	readonly projected?: {readonly sources?: readonly ProjectedSource[]; readonly defaultMode?: number};
};

export type ProjectedSource = {
	readonly secret?: {readonly name: string; readonly items?: ReadonlyArray<{readonly key: string; readonly path: string}>};
	readonly configMap?: {readonly name: string};
};

export type ConfigMap = KubeObject & {readonly data?: Readonly<Record<string, string>>};

/** A target with the objects of its operator that tell more of it. */
export type FoundTarget = {
	readonly object: TargetObject;
	readonly kind: TargetKind;
	readonly namespace: string;
	readonly statefulSet?: StatefulSet;
	readonly configMap?: ConfigMap;
};
