import {
	type V1Container, type V1JobSpec, type V1PodSpec, type V1StatefulSetSpec,
} from '@kubernetes/client-node';
import {type KubeObject} from '#shared/kube/object.ts';

/**
Pods and what makes them as they are on the wire: times are text.
*/
export type Condition = {
	readonly type: string;
	readonly status: string;
	readonly reason?: string;
	readonly message?: string;
	readonly lastProbeTime?: string | undefined;
	readonly lastTransitionTime?: string;
};

export type Terminated = {
	readonly exitCode: number;
	readonly signal?: number;
	readonly reason: string;
	readonly message?: string;
	readonly startedAt?: string;
	readonly finishedAt?: string;
	readonly containerID?: string;
};

export type ContainerState = {
	readonly waiting?: {readonly reason: string; readonly message?: string};
	readonly running?: {readonly startedAt: string};
	readonly terminated?: Terminated;
};

export type ContainerStatus = {
	readonly name: string;
	readonly image: string;
	readonly imageID: string;
	readonly containerID?: string;
	readonly ready: boolean;
	readonly started: boolean;
	readonly restartCount: number;
	readonly state: ContainerState;
	readonly lastState: Record<string, never>;
};

export type PodStatus = {
	readonly [field: string]: unknown;
	readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
	readonly reason?: string;
	readonly message?: string;
	readonly conditions?: readonly Condition[];
	readonly initContainerStatuses?: readonly ContainerStatus[];
	readonly containerStatuses?: readonly ContainerStatus[];
};

export type Container = V1Container;

export type Pod = KubeObject & {
	readonly metadata: {readonly generateName?: string; readonly deletionGracePeriodSeconds?: number};
	readonly spec: V1PodSpec;
	readonly status?: PodStatus;
};

export type JobStatus = {
	readonly startTime?: string;
	readonly completionTime?: string;
	readonly active?: number;
	readonly ready?: number;
	readonly terminating?: number;
	readonly succeeded?: number;
	readonly failed?: number;
	readonly conditions?: readonly Condition[];
	readonly uncountedTerminatedPods?: Record<string, never>;
};

export type Job = KubeObject & {readonly spec: V1JobSpec; readonly status?: JobStatus};

export type StatefulSetStatus = {
	readonly observedGeneration?: number;
	readonly replicas: number;
	readonly readyReplicas?: number;
	readonly availableReplicas: number;
	readonly currentReplicas?: number;
	readonly updatedReplicas?: number;
	readonly currentRevision?: string;
	readonly updateRevision?: string;
	readonly collisionCount?: number;
};

export type StatefulSet = KubeObject & {readonly spec: V1StatefulSetSpec; readonly status?: StatefulSetStatus};

export type Claim = KubeObject & {
	readonly spec?: {readonly accessModes?: readonly string[]; readonly volumeName?: string; readonly resources?: {readonly requests?: Readonly<Record<string, string>>}};
	readonly status?: {readonly phase?: string};
};

/**
An instant as Kubernetes writes it: whole seconds, UTC.
*/
export const toTimestamp = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/**
Whether a pod is ready to serve, in deletion or not.
*/
export const isReady = ({status}: Pod): boolean => status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') ?? false;

/**
Whether a pod has ended for good.
*/
export const isFinished = ({status}: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
