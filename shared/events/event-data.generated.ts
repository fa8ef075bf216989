/* Generated from shared/events/schemas by scripts/generate-event-data.ts: edit those. */

/**
 * A run of a Neo4jBackup is due.
 */
export interface BackupDue {
	/**
	 * The instant that the run is for, in UTC.
	 */
	scheduledTime: string;
	/**
	 * Name of the entry of spec.schedules that has the instant; empty for spec.schedule.
	 */
	schedule: string;
	/**
	 * What caused the run: an instant of the schedule, a generation of an object without schedule, the annotation neo4j.com/run-now, an event posted by hand, a user's own PingSource, or the repair of an earlier run.
	 */
	trigger: 'schedule' | 'once' | 'run-now' | 'event' | 'ping' | 'repair';
}

/**
 * A run ended without a backup.
 */
export interface BackupFailed {
	/**
	 * Id of the run, the same as the event's subject.
	 */
	runID: string;
	/**
	 * Name of the batch/v1 Job, in the namespace of the backup.
	 */
	jobName: string;
	/**
	 * CamelCase word for machines, the same as in the condition.
	 */
	reason: string;
	/**
	 * What happened and what to do, for people.
	 */
	message: string;
	/**
	 * When the Job started; absent when it never did.
	 */
	startTime?: string;
	/**
	 * When the run ended.
	 */
	completionTime: string;
}

/**
 * The backup of an instant did not come in time.
 */
export interface BackupOverdue {
	/**
	 * The instant whose backup is missing.
	 */
	scheduledTime: string;
	/**
	 * When the latest successful run ended; absent when there was none.
	 */
	lastSuccessTime?: string;
	/**
	 * Until when a success was expected.
	 */
	deadline: string;
}

/**
 * The Job of a run exists.
 */
export interface BackupStarted {
	/**
	 * Id of the run, the same as the event's subject.
	 */
	runID: string;
	/**
	 * Name of the batch/v1 Job, in the namespace of the backup.
	 */
	jobName: string;
	/**
	 * What neo4j-admin is asked for.
	 */
	backupType: 'FULL' | 'DIFF' | 'AUTO';
	/**
	 * The instant of the schedule that the run is for; absent for other triggers.
	 */
	scheduledTime?: string;
	/**
	 * What caused the run: an instant of the schedule, a generation of an object without schedule, the annotation neo4j.com/run-now, an event posted by hand, a user's own PingSource, or the repair of an earlier run.
	 */
	trigger: 'schedule' | 'once' | 'run-now' | 'event' | 'ping' | 'repair';
	/**
	 * The one directory of this backup as a URI, with its closing slash: s3://bucket/path/.
	 */
	location: string;
}

/**
 * A run ended with new artifacts in the store.
 */
export interface BackupSucceeded {
	/**
	 * Id of the run, the same as the event's subject.
	 */
	runID: string;
	/**
	 * Name of the batch/v1 Job, in the namespace of the backup.
	 */
	jobName: string;
	/**
	 * What neo4j-admin is asked for.
	 */
	backupType: 'FULL' | 'DIFF' | 'AUTO';
	/**
	 * PartiallySucceeded: a requested database has no new artifact.
	 */
	status: 'Succeeded' | 'PartiallySucceeded';
	/**
	 * When the Job started.
	 */
	startTime: string;
	/**
	 * When it ended.
	 */
	completionTime: string;
	/**
	 * Bytes of all artifacts of the run.
	 */
	size: number;
	/**
	 * How many artifacts the run wrote.
	 */
	artifactCount: number;
	/**
	 * At most 20 of them; the catalogue in the store has all.
	 *
	 * @maxItems 20
	 *
	 * Items: One file that neo4j-admin wrote.
	 */
	artifacts: {
		/**
		 * File name directly below the location.
		 */
		name: string;
		/**
		 * Database that it holds.
		 */
		database: string;
		/**
		 * Bytes.
		 */
		size: number;
		/**
		 * Whether it is a FULL; otherwise it needs its chain.
		 */
		full: boolean;
	}[];
	/**
	 * The one directory of this backup as a URI, with its closing slash: s3://bucket/path/.
	 */
	location: string;
}

/**
 * Somebody asks one function, the attribute handler, to look at one object, the attributes apiversion, kind, namespace and name.
 */
export interface ReconcileRequested {
	/**
	 * Why, for the log. Nothing acts on it.
	 */
	reason?: string;
}

/**
 * The restored database is online on every server that has it.
 */
export interface RestoreCompleted {
	/**
	 * Database that is restored.
	 */
	database: string;
	/**
	 * The Neo4j deployment.
	 */
	target: {
		/**
		 * Kind of the target.
		 */
		kind: string;
		/**
		 * Its namespace.
		 */
		namespace: string;
		/**
		 * Its name.
		 */
		name: string;
	};
	/**
	 * File name of the newest artifact that went in.
	 */
	artifact: string;
	/**
	 * When the restore began.
	 */
	startTime: string;
	/**
	 * When it ended.
	 */
	completionTime: string;
}

/**
 * The data lies on the target's volume; the database is not online yet.
 */
export interface RestoreDataRestored {
	/**
	 * Database that is restored.
	 */
	database: string;
	/**
	 * The Neo4j deployment.
	 */
	target: {
		/**
		 * Kind of the target.
		 */
		kind: string;
		/**
		 * Its namespace.
		 */
		namespace: string;
		/**
		 * Its name.
		 */
		name: string;
	};
	/**
	 * Name of the Job that restored it; absent for the method Seed.
	 */
	jobName?: string;
	/**
	 * File name of the newest artifact that went in.
	 */
	artifact: string;
	/**
	 * When the data was there.
	 */
	completionTime: string;
}

/**
 * A restore ended without the database being online with the restored data.
 */
export interface RestoreFailed {
	/**
	 * Database that is restored.
	 */
	database: string;
	/**
	 * The Neo4j deployment.
	 */
	target: {
		/**
		 * Kind of the target.
		 */
		kind: string;
		/**
		 * Its namespace.
		 */
		namespace: string;
		/**
		 * Its name.
		 */
		name: string;
	};
	/**
	 * The step that failed, as in status.step.
	 */
	step: string;
	/**
	 * CamelCase word for machines, the same as in the condition.
	 */
	reason: string;
	/**
	 * What happened and what to do, for people.
	 */
	message: string;
	/**
	 * Whether the target's data may differ from before the restore.
	 */
	dataChanged: boolean;
	/**
	 * When the restore began; absent when it never did.
	 */
	startTime?: string;
	/**
	 * When it ended.
	 */
	completionTime: string;
}

/**
 * A restore is about to have its first effect; its source is chosen and pinned.
 */
export interface RestoreStarted {
	/**
	 * Database that is restored.
	 */
	database: string;
	/**
	 * The Neo4j deployment.
	 */
	target: {
		/**
		 * Kind of the target.
		 */
		kind: string;
		/**
		 * Its namespace.
		 */
		namespace: string;
		/**
		 * Its name.
		 */
		name: string;
	};
	/**
	 * Job: neo4j-admin on a server's volume. Seed: the servers fetch the artifact themselves.
	 */
	method: 'Job' | 'Seed';
	/**
	 * The artifact or the directory that is restored from, as a URI without credentials.
	 */
	source: string;
	/**
	 * The point that is restored to; absent for the end of the source.
	 */
	pointInTime?: string;
	/**
	 * Whether the servers are stopped.
	 */
	stopCluster: boolean;
	/**
	 * When the restore began.
	 */
	startTime: string;
}

/**
 * A sweep of one backup directory ended. A long list comes in parts of at most 64 KiB, which share the sweep's id.
 */
export interface RetentionSwept {
	/**
	 * Id of the sweep, the same as the event's subject; its full list lies in the store under .neo4j-backup/sweeps/.
	 */
	sweepID: string;
	/**
	 * Number of this part, from 1.
	 */
	part: number;
	/**
	 * How many parts there are.
	 */
	parts: number;
	/**
	 * Plan: nothing was touched, deleted lists what would go.
	 */
	mode: 'Enforce' | 'Plan';
	/**
	 * What this part tells was deleted or archived.
	 *
	 * Items: One artifact.
	 */
	deleted: {
		/**
		 * File name below the location.
		 */
		name: string;
		/**
		 * Database that it held.
		 */
		database: string;
		/**
		 * The rule by which it expired.
		 */
		reason: string;
		/**
		 * Bytes.
		 */
		size: number;
		/**
		 * True: it was moved to the archive rather than deleted.
		 */
		archived?: boolean;
	}[];
	/**
	 * Artifacts that stay, in the whole sweep.
	 */
	kept: number;
	/**
	 * Artifacts past policy, in the whole sweep; they go once their grace is over.
	 */
	expired: number;
	/**
	 * What should have gone and stayed.
	 *
	 * Items: One artifact.
	 */
	failures: {
		/**
		 * File name below the location.
		 */
		name: string;
		/**
		 * Why it stayed.
		 */
		reason: string;
	}[];
}

/**
 * A sweep of the volume snapshots of one schedule ended.
 */
export interface SnapshotSwept {
	/**
	 * Id of the sweep, the same as the event's subject.
	 */
	sweepID: string;
	/**
	 * The snapshots that were deleted.
	 *
	 * @maxItems 500
	 *
	 * Items: One snapshot.
	 */
	deleted: {
		/**
		 * Name of the VolumeSnapshot.
		 */
		name: string;
		/**
		 * Name of the backup that it belonged to.
		 */
		backup: string;
		/**
		 * The rule by which it expired.
		 */
		reason: string;
	}[];
	/**
	 * Completed backups that stay.
	 */
	kept: number;
	/**
	 * What should have gone and stayed.
	 *
	 * @maxItems 500
	 *
	 * Items: One snapshot.
	 */
	failures: {
		/**
		 * Name of the VolumeSnapshot.
		 */
		name: string;
		/**
		 * Why it stayed.
		 */
		reason: string;
	}[];
}

/**
The data of each of our event types.
*/
export interface EventData {
	'com.neo4j.backup.due.v1': BackupDue;
	'com.neo4j.backup.failed.v1': BackupFailed;
	'com.neo4j.backup.overdue.v1': BackupOverdue;
	'com.neo4j.backup.started.v1': BackupStarted;
	'com.neo4j.backup.succeeded.v1': BackupSucceeded;
	'com.neo4j.reconcile.requested.v1': ReconcileRequested;
	'com.neo4j.restore.completed.v1': RestoreCompleted;
	'com.neo4j.restore.data-restored.v1': RestoreDataRestored;
	'com.neo4j.restore.failed.v1': RestoreFailed;
	'com.neo4j.restore.started.v1': RestoreStarted;
	'com.neo4j.retention.swept.v1': RetentionSwept;
	'com.neo4j.snapshot.swept.v1': SnapshotSwept;
}
