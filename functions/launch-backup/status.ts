import {type RunPlan} from './plan-run.ts';
import {type RunDecision, type WantedRun} from './wanted-run.ts';
import {setCondition, toTime} from '#shared/api/conditions.ts';
import {present} from '#shared/present.ts';
import {withRun} from '#shared/runs/history.ts';
import {isScheduled, phaseOf} from '#shared/runs/phase.ts';
import {
	type BackupRun, type BackupStatus, type Neo4jBackup, type Phase,
} from '#shared/runs/status.ts';
import {observeSchedule} from '#shared/schedule/observed-schedule.ts';

/** Database names that the status keeps of a run; the catalogue has all. */
const requestedKept = 100;

/**
The entry of a run that is about to start: written before its Job exists, so that a crash between the two leaves a trace (design, rule 4).
*/
export const startedRun = (backup: Neo4jBackup, run: WantedRun, plan: RunPlan, now: Date): BackupRun => {
	const {spec} = plan.job;
	return {
		runID: run.runID,
		startTime: toTime(now),
		status: 'Running',
		trigger: run.trigger,
		backupType: plan.type.type,
		jobName: run.jobName,
		location: plan.storage.uri,
		target: spec.target,
		...present({
			scheduledTime: run.scheduledTime && toTime(run.scheduledTime),
			generation: backup.metadata.generation,
			requested: spec.requested?.slice(0, requestedKept),
			requestedCount: spec.requested?.length,
		}),
	};
};

/**
The status that states the intent of a run; writing it with the resourceVersion that was read is the lock between two that would start the same run (decision D77).
*/
export const intentStatus = (backup: Neo4jBackup, {run, entry, decision, now}: {run: WantedRun; entry: BackupRun; decision: RunDecision; now: Date}): BackupStatus => ({
	...common(backup, decision, now),
	...run.remember,
	history: withRun(backup.status?.history, entry),
	phase: 'Running',
	message: `The run ${entry.runID} is under way (${entry.backupType}, Job ${entry.jobName})`,
});

const blockedPhases: ReadonlySet<Phase | undefined> = new Set<Phase | undefined>(['Invalid', 'Waiting', undefined]);

/**
The status of a CR that wants no run now.
*/
export const idleStatus = (backup: Neo4jBackup, decision: RunDecision, now: Date): BackupStatus => {
	const phase = phaseOf(backup);
	const isFreed = blockedPhases.has(backup.status?.phase) && phase !== 'Invalid';
	const {message} = backup.status ?? {};
	return {
		...common(backup, decision, now),
		...present({lastScheduleTime: decision.decided ? toTime(decision.decided) : undefined}),
		phase,
		message: isFreed || phase !== backup.status?.phase || !message ? idleMessage(backup, phase, decision) : message,
		...(isFreed && {conditions: readyAgain(backup, phase, now)}),
	};
};

const common = (backup: Neo4jBackup, {next}: RunDecision, now: Date): BackupStatus => {
	const {nextRunTime: _, ...status} = backup.status ?? {};
	return {
		...status,
		observedGeneration: backup.metadata.generation!,
		observedSchedule: observeSchedule(backup, now),
		...(next && isScheduled(backup) && !backup.spec.suspend && {nextRunTime: toTime(next)}),
	};
};

const idleMessage = (backup: Neo4jBackup, phase: BackupStatus['phase'], {next}: RunDecision): string => {
	if (phase === 'Suspended') {
		return isScheduled(backup) ? 'The schedule is suspended: no scheduled run starts until spec.suspend is false' : 'Suspended: the run starts once spec.suspend is false';
	}

	return phase === 'Scheduled' && next ? `The next run is due at ${toTime(next)}` : backup.status?.message ?? 'Waiting to start';
};

/** What kept the CR from running is gone; whether its backups are good, the last finished run says. */
const readyAgain = (backup: Neo4jBackup, phase: BackupStatus['phase'], now: Date) => setCondition(backup.status?.conditions, {
	type: 'Ready',
	status: phase === 'Failed' ? 'False' : 'True',
	reason: phase === 'Completed' ? 'BackupSucceeded' : phase ?? 'Scheduled',
	message: phase === 'Failed' ? 'The last run failed; see status.history' : 'Nothing keeps this Neo4jBackup from running',
}, now, backup.metadata.generation);
