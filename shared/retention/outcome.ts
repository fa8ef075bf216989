import {Buffer} from 'node:buffer';
import {
	removeCondition, setCondition, toTime, type Condition,
} from '../api/conditions.ts';
import {present} from '../present.ts';
import {openRuns} from '../runs/history.ts';
import {type BackupStatus, type Neo4jBackup} from '../runs/status.ts';
import {fillHistory} from './fill-history.ts';
import {isEnforced, noSweep, type SweepOutcome} from './sweep-outcome.ts';

const retentionCondition = 'RetentionEnforced';

const retryMs = 15 * 60_000;

/** Behind a run that has the volume. */
const waitMs = 5 * 60_000;
const volumeInUse = 'VolumeInUse';

/** Kubernetes keeps 4,096 bytes of a termination message. */
const maximumBytes = 4096;

/**
The status of a CR once a sweep has ended, wherever it ran: `retention`, `storage`, the condition `RetentionEnforced`, and what the manifests say of runs whose entries lack it (decision D25).
*/
export const sweepStatus = (backup: Neo4jBackup, outcome: SweepOutcome, now: Date): BackupStatus => {
	const {retention, ...before} = backup.status ?? {};
	const filled = fillHistory(before, outcome.runs);
	return {
		...before,
		...filled,
		...present({
			storage: outcome.storage ?? before.storage,
			retention: outcome.reason === 'NoPolicy' ? undefined : retentionStatus(outcome, retention),
			conditions: conditionsOf(backup, outcome, now),
		}),
	};
};

/**
The Kubernetes Event that a user should see, if any: what was deleted, planned, or kept a sweep from its work. The same cause is told once.
*/
export const sweepEvent = (backup: Neo4jBackup, outcome: SweepOutcome): {readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string; readonly cause: string} | undefined => {
	const {reason, message, deletedCount, sweepID} = outcome;
	const cause = `${backup.metadata.generation} ${message}`;
	if (deletedCount > 0) {
		return {
			type: reason === 'PartlyDeleted' ? 'Warning' : 'Normal', reason: 'RetentionSwept', message, cause: sweepID,
		};
	}

	if (reason === 'Planned') {
		return {
			type: 'Normal', reason: 'RetentionPlanned', message, cause,
		};
	}

	return isEnforced(outcome) || reason === 'NoPolicy' || isOnlyWaiting(backup, outcome)
		? undefined
		: {
			type: 'Warning', reason, message, cause,
		};
};

/**
The outcome of a sweep Job that failed, or left no outcome: what it deleted, the next sweep tells.
*/
export const failedJobOutcome = (backup: Neo4jBackup, {jobName, message}: {jobName: string; message: string}, now: Date): SweepOutcome => noSweep({
	sweepID: jobName,
	mode: backup.spec.retention?.mode ?? 'Enforce',
	reason: backup.spec.retention ? 'SweepJobFailed' : 'NoPolicy',
	message: `The sweep Job ${jobName} failed: ${message}. It is tried again in 15 minutes`,
	now,
	next: new Date(now.getTime() + retryMs),
});

/**
The outcome of a sweep Job that did not get its volume before its deadline, because a run was at work on it. The next one has a plan of its own time.
*/
export const waitingOutcome = (backup: Neo4jBackup, {sweepID, claim, job}: {sweepID: string; claim: string; job: string}, now: Date): SweepOutcome => noSweep({
	sweepID,
	mode: backup.spec.retention?.mode ?? 'Enforce',
	reason: backup.spec.retention ? volumeInUse : 'NoPolicy',
	message: `The sweep waits: PersistentVolumeClaim ${claim} is in use by the run of Job ${job}. It is tried again in 5 minutes`,
	now,
	next: new Date(now.getTime() + waitMs),
});

/**
The outcome as text of at most 4 KiB, for a termination message: lists are cut from the end until it fits, the counts stay true.
*/
export const encodeOutcome = (outcome: SweepOutcome): string => {
	let fitting: SweepOutcome = {...outcome, message: outcome.message.slice(0, 1000)};
	for (let entries = 20; Buffer.byteLength(JSON.stringify(fitting)) > maximumBytes && entries >= 0; entries--) {
		fitting = cutTo(fitting, entries);
	}

	return JSON.stringify(fitting);
};

/**
Reads a termination message; undefined for one that is not of a sweep, cut short or empty.
*/
export const decodeOutcome = (text: string | undefined): SweepOutcome | undefined => {
	try {
		const value = JSON.parse(text ?? '') as Partial<SweepOutcome>;
		return typeof value.sweepID === 'string' && typeof value.reason === 'string' && Array.isArray(value.deleted) ? value as SweepOutcome : undefined;
	} catch {
		return undefined;
	}
};

const cutTo = ({plan, ...outcome}: SweepOutcome, entries: number): SweepOutcome => ({
	...outcome,
	deleted: outcome.deleted.slice(0, entries),
	failures: outcome.failures.slice(0, entries),
	runs: outcome.runs.slice(0, Math.ceil(entries / 2)).map(run => ({...run, artifacts: run.artifacts.slice(0, Math.floor(entries / 4))})),
	...(plan && {plan: {...plan, artifacts: plan.artifacts.slice(0, entries)}}),
});

/** A sweep that never came to plan leaves the numbers of the one before. */
const retentionStatus = (outcome: SweepOutcome, before: BackupStatus['retention']): BackupStatus['retention'] => {
	const {endedAt, nextSweepTime, kept, expiring, plan, message} = outcome;
	return present({
		...expiryStatus(outcome, before),
		lastSweepTime: toTime(new Date(endedAt)),
		nextSweepTime: nextSweepTime && toTime(new Date(nextSweepTime)),
		kept: plan ? kept : before?.kept,
		expiring: plan ? expiring : before?.expiring,
		message: outcome.reason === 'UpToDate' || outcome.reason === 'Swept' ? undefined : message,
		plan: plan ?? before?.plan,
	});
};

/** Of two sweeps at once the slower one may know of less than the status does. */
const expiryStatus = ({lastExpiry}: SweepOutcome, before: BackupStatus['retention']) =>
	lastExpiry && Date.parse(lastExpiry.time) >= Date.parse(before?.lastExpiredTime ?? '1970-01-01')
		? {expired: lastExpiry.count, lastExpiredTime: toTime(new Date(lastExpiry.time))}
		: {expired: before?.expired ?? 0, lastExpiredTime: before?.lastExpiredTime};

const conditionsOf = (backup: Neo4jBackup, outcome: SweepOutcome, now: Date): readonly Condition[] | undefined => {
	const {status, metadata} = backup;
	if (outcome.reason === 'NoPolicy') {
		return status?.conditions && removeCondition(status.conditions, retentionCondition);
	}

	return isOnlyWaiting(backup, outcome)
		? status?.conditions
		: setCondition(status?.conditions, {
			type: retentionCondition, status: isEnforced(outcome) ? 'True' : 'False', reason: outcome.reason, message: outcome.message,
		}, now, metadata.generation);
};

/** A run that goes on keeps a sweep waiting: that is as it should be. */
const isOnlyWaiting = ({status}: Neo4jBackup, {reason}: SweepOutcome): boolean => reason === volumeInUse || (reason === 'AttemptOpen' && openRuns(status?.history).length > 0);
