import {toTime} from '#shared/api/conditions.ts';
import {labels} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {controllerReference, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {encodeSummary, type RunSummary} from '#shared/runs/summary.ts';

export type JobEnd = {
	readonly startedAt?: Date;
	readonly at: Date;
	/** What the Pod's `report` says last; false for a Pod that is gone. */
	readonly summary?: Partial<RunSummary> | false;
	/** How its Pod ended where no container of ours came to speak. */
	readonly pod?: Readonly<Record<string, unknown>>;
	/** 0 for a complete Job, 40 and 41 for one that `podFailurePolicy` ends. */
	readonly exitCode?: number;
	/** Why it failed, where no exit code says so. */
	readonly reason?: 'BackoffLimitExceeded' | 'DeadlineExceeded';
};

/**
The end of a Job whose neo4j-admin reached nobody.
*/
export const unreachable: Omit<JobEnd, 'at'> = {
	exitCode: 41, summary: {
		outcome: 'failed', reason: 'BackupFailed', message: 'neo4j-admin failed with exit code 1: connection refused', artifacts: [], artifactCount: 0, bytes: 0,
	},
};

/**
Gives a Job that nobody runs a Pod in which `backup` runs.
*/
export const startJob = async (kube: KubeClient, job: KubeObject, at: Date): Promise<void> => {
	await writePod(kube, job, {phase: 'Running', initContainerStatuses: [containerStatus('backup', {running: {startedAt: toTime(at)}})]});
	const current = await kube.get(referenceOf(job));
	await kube.replaceStatus({...current!, status: {startTime: toTime(at), active: 1}} as KubeObject);
};

/**
Ends a Job that nobody runs as Kubernetes would: a Pod with its last words, then the Job's conditions.
*/
export const endJob = async (kube: KubeClient, job: KubeObject, end: JobEnd): Promise<void> => {
	const {exitCode = 0} = end;
	if (end.pod) {
		await writePod(kube, job, end.pod);
	} else if (end.summary !== false) {
		await writePod(kube, job, {
			phase: exitCode === 0 ? 'Succeeded' : 'Failed',
			containerStatuses: [containerStatus('report', {terminated: {exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message: encodeSummary({...summaryOf(job), ...end.summary})}})],
		});
	}

	const current = await kube.get<KubeObject & {status?: {startTime?: string}}>(referenceOf(job));
	await kube.replaceStatus({...current!, status: {...jobStatus(job, end), ...(current?.status?.startTime && {startTime: current.status.startTime})}} as KubeObject);
};

const podName = ({metadata: {name}}: KubeObject): string => `${name.slice(0, 57)}-x7k2p`;

const jobStatus = (job: KubeObject, {startedAt, at, exitCode = 0, reason}: JobEnd) => {
	const {metadata} = job;
	const startTime = startedAt ? toTime(startedAt) : metadata.creationTimestamp;
	const isComplete = exitCode === 0 && reason === undefined;
	const lastTransitionTime = toTime(at);
	const why = isComplete
		? {reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods'}
		: (reason ? {reason, message: `Job ended: ${reason}`} : {reason: 'PodFailurePolicy', message: `Container report for pod ${metadata.namespace}/${podName(job)} failed with exit code ${exitCode} matching FailJob rule at index 1`});
	const conditions = (isComplete ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed']).map(type => ({
		type, status: 'True', ...why, lastTransitionTime,
	}));
	return {startTime, conditions, ...(isComplete ? {completionTime: lastTransitionTime, succeeded: 1} : {failed: 1})};
};

const containerStatus = (name: string, state: Record<string, unknown>) => ({
	name, image: 'nobody-runs-this', imageID: '', ready: false, restartCount: 0, state,
});

const writePod = async (kube: KubeClient, job: KubeObject, status: Record<string, unknown>): Promise<void> => {
	const {namespace, uid, labels: jobLabels} = job.metadata;
	const name = podName(job);
	const pod = await kube.get({
		apiVersion: 'v1', kind: 'Pod', namespace: namespace!, name,
	}) ?? await kube.create({
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			name, namespace: namespace!, ownerReferences: [controllerReference(job)], labels: {...jobLabels, 'batch.kubernetes.io/job-name': job.metadata.name, 'batch.kubernetes.io/controller-uid': uid!},
		},
		spec: {containers: [{name: 'report', image: 'nobody-runs-this'}]},
	} as KubeObject);
	await kube.replaceStatus({...pod, status} as KubeObject);
};

const summaryOf = ({metadata}: KubeObject): RunSummary => ({
	runID: metadata.labels![labels.run]!,
	outcome: 'succeeded',
	message: '1 artifact proven in the store',
	artifactCount: 1,
	bytes: 4096,
	artifacts: [{
		name: 'neo4j-2026-11-20T02-00-10.backup', database: 'neo4j', size: 4096, full: true,
	}],
	missing: [],
	missingCount: 0,
	fullCount: 1,
});
