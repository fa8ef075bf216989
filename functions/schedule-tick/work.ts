import {type BackupStatus} from '#shared/runs/status.ts';

/**
One thing that the scan found to be done for one Neo4jBackup. `waitingSince` decides whose turn comes first.
*/
export type Work
	= | {readonly what: 'due'; readonly scheduledTime: Date; readonly entry: string; readonly waitingSince: Date}
		| {readonly what: 'reconcile'; readonly handler: Handler; readonly reason: string; readonly waitingSince: Date}
		| {readonly what: 'overdue'; readonly instant: Date; readonly deadline: Date; readonly message: string; readonly waitingSince: Date}
		| {readonly what: 'no-longer-overdue'; readonly waitingSince: Date};

/** The functions that can be asked to look at a Neo4jBackup; the words are what their Triggers filter on. */
export type Handler = 'launch-backup' | 'job-completed' | 'retention-sweep';

export type BackupRunEntry = NonNullable<BackupStatus['history']>[number];
