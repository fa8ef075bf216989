import {type LaunchDependencies} from './deps.ts';
import {setCondition, toTime} from '#shared/api/conditions.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {withRun} from '#shared/runs/history.ts';
import {phaseOf} from '#shared/runs/phase.ts';
import {type BackupRun, type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';

/**
Ends a run that was stated and can get no Job, and has job-completed delete the claim that may have been made for it. Answers the CR as it is then.
*/
export const giveUp = async ({kube, emitter}: Pick<LaunchDependencies, 'kube' | 'emitter'>, backup: Neo4jBackup, entry: BackupRun, {reason, message}: {reason: string; message: string}): Promise<Neo4jBackup> => {
	const now = await kube.now();
	const history = withRun(backup.status?.history, {
		...entry, status: 'Failed', reason, error: message, completionTime: toTime(now),
	});
	const status: BackupStatus = {
		...backup.status, history, message: `The run ${entry.runID} failed: ${message}`, conditions: setCondition(backup.status?.conditions, {
			type: 'Ready', status: 'False', reason, message,
		}, now, backup.metadata.generation),
	};
	await recordEvent(kube, backup, {
		type: 'Warning', reason, message, cause: entry.runID!, reporter: 'launch-backup',
	});
	const ended = await kube.replaceStatus({...backup, status: {...status, phase: phaseOf({spec: backup.spec, status})}});
	if (backup.spec.options?.tempStorage) {
		await emitter.emit(buildReconcileRequest({
			object: backup, handler: 'job-completed', reason: `the run ${entry.runID} was given up`, time: now,
		}));
	}

	return ended;
};
