import test, {type ExecutionContext} from 'ava';
import {observeJob, type JobObservation} from '../../../functions/job-completed/observation.ts';
import {runState} from '../../../functions/job-completed/outcome.ts';
import {
	completed, ended, failed, failedWith, job, openRun, pod, reported, summary, waiting,
} from './objects.ts';

const now = new Date('2026-11-20T02:06:00Z');

const ends = (t: ExecutionContext, observation: JobObservation, expected: Readonly<Record<string, unknown>>) => {
	const state = runState(observation, openRun(), now);
	t.is(state.state, 'final');
	t.like<Readonly<Record<string, unknown>>>(state.state === 'final' ? state.outcome : {}, expected);
};

const partial = summary({
	outcome: 'partial', reason: 'PartiallySucceeded', message: '2 databases backed up, 1 missing: mydb (not online)', missing: ['mydb'], missingCount: 1,
});
const broken = summary({
	outcome: 'failed', reason: 'BackupFailed', message: 'neo4j-admin failed with exit code 1: connection refused', artifactCount: 0, bytes: 0, artifacts: [],
});
const log = 'see kubectl logs job/daily-backup-20261120020000';

test('complete, with a summary', ends, observeJob(completed(), [reported(summary(), 0)]), {
	status: 'Succeeded', reason: 'BackupSucceeded', message: '2 artifacts proven in the store', startTime: '2026-11-20T02:00:02Z', completionTime: '2026-11-20T02:05:32Z', summary: summary(),
});
test('complete, its Pods gone', ends, observeJob(completed(), []), {
	status: 'Succeeded', message: 'the Job completed; the artifacts it proved are read from the catalogue by the next sweep', summary: undefined,
});
test('partial', ends, observeJob(failedWith(40), [reported(partial, 40)]), {
	status: 'PartiallySucceeded', reason: 'PartiallySucceeded', message: `${partial.message}; ${log}`, summary: partial,
});
test('partial, its Pods gone', ends, observeJob(failedWith(40), []), {
	status: 'PartiallySucceeded', reason: 'PartiallySucceeded', message: `some databases were not backed up; the catalogue says which; ${log}`, summary: undefined,
});
test('failed for good', ends, observeJob(failedWith(41), [reported(broken, 41)]), {
	status: 'Failed', reason: 'BackupFailed', message: `${broken.message}; ${log}`, summary: broken,
});
test('a reason that has a remedy of its own', ends, observeJob(failedWith(41), [reported({...broken, reason: 'StorageConflict', message: 'choose another path'}, 41)]), {
	status: 'Failed', reason: 'StorageConflict', message: 'choose another path',
});
test('failed, its Pods gone: the Job\'s own words', ends, observeJob(failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'), []), {
	status: 'Failed', reason: 'BackupFailed', message: `Job has reached the specified backoff limit; ${log}`,
});
test('killed for memory', ends, observeJob(failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'), [pod({phase: 'Failed', initContainerStatuses: [ended('prepare'), ended('backup', 137, {reason: 'OOMKilled'})]})]), {
	status: 'Failed', reason: 'BackupFailed', message: `container backup ran out of memory (OOMKilled): raise options.resources.limits.memory; ${log}`,
});
test('a run that failed is not called partial by an attempt that was', ends, observeJob(failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'), [reported(partial, 1)]), {
	status: 'Failed', reason: 'BackupFailed', message: `Job has reached the specified backoff limit; ${log}`, summary: undefined,
});
test('nor called a success', ends, observeJob(failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'), [reported(summary(), 1)]), {status: 'Failed', reason: 'BackupFailed', summary: undefined});
test('past its deadline', ends, observeJob(failed('DeadlineExceeded', 'Job was active longer than specified deadline'), []), {
	status: 'Failed', reason: 'TimedOut', message: `the Job ran past options.timeout and was ended: raise it if the backup needs longer; ${log}`,
});
test('lost', ends, observeJob(undefined, []), {
	status: 'Failed', reason: 'JobLost', completionTime: now.toISOString(), message: 'the Job of this run is gone: it was deleted before its outcome could be recorded. The next run finds what it wrote; the annotation neo4j.com/run-now starts one at once',
});
test('a completion without a time is one of now', ends, observeJob(job([{type: 'Complete', status: 'True'}]), []), {completionTime: now.toISOString()});

const stands = (t: ExecutionContext, {minutes, expected}: {minutes: number; expected: 'running' | 'warned' | 'given up'}) => {
	const observation = observeJob(job(), [pod({phase: 'Pending', initContainerStatuses: [waiting('prepare', 'ImagePullBackOff', 'no such image')]})]);
	const state = runState(observation, openRun(), new Date(Date.parse('2026-11-20T02:00:02Z') + (minutes * 60_000)));
	t.is(state.state === 'not-started' ? (state.giveUp ? 'given up' : 'warned') : state.state, expected);
	t.is(state.state === 'not-started' ? state.message : undefined, expected === 'running' ? undefined : `nothing has run in a Pod of this run for ${Math.floor(minutes)} minutes: container prepare cannot start: ImagePullBackOff: no such image; check the image of the functions, and that the node or the target's pull secrets have access to its registry`);
};

test('14 minutes without a start are nothing', stands, {minutes: 14.9, expected: 'running'});
test('15 are spoken of', stands, {minutes: 15, expected: 'warned'});
test('59 too', stands, {minutes: 59.9, expected: 'warned'});
test('an hour is too long', stands, {minutes: 60, expected: 'given up'});

test('a container that runs for hours is no such thing', t => {
	const observation = observeJob(job(), [pod({phase: 'Running', initContainerStatuses: [ended('prepare'), {name: 'backup', state: {running: {}}}]})]);
	t.is(runState(observation, openRun(), new Date('2026-11-20T12:00:00Z')).state, 'running');
});
