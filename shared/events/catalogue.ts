import {type EventData} from './event-data.generated.ts';

export type {EventData, RetentionSwept} from './event-data.generated.ts';

export type EventType = keyof EventData;

/**
Our own event types. Each has a JSON Schema of its data in `schemas/`, an EventType in `knative/base/event-types.yaml` and a row in `docs/events.md`; a test holds them together.
*/
export const eventTypes = {
	reconcileRequested: 'com.neo4j.reconcile.requested.v1',
	backupDue: 'com.neo4j.backup.due.v1',
	backupStarted: 'com.neo4j.backup.started.v1',
	backupSucceeded: 'com.neo4j.backup.succeeded.v1',
	backupFailed: 'com.neo4j.backup.failed.v1',
	backupOverdue: 'com.neo4j.backup.overdue.v1',
	retentionSwept: 'com.neo4j.retention.swept.v1',
	restoreStarted: 'com.neo4j.restore.started.v1',
	restoreDataRestored: 'com.neo4j.restore.data-restored.v1',
	restoreCompleted: 'com.neo4j.restore.completed.v1',
	restoreFailed: 'com.neo4j.restore.failed.v1',
	snapshotSwept: 'com.neo4j.snapshot.swept.v1',
} as const satisfies Readonly<Record<string, EventType>>;

/**
The types of the platform's own sources, as ApiServerSource in Resource mode and PingSource send them.
*/
export const sourceTypes = {
	added: 'dev.knative.apiserver.resource.add',
	updated: 'dev.knative.apiserver.resource.update',
	deleted: 'dev.knative.apiserver.resource.delete',
	ping: 'dev.knative.sources.ping',
} as const;
