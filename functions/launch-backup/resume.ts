import {type LaunchDependencies} from './deps.ts';
import {NotYetError} from './not-yet.ts';
import {planRun} from './plan-run.ts';
import {giveUp, startJob} from './start-job.ts';
import {type WantedRun} from './wanted-run.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';
import {openRuns} from '#shared/runs/history.ts';
import {present} from '#shared/present.ts';
import {ConfigurationError} from '#shared/errors.ts';

/** Who stated a run so recently is most likely still making its Job. */
const stillAtWorkMs = 30_000;
const giveUpAfterMs = 60 * 60_000;

/**
Finishes what somebody began who died in between: a run whose intent was stated and whose Job was never recorded gets its Job now (decision D77). After an hour without what it needs it is given up.
*/
export const resumeOpenRuns = async (dependencies: LaunchDependencies, backup: Neo4jBackup, {now, traceparent}: {now: Date; traceparent?: string}): Promise<void> => {
	for (const entry of openRuns(backup.status?.history)) {
		const age = now.getTime() - Date.parse(entry.startTime);
		if (!entry.jobUID && age >= stillAtWorkMs) {
			await resume(dependencies, backup, {entry, age, ...present({traceparent})});
		}
	}
};

const resume = async (dependencies: LaunchDependencies, backup: Neo4jBackup, {entry, age, traceparent}: {entry: BackupRun; age: number; traceparent?: string}): Promise<void> => {
	try {
		const plan = await planRun(dependencies, backup, wantedAgain(entry), new Date(entry.startTime));
		await startJob(dependencies, backup, {entry, plan, ...present({traceparent})});
	} catch (error) {
		const hopeless = error instanceof ConfigurationError || (error instanceof NotYetError && age >= giveUpAfterMs);
		if (!hopeless && !(error instanceof NotYetError)) {
			throw error;
		}

		if (hopeless) {
			await giveUp(dependencies, backup, entry, {reason: error.reason, message: error.message});
		}
	}
};

const wantedAgain = (entry: BackupRun): WantedRun => ({
	runID: entry.runID!,
	jobName: entry.jobName!,
	trigger: entry.trigger!,
	wantedType: entry.backupType!,
	sentAs: entry.backupType!,
	remember: {},
	...present({scheduledTime: entry.scheduledTime === undefined ? undefined : new Date(entry.scheduledTime)}),
});
