import {type LaunchDependencies} from './deps.ts';
import {giveUp} from './give-up.ts';
import {planRun} from './plan-run.ts';
import {findOwnJob, recordStarted, startJob} from './start-job.ts';
import {type WantedRun} from './wanted-run.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';
import {openRuns} from '#shared/runs/history.ts';
import {present} from '#shared/present.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {KubeError} from '#shared/kube/kube-error.ts';

/** Who stated a run so recently is most likely still making its Job. */
const stillAtWorkMs = 30_000;
const giveUpAfterMs = 60 * 60_000;

type Context = {
	readonly now: Date;
	/** What is wrong with the CR as it is now, if anything. */
	readonly problem?: ConfigurationError;
	readonly traceparent?: string;
};

/**
Finishes what somebody began who died in between: a run whose intent was stated and whose Job was never recorded gets its Job now (decision D77), or is given up where the CR has become one that cannot run, and after an hour without what it needs. Answers the CR as it is then.
*/
export const resumeOpenRuns = async (dependencies: LaunchDependencies, backup: Neo4jBackup, context: Context): Promise<Neo4jBackup> => {
	let current = backup;
	for (const entry of openRuns(backup.status?.history)) {
		if (!entry.jobUID && !isBeingStarted(entry, context.now)) {
			current = await resume(dependencies, current, {...context, entry, age: ageOf(entry, context.now)});
		}
	}

	return current;
};

/**
Whether a run was stated so recently that whoever did it is taken to be still making its Job.
*/
export const isBeingStarted = (entry: BackupRun, now: Date): boolean => entry.jobUID === undefined && ageOf(entry, now) < stillAtWorkMs;

const ageOf = ({startTime}: BackupRun, now: Date): number => now.getTime() - Date.parse(startTime);

type Resume = Context & {readonly entry: BackupRun; readonly age: number};

const resume = async (dependencies: LaunchDependencies, backup: Neo4jBackup, {entry, age, problem, traceparent}: Resume): Promise<Neo4jBackup> => {
	const job = await findOwnJob(dependencies, backup, entry);
	if (job) {
		return recordStarted(dependencies, backup, {entry, job, ...present({traceparent})});
	}

	try {
		if (problem) {
			throw problem;
		}

		const plan = await planRun(dependencies, backup, wantedAgain(entry), new Date(entry.startTime));
		return await startJob(dependencies, backup, {entry, job: plan.job, ...present({traceparent})});
	} catch (error) {
		const end = endOf(error, age);
		if (!end) {
			throw error;
		}

		return end === 'wait' ? backup : giveUp(dependencies, backup, entry, end);
	}
};

type End = 'wait' | {readonly reason: string; readonly message: string};

/**
What becomes of a run that could not be started again; undefined for an error that says nothing of the run.
*/
const endOf = (error: unknown, age: number): End | undefined => {
	if (error instanceof ConfigurationError) {
		return {reason: error.reason, message: error.message};
	}

	const isForbidden = error instanceof KubeError && error.status === 403;
	if (!(error instanceof NotYetError) && !isForbidden) {
		return undefined;
	}

	return age >= giveUpAfterMs ? {reason: isForbidden ? 'Forbidden' : error.reason, message: error.message} : 'wait';
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
