import test from 'ava';
import {statusAfter} from '#shared/restore/advance.ts';
import {endedStatus} from '#shared/restore/end-restore.ts';
import {type Neo4jRestore, type RestoreStatus} from '#shared/restore/status.ts';
import {restoreApiVersion} from '#shared/api/group.ts';

const now = new Date('2026-11-20T02:00:00Z');

const restoreAt = (status: RestoreStatus): Neo4jRestore => ({
	apiVersion: restoreApiVersion, kind: 'Neo4jRestore', metadata: {name: 'back', namespace: 'neo4j', generation: 2}, spec: {clusterRef: 'production', databaseName: 'mydb', source: {type: 'backup', backupRef: 'daily'}}, status,
});

test('a step that is done is followed by the next, whose time begins; one that waits keeps its time', t => {
	const at = restoreAt({
		phase: 'Running', step: 'VerifyBackup', stepTime: '2026-11-20T01:00:00Z', observedGeneration: 2,
	});
	t.like(statusAfter(at, 'VerifyBackup', {kind: 'done'}, now), {step: 'Stop', stepTime: '2026-11-20T02:00:00Z', phase: 'Running'});
	const waiting = statusAfter(at, 'VerifyBackup', {kind: 'waiting', reason: 'NotYet', message: 'It waits'}, now);
	t.like(waiting, {step: 'VerifyBackup', stepTime: '2026-11-20T01:00:00Z', message: 'It waits'});
	t.like(waiting.conditions?.[0], {type: 'Ready', status: 'False', reason: 'NotYet'});
});

test('a failure once something may be stopped is remembered, and the target is brought back first', t => {
	const at = restoreAt({phase: 'Running', step: 'RestoreJob'});
	const failed = statusAfter(at, 'RestoreJob', {kind: 'failed', reason: 'JobFailed', message: 'No room'}, now);
	t.like(failed, {step: 'Start', phase: 'Running', failure: {step: 'RestoreJob', reason: 'JobFailed', message: 'No room'}});
});

test('a field that a step takes away is gone', t => {
	const status = statusAfter(restoreAt({phase: 'Pending', backupInfo: {backupPath: 's3://a/b'}}), 'Validate', {kind: 'done', status: {backupInfo: undefined}}, now);
	t.false('backupInfo' in status);
});

test('a restore that failed says at which step and is never taken for one that brought anything', t => {
	const before: RestoreStatus = {
		phase: 'Running', step: 'Completed', startTime: '2026-11-20T01:00:00Z', failure: {step: 'RestoreJob', reason: 'JobFailed', message: 'No room'}, resolvedSource: {bytes: 4096, artifactCount: 2},
	};
	const failed = endedStatus(restoreAt(before), {message: 'It failed', failure: before.failure!}, now);
	t.like(failed, {
		phase: 'Failed', step: 'RestoreJob', completionTime: '2026-11-20T02:00:00Z', stats: {duration: '1h', errorCount: 1},
	});
	t.false('dataSize' in failed.stats!);
	t.false('failure' in failed);
	t.like(failed.conditions?.[0], {type: 'Ready', status: 'False', reason: 'JobFailed'});
});

test('a restore that is completed tells what it brought', t => {
	const before: RestoreStatus = {
		phase: 'Running', step: 'Completed', startTime: '2026-11-20T01:59:00Z', resolvedSource: {bytes: 6_000_000, artifactCount: 3},
	};
	const completed = endedStatus(restoreAt(before), {message: 'mydb is online'}, now);
	t.like(completed, {
		phase: 'Completed', step: 'Completed', stats: {
			duration: '1m', dataSize: '6MB', throughput: '100KB/s', fileCount: 3, errorCount: 0,
		},
	});
	t.like(completed.conditions?.[0], {type: 'Ready', status: 'True'});
});
