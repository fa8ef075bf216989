import {setCondition} from '#shared/api/conditions.ts';
import {openRuns} from '#shared/runs/history.ts';
import {type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';

/**
Why no run can start: `Invalid` needs an edit by the user, `Waiting` ends by itself when what is missing appears.
*/
export type Blocker = {
	readonly phase: 'Invalid' | 'Waiting';
	/** CamelCase word. */
	readonly reason: string;
	/** Names the field or object and the way out. */
	readonly message: string;
};

/**
The status of a CR that cannot start a run. A run that is under way goes on and is what the phase tells.
*/
export const blockedStatus = (backup: Neo4jBackup, {phase, reason, message}: Blocker, now: Date): BackupStatus => ({
	...backup.status,
	phase: openRuns(backup.status?.history).length > 0 ? 'Running' : phase,
	message,
	observedGeneration: backup.metadata.generation!,
	conditions: setCondition(backup.status?.conditions, {
		type: 'Ready', status: 'False', reason, message,
	}, now, backup.metadata.generation),
});
