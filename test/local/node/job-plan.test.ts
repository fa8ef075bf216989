import test from 'ava';
import {trackingFinalizer} from '#local/node/job-count.ts';
import {planJob, type JobSituation} from '#local/node/job-plan.ts';
import {type Job, type JobStatus, type Pod} from '#local/node/workloads.ts';

const now = new Date('2026-03-01T10:00:00Z');
const after = (seconds: number) => new Date(now.getTime() + (seconds * 1000));

const jobOf = (spec: Partial<Job['spec']> = {}, status?: JobStatus): Job => ({
	apiVersion: 'batch/v1', kind: 'Job', metadata: {namespace: 'test', name: 'job', uid: 'u'},
	spec: {...spec, template: {spec: {restartPolicy: 'Never', containers: []}}},
	...(status && {status}),
});

const podOf = (phase: NonNullable<Pod['status']>['phase'], metadata: Record<string, unknown> = {}): Pod => ({
	apiVersion: 'v1', kind: 'Pod', metadata: {
		namespace: 'test', name: 'pod', finalizers: [trackingFinalizer], ...metadata,
	}, spec: {containers: []}, status: {phase},
});

const plan = (situation: Partial<JobSituation>) => planJob({
	job: jobOf(), pods: [], now, backoffScale: 1, ...situation,
});

for (const [failed, seconds] of [[1, 10], [2, 20], [3, 40], [6, 320], [7, 600], [20, 600]] as const) {
	test(`after failure ${failed} the next pod comes ${seconds} s later`, t => {
		const waiting = plan({job: jobOf({backoffLimit: 99}, {failed: failed - 1}), pods: [podOf('Failed')]});
		t.like(waiting, {create: 0, backsOff: true, wakeMs: seconds * 1000});
		const job = jobOf({backoffLimit: 99}, {failed});
		t.is(plan({job, sinceFailureMs: (seconds * 1000) - 1}).create, 0);
		t.like(plan({job, sinceFailureMs: seconds * 1000}), {create: 1, backsOff: false});
	});
}

test('the back-off can be scaled', t => {
	t.is(plan({backoffScale: 0.1, pods: [podOf('Failed')]}).wakeMs, 1000);
});

test('a finished pod is counted once: while it has the finalizer', t => {
	const pod = podOf('Failed');
	const first = plan({pods: [pod]});
	t.like(first, {status: {failed: 1}, release: [pod]});
	const second = plan({job: jobOf({}, first.status), pods: [{...pod, metadata: {...pod.metadata, finalizers: []}}], sinceFailureMs: 0});
	t.like(second, {status: {failed: 1}, release: []});
});

test('the backoffLimit is six when none is set', t => {
	t.is(plan({job: jobOf({}, {failed: 6})}).status.conditions, undefined);
	t.is(plan({job: jobOf({}, {failed: 7})}).status.conditions?.[0]?.reason, 'BackoffLimitExceeded');
});

test('a replacement waits until the pod before has ended', t => {
	t.like(plan({pods: [podOf('Running', {deletionTimestamp: '2026-03-01T09:59:00Z'})]}), {create: 0, status: {active: 0, terminating: 1}});
});

test('a Job that is to end says so first, and ends when its last pod is gone', t => {
	const job = jobOf({activeDeadlineSeconds: 60}, {startTime: '2026-03-01T09:59:00Z'});
	const ending = plan({job, pods: [podOf('Running')]});
	t.deepEqual(ending.status.conditions!.map(({type}) => type), ['FailureTarget']);
	t.is(ending.remove.length, 1);
	const ended = plan({job: {...job, status: ending.status}, pods: []});
	t.deepEqual(ended.status.conditions!.map(({type, reason}) => `${type} ${reason}`), ['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
});

test('a Job with a deadline is looked at again when it is over', t => {
	t.is(plan({job: jobOf({activeDeadlineSeconds: 60})}).wakeMs, 60_000);
});

test('a finished Job is looked at again when its time to live is over, and has then expired', t => {
	const job = jobOf({ttlSecondsAfterFinished: 5}, {conditions: [{type: 'Complete', status: 'True', lastTransitionTime: '2026-03-01T10:00:00Z'}]});
	t.like(plan({job}), {expired: false, wakeMs: 5000, create: 0});
	t.true(plan({job, now: after(5)}).expired);
});

test('a Job in Indexed mode is refused', t => {
	t.regex(plan({job: jobOf({completionMode: 'Indexed'})}).status.conditions?.[0]?.message ?? '', /completionMode Indexed/v);
});
