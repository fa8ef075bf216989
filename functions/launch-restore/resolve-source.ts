import {ensureChild} from './child.ts';
import {findKey} from './find-key.ts';
import {findClaim, findSource, type Source} from './find-source.ts';
import {lastWords, podProblem, podsOf} from './job-pods.ts';
import {generationAnnotation, resolveJob} from './resolve-job.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {toTime} from '#shared/api/conditions.ts';
import {findStorage, type FoundStorage} from '#shared/pods/find-storage.ts';
import {present} from '#shared/present.ts';
import {decodeResolveOutcome, sourceStatus, type ResolveOutcome} from '#shared/restore/resolve-outcome.ts';
import {type Step, type StepContext, type StepOutcome} from '#shared/restore/step.ts';

type JobObject = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string}>}};

/**
Finds and pins the exact artifacts. A Job under the account of the restore does it, because a claim, a bucket of workload identity, and the artifacts that a sweep may be about to delete can be reached and held from there alone (decisions D39 and D41).
*/
export const resolveSource: Step = async context => {
	const {kube, restore, config} = context;
	const namespace = restore.metadata.namespace!;
	const source = await findSource(kube, restore);
	const encryption = await findKey(kube, source, namespace);
	const claimName = await findClaim(kube, source, namespace);
	const storage = await findStorage(kube, {...restore, spec: {storage: source.storage}}, {defaults: config, claimName});
	const job = await ensureChild<JobObject>(kube, restore, resolveJob({
		restore, source, storage, image: config.image, ...present({encryption}),
	}));
	if (job.metadata.annotations?.[generationAnnotation] !== String(restore.metadata.generation)) {
		return again(context, job, 'The manifest was changed: the backup is looked for again');
	}

	const end = finalCondition(job);
	if (!end) {
		return {kind: 'waiting', reason: 'ResolvingSource', message: `The Job ${job.metadata.name} looks for the backup of ${restore.spec.databaseName} in ${storage.uri}`};
	}

	const pods = await podsOf(kube, job);
	const outcome = end.type === 'Complete' ? decodeResolveOutcome(lastWords(pods, 'resolve')) : undefined;
	return outcome
		? settled(context, {
			source, storage, job, outcome,
		})
		: {kind: 'failed', reason: 'SourceUnreadable', message: `The backups in ${storage.uri} could not be looked at: ${podProblem(pods) ?? end.message ?? 'the Job left no word'}`};
};

type Settled = {readonly source: Source; readonly storage: FoundStorage; readonly job: JobObject; readonly outcome: ResolveOutcome};

const settled = async (context: StepContext, {source, storage, job, outcome}: Settled): Promise<StepOutcome> => {
	if (outcome.outcome === 'nothingYet') {
		return again(context, job, outcome.message);
	}

	if (outcome.outcome === 'refused') {
		return {kind: 'failed', reason: outcome.reason, message: outcome.message};
	}

	const {kube, restore, reporter, now} = context;
	for (const note of outcome.notes) {
		await recordEvent(kube, restore, {
			type: 'Warning', reason: 'SourceNote', message: note, cause: note, reporter,
		});
	}

	const {resolvedSource, backupInfo} = sourceStatus(outcome, storage.location);
	return {
		kind: 'done',
		message: `${backupInfo.backupPath} is restored`,
		status: {
			backupInfo,
			resolvedSource: {
				...resolvedSource,
				resolvedAt: toTime(now),
				storage: {...source.storage, path: outcome.path},
				...present({backupRef: source.backupRef, encryption: outcome.isEncrypted ? source.encryption : undefined}),
			},
		},
	};
};

/** What one Job has said counts once. */
const again = async ({kube}: StepContext, job: KubeObject, message: string): Promise<StepOutcome> => {
	await kube.delete(referenceOf(job), {uid: job.metadata.uid!});
	return {kind: 'waiting', reason: 'ResolvingSource', message};
};
