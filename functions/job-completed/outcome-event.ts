import {type FinalOutcome} from './outcome.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {type OutgoingEvent} from '#shared/events/emit.ts';
import {present} from '#shared/present.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';

/**
The event that tells of a finished run: `succeeded` where at least one database has a new artifact, `failed` otherwise.
*/
export const outcomeEvent = (backup: Neo4jBackup, run: BackupRun, outcome: FinalOutcome, {now, traceparent}: {now: Date; traceparent?: string}): OutgoingEvent => {
	const base = {
		object: backup, subject: run.runID!, time: now, ...present({traceparent}),
	};
	const completionTime = run.completionTime!;
	if (outcome.status === 'Failed') {
		return buildEvent('com.neo4j.backup.failed.v1', {
			...base, data: {
				runID: run.runID!, jobName: run.jobName!, reason: outcome.reason, message: outcome.message, startTime: run.startTime, completionTime,
			},
		});
	}

	const {summary} = outcome;
	return buildEvent('com.neo4j.backup.succeeded.v1', {
		...base, data: {
			runID: run.runID!,
			jobName: run.jobName!,
			backupType: run.backupType!,
			startTime: run.startTime,
			completionTime,
			size: summary?.bytes ?? 0,
			artifacts: (summary?.artifacts ?? []).map(artifact => ({...artifact})),
			artifactCount: summary?.artifactCount ?? 0,
			location: run.location ?? '',
			status: outcome.status,
		},
	});
};
