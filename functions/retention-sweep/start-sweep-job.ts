import {reporter, type SweepDependencies} from './deps.ts';
import {newSweepID} from './sweep-here.ts';
import {sweepJob} from './sweep-job.ts';
import {type SweepStorage} from './sweep-storage.ts';
import {type Owner} from '#shared/catalogue/manifest.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {isControlledBy, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {incompleteRuns} from '#shared/retention/fill-history.ts';
import {recordSweep} from '#shared/retention/record-sweep.ts';
import {refuseClocks} from '#shared/retention/refusal.ts';
import {noSweep} from '#shared/retention/sweep-outcome.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

type JobObject = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string}>}};

/** After clocks that disagreed. */
const retryMs = 15 * 60_000;

/**
Has a Job sweep what the function cannot reach. There is one at a time; one that ended and is not recorded is handed to job-completed, which may have missed it.
*/
export const startSweepJob = async (dependencies: SweepDependencies, backup: Neo4jBackup, {storage, owner}: {storage: SweepStorage; owner: Owner}): Promise<void> => {
	const {kube, config, log} = dependencies;
	const now = await kube.now();
	const skewed = refuseClocks(now, dependencies.localNow(), 'The API server and this function');
	if (skewed) {
		const outcome = noSweep({
			...skewed, sweepID: newSweepID(now), mode: backup.spec.retention?.mode ?? 'Enforce', now, next: new Date(now.getTime() + retryMs),
		});
		await recordSweep(kube, backup, {outcome, reporter});
		return;
	}

	const job = sweepJob({
		backup,
		storage,
		image: config.image,
		spec: {
			sweepID: newSweepID(now),
			location: storage.location,
			owner,
			timeZone: backup.spec.timeZone ?? 'UTC',
			graceMs: config.graceMs,
			plannedAt: now.toISOString(),
			wantedRuns: incompleteRuns(backup.status),
			...present({retention: backup.spec.retention}),
		},
	});
	try {
		await kube.create<KubeObject>(job);
		log.info({backup: backup.metadata.name, job: job.metadata.name}, 'sweep Job started');
	} catch (error) {
		if (!(error instanceof AlreadyExistsError)) {
			throw error;
		}

		await lookAfter(dependencies, backup, job);
	}
};

const lookAfter = async ({kube, emitter}: SweepDependencies, backup: Neo4jBackup, job: KubeObject): Promise<void> => {
	const found = await kube.get<JobObject>(referenceOf(job));
	if (found && !isControlledBy(found, backup)) {
		await recordEvent(kube, backup, {
			type: 'Warning', reason: 'JobNameTaken', message: `A Job ${job.metadata.name} that is not of this Neo4jBackup is there already and is left alone: delete or rename it, so that old backups can expire`, cause: job.metadata.name, reporter,
		});
		return;
	}

	if (found && finalCondition(found)) {
		await emitter.emit(buildReconcileRequest({
			object: backup, handler: 'job-completed', reason: `the sweep Job ${job.metadata.name} ended and is not recorded`, time: await kube.now(),
		}));
	}
};
