import {eventTypes, type EventType} from '#shared/events/catalogue.ts';
import {buildEvent, buildReconcileRequest, type EventInput} from '#shared/events/build-event.ts';
import {type OutgoingEvent} from '#shared/events/emit.ts';

export const time = new Date('2026-11-21T02:00:05.250Z');
export const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
export const runID = '20261121020000-0a1b2c3d';

export const backup = {
	apiVersion: 'neo4j.neo4j.com/v1alpha1',
	kind: 'Neo4jBackup',
	metadata: {name: 'daily', namespace: 'neo4j', uid: '5a0c1f0e-6a10-4f2b-8c53-f1f0a7a5b2d1'},
} as const;
const restore = {...backup, apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jRestore'} as const;
const target = {kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production'} as const;
const instant = '2026-11-21T02:00:00Z';
const later = '2026-11-21T02:04:10Z';

const sample = <T extends EventType>(type: T, data: EventInput<T>['data'], object: EventInput<T>['object'] = backup): OutgoingEvent =>
	buildEvent(type, {
		object, subject: runID, time, data, traceparent,
	});

/**
One event of each of our types, with every field that its data can have.
*/
export const eventSamples = (): readonly OutgoingEvent[] => [
	buildReconcileRequest({
		object: backup, handler: 'launch-backup', time, reason: 'the run was never launched', traceparent,
	}),
	sample(eventTypes.backupDue, {scheduledTime: instant, schedule: '', trigger: 'schedule'}),
	sample(eventTypes.backupStarted, {
		runID, jobName: 'daily-backup-20261121020000', backupType: 'AUTO', scheduledTime: instant, trigger: 'schedule', location: 's3://backups/daily/',
	}),
	sample(eventTypes.backupSucceeded, {
		runID, jobName: 'daily-backup-20261121020000', backupType: 'AUTO', status: 'PartiallySucceeded', startTime: instant, completionTime: later, size: 4096,
		artifacts: [{
			name: 'neo4j-2026-11-21T02-00-10.backup', database: 'neo4j', size: 4096, full: true,
		}], artifactCount: 1, location: 's3://backups/daily/',
	}),
	sample(eventTypes.backupFailed, {
		runID, jobName: 'daily-backup-20261121020000', reason: 'NothingBackedUp', message: 'No database has a new artifact', startTime: instant, completionTime: later,
	}),
	sample(eventTypes.backupOverdue, {scheduledTime: instant, lastSuccessTime: '2026-11-20T02:04:00Z', deadline: '2026-11-22T02:00:00Z'}),
	sample(eventTypes.retentionSwept, {
		sweepID: 'sweep-1', part: 1, parts: 1, mode: 'Enforce', kept: 30, expired: 2,
		deleted: [{
			name: 'neo4j-2026-10-21T02-00-10.backup', database: 'neo4j', reason: 'older than 30d', size: 4096,
		}],
		failures: [{name: 'neo4j-2026-10-20T02-00-10.backup', reason: 'Locked'}],
	}),
	sample(eventTypes.restoreStarted, {
		database: 'neo4j', target, method: 'Job', source: 's3://backups/daily/', pointInTime: instant, stopCluster: true, startTime: instant,
	}, restore),
	sample(eventTypes.restoreDataRestored, {
		database: 'neo4j', target, jobName: 'daily-restore', artifact: 'neo4j-2026-11-21T02-00-10.backup', completionTime: later,
	}, restore),
	sample(eventTypes.restoreCompleted, {
		database: 'neo4j', target, artifact: 'neo4j-2026-11-21T02-00-10.backup', startTime: instant, completionTime: later,
	}, restore),
	sample(eventTypes.restoreFailed, {
		database: 'neo4j', target, step: 'AwaitOnline', reason: 'TimedOut', message: 'No progress for 10 minutes', dataChanged: true, startTime: instant, completionTime: later,
	}, restore),
	sample(eventTypes.snapshotSwept, {
		sweepID: 'sweep-1', kept: 5, deleted: [{name: 'noobaa-20261101', backup: 'noobaa-20261101', reason: 'more than 5'}], failures: [{name: 'noobaa-20261031', reason: 'AccessDenied'}],
	}),
];
