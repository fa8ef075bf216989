import {isDeepStrictEqual} from 'node:util';
import {blockedStatus, type Blocker} from './blocked.ts';
import {type LaunchDependencies} from './deps.ts';
import {foreignController} from './foreign-controller.ts';
import {planRun, type RunPlan} from './plan-run.ts';
import {specProblem} from './spec-problems.ts';
import {isBeingStarted, resumeOpenRuns} from './resume.ts';
import {syncServiceAccount} from './sync-service-account.ts';
import {startJob} from './start-job.ts';
import {idleStatus, intentStatus, startedRun} from './status.ts';
import {
	wantedRun, type Hint, type RunDecision, type WantedRun,
} from './wanted-run.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {present} from '#shared/present.ts';
import {type BackupRun, type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';
import {openRuns} from '#shared/runs/history.ts';
import {clocksAgree} from '#shared/kube/server-clock.ts';
import {type Reference} from '#shared/kube/object.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {askForRelease} from '#shared/retention/ask-for-release.ts';
import {ConfigurationError, ConflictError} from '#shared/errors.ts';

const reporter = 'launch-backup';

export type LaunchContext = {
	readonly hint?: Hint;
	readonly traceparent?: string;
	/** The event tells of nothing but the statement of a run. */
	readonly isEcho: boolean;
};

/** How often a write that lost a race is decided anew at once; after that the event comes again. */
const attempts = 5;

/**
Looks at one Neo4jBackup and starts the run that it wants, if any. It may be called by any event, any number of times at once: the status write is the lock, and who loses it decides anew from what the winner wrote.
*/
export const launch = async (dependencies: LaunchDependencies, reference: Reference, context: LaunchContext): Promise<void> => {
	for (let attempt = 1; ; attempt++) {
		try {
			await launchOnce(dependencies, reference, context);
			return;
		} catch (error) {
			if (!(error instanceof ConflictError) || attempt === attempts) {
				throw error;
			}
		}
	}
};

const launchOnce = async (dependencies: LaunchDependencies, reference: Reference, context: LaunchContext): Promise<void> => {
	const {kube, log} = dependencies;
	const found = await kube.get<Neo4jBackup>(reference);
	if (!found) {
		return;
	}

	if (found.metadata.deletionTimestamp) {
		// Nobody else hears of it at once.
		await askForRelease(dependencies, found, 'its backups are to be deleted with it');
		return;
	}

	const now = await kube.now();
	if (!clocksAgree(now, dependencies.localNow())) {
		log.error({theirs: now, ours: dependencies.localNow()}, 'the clock here and that of the API server are more than five minutes apart: nothing is started');
		await recordEvent(kube, found, {
			type: 'Warning', reason: 'ClockSkew', message: 'The clock of the functions and that of the API server are more than five minutes apart: nothing is started until they agree', cause: now.toISOString().slice(0, 13), reporter,
		});
		return;
	}

	const problem = specProblem(found, now);
	const backup = await resumeOpenRuns(dependencies, found, {...context, now, ...present({problem})});
	if (problem) {
		await block(dependencies, backup, {phase: 'Invalid', reason: problem.reason, message: problem.message}, now);
		awaitStart(backup, now, context);
		return;
	}

	const decision = wantedRun(backup, now, context.hint);
	if (decision.run && openRuns(backup.status?.history).length === 0) {
		await start(dependencies, backup, {
			...context, decision, run: decision.run, now,
		});
		return;
	}

	await settle(dependencies, backup, decision, now);
	awaitStart(backup, now, context);
};

/** Whoever stated a run may have died of it, and the event that made them may be this one: it has to come again until the run has its Job. */
const awaitStart = ({status}: Neo4jBackup, now: Date, {isEcho}: LaunchContext): void => {
	const run = openRuns(status?.history).find(entry => isBeingStarted(entry, now));
	if (run && !isEcho) {
		throw new Error(`The run ${run.runID} was stated moments ago and its Job is not recorded yet: the event comes again, in case whoever stated it has died`);
	}
};

type Start = LaunchContext & {readonly decision: RunDecision; readonly run: WantedRun; readonly now: Date};

const start = async (dependencies: LaunchDependencies, backup: Neo4jBackup, {decision, run, now, traceparent}: Start): Promise<void> => {
	const plan = await planOrBlock(dependencies, backup, run, now);
	if (!plan) {
		return;
	}

	const entry = startedRun(backup, run, plan, now);
	await recordChain(dependencies, backup, entry, plan);
	const stated = await dependencies.kube.replaceStatus({
		...backup, status: intentStatus(backup, {
			run, entry, decision, now,
		}),
	});
	await recordSkipped(dependencies, backup, decision);
	await startJob(dependencies, stated, {entry, job: plan.job, ...present({traceparent})});
};

/** Before the run is stated: who finishes one that somebody else began no longer knows why. */
const recordChain = async ({kube}: LaunchDependencies, backup: Neo4jBackup, {runID}: BackupRun, {type: {type, why}}: RunPlan): Promise<void> => {
	if (why) {
		await recordEvent(kube, backup, {
			type: 'Normal', reason: 'ChainStarted', message: `The run ${runID} is sent as ${type}: ${why}`, cause: runID!, reporter,
		});
	}
};

const planOrBlock = async (dependencies: LaunchDependencies, backup: Neo4jBackup, run: WantedRun, now: Date): Promise<RunPlan | undefined> => {
	const other = await foreignController(dependencies.kube, backup);
	if (other) {
		await block(dependencies, backup, {phase: 'Invalid', reason: 'AnotherController', message: other}, now);
		return undefined;
	}

	try {
		return await planTogether(dependencies, backup, run, now);
	} catch (error) {
		if (error instanceof NotYetError || error instanceof ConfigurationError) {
			await block(dependencies, backup, {phase: error instanceof NotYetError ? 'Waiting' : 'Invalid', reason: error.reason, message: error.message}, now);
			return undefined;
		}

		throw error;
	}
};

/** What keeps a run from starting is told only by what was read for it, and not by what was read for another run. */
const planTogether = async ({sharedReads, ...dependencies}: LaunchDependencies, backup: Neo4jBackup, run: WantedRun, now: Date): Promise<RunPlan> => {
	const reads = run.trigger === 'schedule' ? sharedReads?.forRun() : undefined;
	try {
		return await planRun({...dependencies, ...present({reads: reads?.kube})}, backup, run, now);
	} catch (error) {
		if (!reads?.borrowed()) {
			throw error;
		}

		return planRun(dependencies, backup, run, now);
	}
};

const block = async (dependencies: LaunchDependencies, backup: Neo4jBackup, blocker: Blocker, now: Date): Promise<void> => {
	await recordEvent(dependencies.kube, backup, {
		type: 'Warning', reason: blocker.reason, message: blocker.message, cause: `${backup.metadata.generation} ${blocker.message}`, reporter,
	});
	await writeIfChanged(dependencies, backup, blockedStatus(backup, blocker, now));
};

const settle = async (dependencies: LaunchDependencies, backup: Neo4jBackup, decision: RunDecision, now: Date): Promise<void> => {
	await syncServiceAccount(dependencies.kube, backup);
	if (decision.run) {
		const [open] = openRuns(backup.status?.history);
		await recordEvent(dependencies.kube, backup, {
			type: 'Normal', reason: 'BackupWaits', message: `A run is due and waits for the run ${open?.runID}: only one runs at a time in a directory`, cause: open?.runID ?? '', reporter,
		});
		return;
	}

	await recordSkipped(dependencies, backup, decision);
	await writeIfChanged(dependencies, backup, idleStatus(backup, decision, now));
};

const recordSkipped = async ({kube}: LaunchDependencies, backup: Neo4jBackup, {skipped}: RunDecision): Promise<void> => {
	for (const {reason, message, scheduledTime} of skipped) {
		await recordEvent(kube, backup, {
			type: 'Warning', reason, message, cause: scheduledTime.toISOString(), reporter,
		});
	}
};

const writeIfChanged = async ({kube}: LaunchDependencies, backup: Neo4jBackup, status: BackupStatus): Promise<void> => {
	if (!isDeepStrictEqual(status, backup.status)) {
		await kube.replaceStatus({...backup, status});
	}
};
