import {type LaunchDependencies} from './deps.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

type JobObject = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string}>}};

/** No Pod starts and ends in less; times of the API server are whole seconds. */
const promptMs = 2000;

/**
Has job-completed look at a run whose Job was recorded late and has ended by now: what its end sent was of a run that had no Job yet, and was left alone.
*/
export const askForEnd = async ({kube, emitter}: Pick<LaunchDependencies, 'kube' | 'emitter'>, backup: Neo4jBackup, job: KubeObject): Promise<void> => {
	const now = await kube.now();
	if (now.getTime() - Date.parse(job.metadata.creationTimestamp ?? '') < promptMs) {
		return;
	}

	const current = await kube.get<JobObject>(referenceOf(job));
	if (!current || finalCondition(current)) {
		await emitter.emit(buildReconcileRequest({
			object: backup, handler: 'job-completed', reason: `the Job ${job.metadata.name} ended before it was recorded`, time: now,
		}));
	}
};
