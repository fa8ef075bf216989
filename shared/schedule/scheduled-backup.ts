import {type ObjectMeta} from '../kube/object.ts';
import {type BackupType} from '../runs/run-spec.ts';

/**
What the decisions about schedules read of a Neo4jBackup.
*/
export type ScheduledBackup = {
	readonly metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'uid' | 'generation' | 'creationTimestamp'> & {readonly managedFields?: readonly ManagedFields[]};
	readonly spec: ScheduleSpec;
	readonly status?: ScheduleStatus;
};

export type ScheduleSpec = {
	readonly schedule?: string;
	readonly timeZone?: string;
	readonly schedules?: ReadonlyArray<{readonly name: string; readonly schedule: string; readonly timeZone?: string; readonly backupType?: BackupType}>;
	readonly startingDeadline?: string;
	readonly catchUp?: 'RunOnce' | 'Skip';
	readonly jitter?: string;
	readonly suspend?: boolean;
	readonly options?: {readonly backupType?: BackupType};
};

export type ScheduleStatus = {
	readonly phase?: string;
	/** The newest instant decided on: run, left out, or covered by the run of another. */
	readonly lastScheduleTime?: string;
	readonly lastSuccessTime?: string;
	readonly observedSchedule?: ObservedSchedule;
	readonly history?: readonly ScheduledRun[];
};

/**
The schedule as it was last acted on, and since when it counts: instants up to `since` are not made up for.
*/
export type ObservedSchedule = {
	/** The entries as text; `suspended` while suspended, empty for a CR without a schedule. */
	readonly expression: string;
	readonly since: string;
};

export type ScheduledRun = {
	readonly scheduledTime?: string;
	readonly startTime: string;
	readonly completionTime?: string;
	readonly status: string;
};

/** Who changed which fields last, as the API server keeps it. */
export type ManagedFields = {
	readonly time?: string;
	readonly subresource?: string;
	readonly fieldsV1?: Readonly<Record<string, unknown>>;
};
