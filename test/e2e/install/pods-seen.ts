import {Watch, type KubeConfig} from '@kubernetes/client-node';
import {type KubeObject} from '#shared/kube/object.ts';

type SecurityContext = {
	readonly runAsNonRoot?: boolean;
	readonly runAsUser?: number;
	readonly readOnlyRootFilesystem?: boolean;
	readonly allowPrivilegeEscalation?: boolean;
	readonly capabilities?: {readonly drop?: readonly string[]; readonly add?: readonly string[]};
	readonly seccompProfile?: {readonly type: string};
};

export type SeenPod = KubeObject & {
	readonly spec: {
		readonly securityContext: SecurityContext;
		readonly initContainers?: readonly SeenContainer[];
		readonly containers: readonly SeenContainer[];
	};
	readonly status?: {readonly phase?: string};
};

export type SeenContainer = {readonly name: string; readonly securityContext: SecurityContext};

export type PodsSeen = {
	/** Each as it was last. */
	readonly pods: () => readonly SeenPod[];
	readonly stop: () => void;
};

/**
Remembers every Pod of a namespace from now on, those too that are gone by the time that a test looks: a sweep's Job is removed as soon as it is recorded.
*/
export const seePods = async (kubeConfig: KubeConfig, namespace: string): Promise<PodsSeen> => {
	const seen = new Map<string, SeenPod>();
	let stopped = false;
	let watch: AbortController | undefined;
	const begin = async (): Promise<void> => {
		watch = await new Watch(kubeConfig).watch(`/api/v1/namespaces/${namespace}/pods`, {}, (_type, pod: SeenPod) => {
			if (pod.metadata?.uid) {
				seen.set(pod.metadata.uid, pod);
			}
		}, () => {
			// A server ends a watch when it likes; a new one begins with all Pods that are there.
			if (!stopped) {
				begin().catch(() => undefined);
			}
		});
	};

	await begin();
	return {
		pods: () => [...seen.values()],
		stop() {
			stopped = true;
			watch?.abort();
		},
	};
};
