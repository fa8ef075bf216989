import {isDeepStrictEqual} from 'node:util';
import {admitPod} from './admit-pod.ts';
import {trackingFinalizer} from './job-count.ts';
import {planJob, type JobPlan} from './job-plan.ts';
import {recordEvent} from './node-events.ts';
import {type NodeContext} from './node-context.ts';
import {podOfJob} from './pod-of-job.ts';
import {createReconcileQueue, type Owner} from './reconcile-queue.ts';
import {type Job, type Pod} from './workloads.ts';
import {type Connection} from '#local/kube/connect.ts';
import {resourcePath} from '#shared/kube/resource-path.ts';
import {referenceOf, type KubeObject} from '#shared/kube/object.ts';

export type JobController = {
	/** The Job changed, or is gone. */
	readonly jobChanged: (job: KubeObject) => void;
	/** A pod changed, or is gone; those of no Job are ignored. */
	readonly podChanged: (pod: Pod) => void;
	/** Whether a Job waits to start a pod once more. */
	readonly isBackingOff: () => boolean;
	readonly close: () => void;
};

const component = 'job-controller';

/**
The Job controller: for every change it reads the Job and its pods anew, one reconciliation of a Job at a time, and does what `planJob` says.
*/
export const createJobController = (context: NodeContext, connection: Connection): JobController => {
	const backingOff = new Set<string>();
	const lastFailures = new Map<string, number>();

	const podsOf = async ({uid, namespace}: Owner): Promise<readonly Pod[]> => {
		const {items} = await connection.list(resourcePath({apiVersion: 'v1', kind: 'Pod', namespace}), {labelSelector: `batch.kubernetes.io/controller-uid=${uid}`});
		return items.filter(pod => pod.metadata.ownerReferences?.some(reference => reference.uid === uid)) as unknown as readonly Pod[];
	};

	const reconcile = async (owner: Owner) => {
		const job = await context.client.get<Job>({
			apiVersion: 'batch/v1', kind: 'Job', namespace: owner.namespace, name: owner.name,
		});
		const pods = await podsOf(owner);
		if (job?.metadata.uid !== owner.uid || job.metadata.deletionTimestamp) {
			queue.wake(owner, undefined);
			backingOff.delete(owner.uid);
			// Their deletion is the garbage collector's.
			await Promise.all(pods.map(async pod => release(context, pod)));
			return;
		}

		const lastFailure = lastFailures.get(owner.uid);
		const plan = planJob({
			job, pods, now: context.now(), backoffScale: context.backoffScale, ...(lastFailure !== undefined && {sinceFailureMs: performance.now() - lastFailure}),
		});
		if (plan.release.some(pod => pod.status?.phase === 'Failed')) {
			lastFailures.set(owner.uid, performance.now());
		}

		await carryOut(context, job, plan);
		backingOff.delete(owner.uid);
		if (plan.backsOff) {
			backingOff.add(owner.uid);
		}

		queue.wake(owner, plan.wakeMs);
	};

	const queue = createReconcileQueue(context, reconcile);

	return {
		jobChanged({metadata: {uid, namespace, name}}) {
			queue.enqueue({uid: uid!, namespace: namespace!, name});
		},
		podChanged({metadata: {namespace, ownerReferences = []}}) {
			const owner = ownerReferences.find(({kind, controller}) => kind === 'Job' && controller === true);
			if (owner) {
				queue.enqueue({uid: owner.uid, namespace: namespace!, name: owner.name});
			}
		},
		isBackingOff: () => backingOff.size > 0,
		close: queue.close,
	};
};

const carryOut = async (context: NodeContext, job: Job, plan: JobPlan): Promise<void> => {
	const {client, now} = context;
	const status = structuredClone(plan.status);
	if (!isDeepStrictEqual(status, job.status)) {
		await client.replaceStatus({...job, status});
	}

	for (const pod of plan.release) {
		await release(context, pod);
	}

	for (const pod of plan.remove) {
		await client.delete(referenceOf(pod), {uid: pod.metadata.uid!});
		await recordEvent(context, component, job, {type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}`});
	}

	for (let count = 0; count < plan.create; count++) {
		const pod = await client.create(await admitPod(context, podOfJob(job)));
		await recordEvent(context, component, job, {type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}`});
	}

	for (const event of plan.events) {
		await recordEvent(context, component, job, event);
	}

	if (plan.expired) {
		context.log.debug({job: job.metadata.name, at: now()}, 'a finished job has outlived its time');
		await client.delete(referenceOf(job), {uid: job.metadata.uid!, propagationPolicy: 'Foreground'});
	}
};

const release = async ({client}: NodeContext, pod: Pod): Promise<void> => {
	const {finalizers = []} = pod.metadata;
	if (finalizers.includes(trackingFinalizer)) {
		await client.patch(referenceOf(pod), {metadata: {finalizers: finalizers.filter(finalizer => finalizer !== trackingFinalizer)}});
	}
};
