import {type FinalOutcome} from './outcome.ts';
import {
	removeCondition, setCondition, toTime, type Condition,
} from '#shared/api/conditions.ts';
import {formatBytes, throughput} from '#shared/api/sizes.ts';
import {present} from '#shared/present.ts';
import {formatDuration} from '#shared/schedule/duration.ts';
import {newestFinished, newestSuccess, withRun} from '#shared/runs/history.ts';
import {phaseOf} from '#shared/runs/phase.ts';
import {type BackupRun, type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';

/**
The status of a CR once one of its runs has ended: the entry, the times and `stats` of the newest success, the condition `Ready`, what the next run must be.
*/
export const recordOutcome = (backup: Neo4jBackup, run: BackupRun, outcome: FinalOutcome, now: Date): BackupStatus => {
	const entry = finishedRun(run, outcome);
	const history = withRun(backup.status?.history, entry);
	const success = newestSuccess(history);
	const isNewest = newestFinished(history)?.runID === entry.runID;
	const {nextBackupType, stats, ...before} = backup.status ?? {};
	const status: BackupStatus = {
		...before,
		...present({
			lastSuccessTime: success?.completionTime ?? before.lastSuccessTime,
			// Not those of an older run, when this one's are not known yet.
			stats: success ? success.stats : stats,
			lastRunTime: isNewest ? entry.startTime : before.lastRunTime,
			storage: outcome.summary?.storage ?? before.storage,
			nextBackupType: isNewest ? outcome.summary?.nextBackupType : nextBackupType,
		}),
		history,
		conditions: conditionsOf(backup, outcome, now),
		message: messageOf(entry, outcome),
	};
	return {...status, phase: phaseOf({spec: backup.spec, status})};
};

const finishedRun = (run: BackupRun, outcome: FinalOutcome): BackupRun => {
	const startTime = outcome.startTime ?? run.startTime;
	const completionTime = toTime(new Date(outcome.completionTime));
	const {summary, status} = outcome;
	return {
		...run,
		startTime,
		completionTime,
		status,
		reason: outcome.reason,
		...present({
			error: status === 'Succeeded' ? undefined : outcome.message,
			artifacts: summary?.artifacts,
			artifactCount: summary?.artifactCount,
			stats: summary && status !== 'Failed' ? statsOf(summary, Date.parse(completionTime) - Date.parse(startTime)) : undefined,
		}),
	};
};

/**
`status.stats` of a run: sizes from the artifacts as they lie in the store, time from the Job.
*/
const statsOf = ({bytes, artifactCount}: {bytes: number; artifactCount: number}, milliseconds: number) => ({
	size: formatBytes(bytes),
	duration: formatDuration(milliseconds),
	throughput: throughput(bytes, milliseconds),
	fileCount: artifactCount,
});

const conditionsOf = ({status, metadata}: Neo4jBackup, outcome: FinalOutcome, now: Date): Condition[] => {
	const conditions = setCondition(status?.conditions, {
		type: 'Ready',
		status: outcome.status === 'Succeeded' ? 'True' : 'False',
		reason: outcome.reason,
		message: outcome.message,
	}, now, metadata.generation);
	return outcome.status === 'Succeeded' ? removeCondition(conditions, 'Overdue') : conditions;
};

const messageOf = ({runID}: BackupRun, {status, message}: FinalOutcome): string => {
	switch (status) {
		case 'Succeeded': {
			return `The run ${runID} succeeded: ${message}`;
		}

		case 'PartiallySucceeded': {
			return `The run ${runID} backed up only some databases: ${message}`;
		}

		case 'Failed': {
			return `The run ${runID} failed: ${message}`;
		}
	}
};
