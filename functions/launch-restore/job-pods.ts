import {type KubeClient} from '#shared/kube/client.ts';
import {isControlledBy, type KubeObject} from '#shared/kube/object.ts';

type ContainerStatus = {
	readonly name: string;
	readonly state?: {
		readonly waiting?: {readonly reason?: string; readonly message?: string};
		readonly terminated?: {readonly exitCode: number; readonly reason?: string; readonly message?: string};
	};
};

export type PodObject = KubeObject & {
	readonly spec?: {readonly nodeName?: string};
	readonly status?: {
		readonly phase?: string;
		readonly reason?: string;
		readonly message?: string;
		readonly initContainerStatuses?: readonly ContainerStatus[];
		readonly containerStatuses?: readonly ContainerStatus[];
	};
};

/**
The Pods of a Job, the newest first.
*/
export const podsOf = async (kube: KubeClient, job: KubeObject): Promise<readonly PodObject[]> => {
	const pods: PodObject[] = [];
	for await (const page of kube.list<PodObject>({apiVersion: 'v1', kind: 'Pod', namespace: job.metadata.namespace!}, {labelSelector: `batch.kubernetes.io/job-name=${job.metadata.name}`})) {
		pods.push(...page.filter(pod => isControlledBy(pod, job)));
	}

	return pods.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''));
};

/**
The last words of a container, of the newest Pod in which it has said any.
*/
export const lastWords = (pods: readonly PodObject[], container: string): string | undefined => pods
	.flatMap(pod => statuses(pod))
	.filter(({name}) => name === container)
	.map(({state}) => state?.terminated?.message)
	.find(Boolean);

/**
Why a Pod failed or does not start, in words: the container that ended badly and what it said, or what the kubelet says of it.
*/
export const podProblem = (pods: readonly PodObject[]): string | undefined => pods.map(pod => {
	const failed = statuses(pod).find(({state}) => (state?.terminated?.exitCode ?? 0) !== 0);
	if (failed) {
		const {exitCode, reason, message} = failed.state!.terminated!;
		return reason === 'OOMKilled'
			? `container ${failed.name} ran out of memory (OOMKilled)`
			: `container ${failed.name} ended with exit code ${exitCode}${message ? `: ${message.trim()}` : ''}`;
	}

	const waiting = statuses(pod).find(({state}) => state?.waiting?.reason && !harmless.has(state.waiting.reason));
	return waiting
		? `container ${waiting.name} cannot start: ${waiting.state!.waiting!.reason}${waiting.state!.waiting!.message ? `: ${waiting.state!.waiting!.message}` : ''}`
		: pod.status?.reason && `the Pod was ended: ${pod.status.reason}${pod.status.message ? `: ${pod.status.message}` : ''}`;
}).find(Boolean);

const harmless = new Set(['ContainerCreating', 'PodInitializing', 'Completed']);

const statuses = ({status}: PodObject): readonly ContainerStatus[] => [...status?.initContainerStatuses ?? [], ...status?.containerStatuses ?? []];
