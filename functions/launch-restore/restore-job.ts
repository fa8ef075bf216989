import {ensureChild, childOf} from './child.ts';
import {findKey} from './find-key.ts';
import {podProblem, podsOf, type PodObject} from './job-pods.ts';
import {restoreJobManifest} from './restore-job-manifest.ts';
import {labels} from '#shared/api/group.ts';
import {toTime} from '#shared/api/conditions.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {findStorage} from '#shared/pods/find-storage.ts';
import {present} from '#shared/present.ts';
import {newestArtifact, targetOf} from '#shared/restore/end-restore.ts';
import {findHeld} from '#shared/restore/find-held.ts';
import {findRestoreTarget} from '#shared/restore/find-target.ts';
import {type Step, type StepContext, type StepOutcome} from '#shared/restore/step.ts';

type JobObject = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string}>}};

/**
Creates the one Job that restores (backoffLimit 0), follows it, and says what it achieved. A Job that was created and is gone is a lost one: nobody knows what it did (decision D77).
*/
export const restoreJob: Step = async context => {
	const {kube, restore} = context;
	const {status, metadata} = restore;
	const reference = {
		apiVersion: 'batch/v1', kind: 'Job', namespace: metadata.namespace!, name: childOf(restore, 'restore'),
	};
	if (status?.jobUID === undefined) {
		return created(context);
	}

	const found = await kube.get<JobObject>(reference);
	if (found?.metadata.uid !== status.jobUID) {
		return {kind: 'failed', reason: 'JobLost', message: `The Job ${reference.name} is gone, and nobody knows how far it came: create the restore again`};
	}

	const interference = await interfered(context);
	if (interference) {
		await kube.delete(referenceOf(found), {uid: status.jobUID, propagationPolicy: 'Foreground'});
		return interference;
	}

	const end = finalCondition(found);
	return end ? judged(context, found, end) : waiting(context, found);
};

const created = async (context: StepContext): Promise<StepOutcome> => {
	try {
		const {metadata: {name, uid}} = await create(context);
		return {
			kind: 'begun',
			message: `The Job ${name} restores ${context.restore.status?.backupInfo?.backupPath}`,
			status: {jobUID: uid},
			conditions: [{
				type: 'JobCreated', status: 'True', reason: 'JobCreated', message: `The Job ${name} was created`,
			}],
		};
	} catch (error) {
		if (!(error instanceof ConfigurationError)) {
			throw error;
		}

		const {reason, message} = error;
		return {
			kind: 'failed', reason, message, conditions: [{
				type: 'JobCreated', status: 'False', reason, message,
			}],
		};
	}
};

const create = async (context: StepContext): Promise<KubeObject> => {
	const {kube, restore, config} = context;
	const namespace = restore.metadata.namespace!;
	const source = restore.status!.resolvedSource!;
	const storage = source.storage!;
	const target = await findRestoreTarget(kube, {namespace, name: restore.spec.clusterRef});
	const encryption = await findKey(kube, source, namespace);
	const found = await findStorage(kube, {...restore, spec: {storage}}, {defaults: config, claimName: storage.pvc?.name});
	const server = restore.spec.stopCluster
		? undefined
		: await kube.get<PodObject>({
			apiVersion: 'v1', kind: 'Pod', namespace, name: `${target.statefulSet.metadata.name}-0`,
		});
	return ensureChild(kube, restore, restoreJobManifest({
		restore, target, storage: found, image: config.image, ...present({encryption, node: server?.spec?.nodeName}),
	}));
};

/** Server 0 started beside the restore would open the same files (decision D51). */
const interfered = async ({kube, restore}: StepContext): Promise<StepOutcome | undefined> => {
	const {statefulSet} = await findHeld(kube, restore);
	const isStopped = statefulSet?.metadata.labels?.[labels.restore] === restore.metadata.name;
	return isStopped && (statefulSet.spec?.replicas ?? 1) > 0
		? {kind: 'failed', reason: 'TargetOperatorInterferes', message: `StatefulSet ${statefulSet.metadata.name} was scaled up in the middle of the restore, which was ended: keep whoever scales it away, then create the restore again`}
		: undefined;
};

const judged = async (context: StepContext, job: JobObject, end: {readonly type: string; readonly reason?: string; readonly message?: string}): Promise<StepOutcome> => {
	const {kube, emitter, restore, now, traceparent} = context;
	const pods = end.type === 'Complete' ? [] : await podsOf(kube, job);
	if (end.type !== 'Complete' && !hasRestored(pods)) {
		const problem = podProblem(pods);
		return end.reason === 'DeadlineExceeded'
			? {kind: 'failed', reason: 'TimedOut', message: `The Job ${job.metadata.name} took longer than spec.timeout (${restore.spec.timeout})`}
			: {kind: 'failed', reason: 'JobFailed', message: `The Job ${job.metadata.name} failed: ${problem ?? end.message ?? 'it left no word'} (kubectl logs -n ${restore.metadata.namespace} job/${job.metadata.name})`};
	}

	await emitter.emit(buildEvent(eventTypes.restoreDataRestored, {
		object: restore,
		subject: restore.metadata.name,
		time: now,
		data: {
			database: restore.spec.databaseName, target: targetOf(restore), jobName: job.metadata.name, artifact: newestArtifact(restore), completionTime: toTime(now),
		},
		...present({traceparent}),
	}));
	return {kind: 'done', message: 'The data is restored: the target is brought up'};
};

/** The data is there once all that works on it has ended well: what lets go of the source afterwards fails no restore. */
const hasRestored = (pods: readonly PodObject[]): boolean => pods.some(({status}) => {
	const steps = status?.initContainerStatuses ?? [];
	return steps.length > 0 && steps.every(({state}) => state?.terminated?.exitCode === 0);
});

const waiting = async ({kube}: StepContext, job: JobObject): Promise<StepOutcome> => {
	const problem = podProblem(await podsOf(kube, job));
	return {kind: 'waiting', reason: 'Restoring', message: `The Job ${job.metadata.name} is at work${problem ? `; ${problem}` : ''}`};
};
