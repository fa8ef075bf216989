import {annotations} from '#shared/api/group.ts';
import {toTime} from '#shared/api/conditions.ts';
import {backupJobName, runID, scheduledRunID} from '#shared/api/names.ts';
import {present} from '#shared/present.ts';
import {finishedRunsKept, newestFinished} from '#shared/runs/history.ts';
import {isScheduled} from '#shared/runs/phase.ts';
import {type BackupType, type Trigger} from '#shared/runs/run-spec.ts';
import {type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';
import {dueOfBackup} from '#shared/schedule/due-of-backup.ts';
import {type DueDecision, type SkippedInstant} from '#shared/schedule/due.ts';
import {acceptInstant} from '#shared/schedule/event-instant.ts';

/**
A run that may start now, and what the status remembers of its cause so that the cause never starts another.
*/
export type WantedRun = {
	readonly runID: string;
	readonly jobName: string;
	readonly trigger: Trigger;
	readonly scheduledTime?: Date;
	readonly wantedType: BackupType;
	/** What a run that was already stated is sent as; decided anew when absent. */
	readonly sentAs?: BackupType;
	readonly remember: Partial<Pick<BackupStatus, 'lastScheduleTime' | 'lastRunNow' | 'lastRunGeneration'>>;
};

/**
What an event asks for beyond a look at the CR: one instant of its schedule, or a run at the minute of a user's own ping. It may be forged, so it is only followed where the CR agrees.
*/
export type Hint = {readonly instant: Date; readonly trigger: 'event' | 'ping'};

export type RunDecision = {
	readonly run?: WantedRun;
	readonly skipped: readonly SkippedInstant[];
	/** What `lastScheduleTime` becomes when only instants were left out. */
	readonly decided?: Date;
	readonly next?: Date;
};

/**
Which run a CR wants now, in this order: one that the user asked for by the annotation `run-now`, the one run of a CR without a schedule, one of the schedule, one that an event names, and the one that repairs a chain.
*/
export const wantedRun = (backup: Neo4jBackup, now: Date, hint?: Hint): RunDecision => {
	const due = dueOfBackup(backup, now);
	const run = requested(backup, now) ?? once(backup, now) ?? scheduled(backup, due) ?? hinted(backup, now, hint) ?? repair(backup, now);
	return {...present({run, decided: due.run ? undefined : due.decided, next: due.next}), skipped: due.skipped};
};

const typeOf = ({spec}: Neo4jBackup): BackupType => spec.options?.backupType ?? 'AUTO';

const requested = (backup: Neo4jBackup, now: Date): WantedRun | undefined => {
	const token = backup.metadata.annotations?.[annotations.runNow];
	if (!token || token === backup.status?.lastRunNow) {
		return undefined;
	}

	return {
		runID: runID(backup.metadata.uid!, now, `run-now ${token}`),
		jobName: backupJobName(backup.metadata.name, now),
		trigger: 'run-now',
		wantedType: typeOf(backup),
		remember: {lastRunNow: token},
	};
};

/**
A CR without a schedule runs once a generation, and once more when it was refused its directory and gets it after all; the first such Job is plainly `<name>-backup`.
*/
const once = (backup: Neo4jBackup, now: Date): WantedRun | undefined => {
	const {metadata, spec, status} = backup;
	const generation = metadata.generation!;
	if (isScheduled(backup) || spec.suspend === true || (status?.lastRunGeneration === generation && !mayAdoptNow(backup))) {
		return undefined;
	}

	return {
		runID: runID(metadata.uid!, now, `generation ${generation}`),
		jobName: status?.lastRunGeneration === undefined ? backupJobName(metadata.name) : backupJobName(metadata.name, now),
		trigger: 'once',
		wantedType: typeOf(backup),
		remember: {lastRunGeneration: generation},
	};
};

/** The directory was another's when the run was refused, and has since been given to this CR (decision D19). */
const mayAdoptNow = ({metadata, status}: Neo4jBackup): boolean =>
	metadata.annotations?.[annotations.adoptStorage] === 'true' && newestFinished(status?.history)?.reason === 'StorageConflict';

const scheduled = ({metadata}: Neo4jBackup, {run, decided}: DueDecision): WantedRun | undefined => run && ({
	runID: scheduledRunID(metadata.uid!, run.scheduledTime),
	jobName: backupJobName(metadata.name, run.scheduledTime),
	trigger: 'schedule',
	scheduledTime: run.scheduledTime,
	wantedType: run.backupType,
	remember: {lastScheduleTime: toTime(decided ?? run.scheduledTime)},
});

const hinted = (backup: Neo4jBackup, now: Date, hint: Hint | undefined): WantedRun | undefined => {
	if (!hint) {
		return undefined;
	}

	const {metadata, status} = backup;
	const {instant, trigger} = hint;
	if (trigger === 'ping') {
		return isNewMinute(backup, instant, now)
			? {
				runID: runID(metadata.uid!, instant, `ping ${toTime(instant)}`), jobName: backupJobName(metadata.name, instant), trigger, scheduledTime: instant, wantedType: typeOf(backup), remember: {},
			}
			: undefined;
	}

	const decision = acceptInstant(backup, instant, {now, finishedRunsKept});
	return decision.accepted
		? {
			runID: scheduledRunID(metadata.uid!, instant),
			jobName: backupJobName(metadata.name, instant),
			trigger,
			scheduledTime: instant,
			wantedType: decision.entry.backupType,
			remember: {lastScheduleTime: later(status?.lastScheduleTime, instant)},
		}
		: undefined;
};

/**
A ping runs a CR once a minute, however often it fires, and only at its own minute: one that comes late is not made up for (decision D81).
*/
const isNewMinute = ({spec, status}: Neo4jBackup, instant: Date, now: Date): boolean =>
	!spec.suspend
	&& Math.abs(now.getTime() - instant.getTime()) < 5 * 60_000
	&& !status?.history?.some(({scheduledTime}) => scheduledTime !== undefined && Date.parse(scheduledTime) >= instant.getTime());

/**
After a run in which a database could not take a DIFF, one run repairs that at once, and only one (decision D9).
*/
const repair = (backup: Neo4jBackup, now: Date): WantedRun | undefined => {
	const {metadata, spec, status} = backup;
	const last = newestFinished(status?.history);
	if (status?.nextBackupType !== 'AUTO' || !last || last.trigger === 'repair' || last.status === 'Succeeded' || spec.suspend) {
		return undefined;
	}

	return {
		runID: runID(metadata.uid!, now, `repair ${last.runID}`), jobName: backupJobName(metadata.name, now), trigger: 'repair', wantedType: 'AUTO', remember: {},
	};
};

const later = (before: string | undefined, instant: Date): string =>
	before && Date.parse(before) > instant.getTime() ? before : toTime(instant);
