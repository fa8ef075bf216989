import {childName} from '#shared/api/names.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {isControlledBy, type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';

type Job = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string}>}};
type Pod = KubeObject & {readonly status?: {readonly phase?: string}};

/**
Sees to it that nothing writes to the target's volume any more: ends the restore Job if it goes on, with its Pods, and answers the names of the Pods that still run. As long as there is one, no server may come up beside it (decision D51).
*/
export const endRestorePods = async (kube: KubeClient, restore: Neo4jRestore, {evenFinished = false} = {}): Promise<readonly string[]> => {
	const {namespace, name} = restore.metadata;
	const reference = {
		apiVersion: 'batch/v1', kind: 'Job', namespace: namespace!, name: childName(name, 'restore'),
	};
	const job = await kube.get<Job>(reference);
	if (job && isControlledBy(job, restore) && job.metadata.deletionTimestamp === undefined && (evenFinished || !isFinished(job))) {
		await kube.delete(reference, {uid: job.metadata.uid!, propagationPolicy: 'Foreground'});
	}

	const left: string[] = [];
	// By the Job's name: also a Pod whose Job is gone may go on writing.
	for await (const page of kube.list<Pod>({apiVersion: 'v1', kind: 'Pod', namespace: namespace!}, {labelSelector: `batch.kubernetes.io/job-name=${reference.name}`})) {
		left.push(...page.filter(({status}) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed').map(({metadata}) => metadata.name));
	}

	return left;
};

const isFinished = ({status}: Job): boolean => status?.conditions?.some(({type, status: value}) => (type === 'Complete' || type === 'Failed') && value === 'True') ?? false;

/**
Removes the Pod that has held server 0's name, if it is of this restore. Whether there is none any more.
*/
export const removePlaceholder = async (kube: KubeClient, restore: Neo4jRestore): Promise<boolean> => {
	const {target} = restore.status ?? {};
	if (!target) {
		return true;
	}

	const reference = {
		apiVersion: 'v1', kind: 'Pod', namespace: restore.metadata.namespace!, name: `${target.statefulSet}-0`,
	};
	const isOurs = (pod: KubeObject | undefined): pod is KubeObject => pod !== undefined && isControlledBy(pod, restore);
	const pod = await kube.get(reference);
	if (!isOurs(pod)) {
		return true;
	}

	await kube.delete(reference, {uid: pod.metadata.uid!});
	return !isOurs(await kube.get(reference));
};
