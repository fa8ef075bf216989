import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {exitCode, openWorkshop, script} from './workshop.ts';
import {type Job} from '#local/node/workloads.ts';

const conditionsOf = (job: Job | undefined) => Object.fromEntries((job?.status?.conditions ?? []).map(({type, status, reason}) => [type, `${status} ${reason}`]));
const messageOf = (job: Job, type: string) => job.status!.conditions!.find(condition => condition.type === type)?.message;

test('a Job that succeeds is Complete, with its times, its count and its Events', async t => {
	const workshop = await openWorkshop(t);
	const job = await workshop.run(script('true'));
	t.deepEqual(conditionsOf(job), {SuccessCriteriaMet: 'True CompletionsReached', Complete: 'True CompletionsReached'});
	t.like(job.status, {
		succeeded: 1, active: 0, ready: 0, terminating: 0,
	});
	t.true(Date.parse(job.status!.completionTime!) >= Date.parse(job.status!.startTime!));
	const events = await workshop.events();
	const [pod] = await workshop.pods();
	t.deepEqual(Object.fromEntries(events.map(({reason, message}) => [reason, message])), {Completed: 'Job completed', SuccessfulCreate: `Created pod: ${pod!.metadata.name}`});
});

test('a Job\'s pod carries its labels, its name and its controller, and no finalizer once it is counted', async t => {
	const workshop = await openWorkshop(t);
	const job = await workshop.run(script('true'));
	const [pod] = await workshop.pods();
	t.regex(pod!.metadata.name, /^job-[a-z0-9]{5}$/v);
	t.deepEqual(pod!.metadata.labels, {
		app: 'test', 'batch.kubernetes.io/controller-uid': job.metadata.uid!, 'batch.kubernetes.io/job-name': 'job', 'controller-uid': job.metadata.uid!, 'job-name': 'job',
	});
	t.like(pod!.metadata.ownerReferences, [{
		apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: job.metadata.uid!, controller: true,
	}]);
	t.deepEqual(pod!.metadata.finalizers ?? [], []);
});

test('a Job tries as often as its backoffLimit says, and is then Failed', async t => {
	const workshop = await openWorkshop(t);
	const job = await workshop.run(script('exit 5', {backoffLimit: 2}));
	t.deepEqual(conditionsOf(job), {FailureTarget: 'True BackoffLimitExceeded', Failed: 'True BackoffLimitExceeded'});
	t.is(messageOf(job, 'Failed'), 'Job has reached the specified backoff limit');
	t.like(job.status, {failed: 3, active: 0});
	t.is(job.status!.completionTime, undefined);
	const pods = await workshop.pods();
	t.deepEqual(pods.map(pod => exitCode(pod)), [5, 5, 5]);
	const events = await workshop.events();
	t.true(events.some(({reason}) => reason === 'BackoffLimitExceeded'));
});

test('a node is not settled while a Job waits for its back-off', async t => {
	const workshop = await openWorkshop(t, {backoffScale: 0.03});
	const job = await workshop.run(script('exit 5', {backoffLimit: 1}));
	t.like(job.status, {failed: 2});
});

test('a back-off goes on when the clock is held', async t => {
	const workshop = await openWorkshop(t, {now: () => new Date('2026-03-01T10:00:00Z')});
	const job = await workshop.run(script('exit 5', {backoffLimit: 1}));
	t.like(job.status, {failed: 2, startTime: '2026-03-01T10:00:00Z'});
});

type Expected = {readonly reason: string; readonly failed?: number; readonly pods: number; readonly message?: RegExp};

const policies: ReadonlyArray<readonly [title: string, command: string, rules: readonly unknown[], expected: Expected]> = [
	['FailJob on an exit code ends the Job at once', 'exit 41', [{action: 'FailJob', onExitCodes: {operator: 'In', values: [40, 41]}}], {
		reason: 'PodFailurePolicy', failed: 1, pods: 1, message: /^Container main for pod test\/job-[a-z0-9]{5} failed with exit code 41 matching FailJob rule at index 0$/v,
	}],
	['the index counts the rules', 'exit 41', [{action: 'Ignore', onPodConditions: [{type: 'DisruptionTarget'}]}, {action: 'FailJob', onExitCodes: {containerName: 'main', operator: 'In', values: [41]}}], {
		reason: 'PodFailurePolicy', failed: 1, pods: 1, message: /at index 1$/v,
	}],
	['a rule for another container does not count', 'exit 41', [{action: 'FailJob', onExitCodes: {containerName: 'other', operator: 'In', values: [41]}}], {reason: 'BackoffLimitExceeded', failed: 2, pods: 2}],
	['NotIn means every other failure', 'exit 3', [{action: 'FailJob', onExitCodes: {operator: 'NotIn', values: [1, 2]}}], {reason: 'PodFailurePolicy', failed: 1, pods: 1}],
	['a rule that does not match leaves the failure to the backoffLimit', 'exit 3', [{action: 'FailJob', onExitCodes: {operator: 'In', values: [41]}}], {reason: 'BackoffLimitExceeded', failed: 2, pods: 2}],
	['Count decides before later rules', 'exit 3', [{action: 'Count', onExitCodes: {operator: 'In', values: [3]}}, {action: 'FailJob', onExitCodes: {operator: 'In', values: [3]}}], {reason: 'BackoffLimitExceeded', failed: 2, pods: 2}],
];

for (const [title, command, rules, expected] of policies) {
	test(`podFailurePolicy: ${title}`, async t => {
		const workshop = await openWorkshop(t);
		const job = await workshop.run(script(command, {backoffLimit: 1, podFailurePolicy: {rules}}));
		t.is(conditionsOf(job)['Failed'], `True ${expected.reason}`);
		t.is(job.status!.failed, expected.failed);
		t.regex(messageOf(job, 'Failed')!, expected.message ?? /./v);
		const pods = await workshop.pods();
		t.is(pods.length, expected.pods);
	});
}

test('podFailurePolicy: an exit code of an init container counts', async t => {
	const workshop = await openWorkshop(t);
	const job = await workshop.run(script('true', {
		backoffLimit: 3, podFailurePolicy: {rules: [{action: 'FailJob', onExitCodes: {containerName: 'prepare', operator: 'In', values: [41]}}]},
		pod: {initContainers: [{name: 'prepare', image: 'shell', command: ['sh', '-c', 'exit 41']}]},
	}));
	t.regex(messageOf(job, 'Failed')!, /^Container prepare for pod/v);
});

test('podFailurePolicy: a disrupted pod is ignored, and replaced', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('[ -e "$0" ] || { touch "$0"; sleep 30; }', {
		podFailurePolicy: {rules: [{action: 'Ignore', onPodConditions: [{type: 'DisruptionTarget'}]}]}, container: {args: [`${workshop.state}/once`]},
	}));
	const pod = await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	const reference = {
		apiVersion: 'v1', kind: 'Pod', namespace: 'test', name: pod.metadata.name,
	};
	await workshop.cluster.client.patch(reference, {status: {conditions: [...pod.status!.conditions!, {type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI'}]}}, {subresource: 'status'});
	await workshop.cluster.client.delete(reference);
	await workshop.node.settled();
	const job = await workshop.job();
	t.is(conditionsOf(job)['Complete'], 'True CompletionsReached');
	t.is(job!.status!.failed, undefined);
});

test('a pod that is deleted by hand is replaced and counts as failed', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('[ -e "$0" ] || { touch "$0"; sleep 30; }', {backoffLimit: 1, container: {args: [`${workshop.state}/once`]}}));
	const pod = await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	await workshop.cluster.client.delete({
		apiVersion: 'v1', kind: 'Pod', namespace: 'test', name: pod.metadata.name,
	});
	await workshop.node.settled();
	const job = await workshop.job();
	t.like(job!.status, {failed: 1, succeeded: 1});
	const pods = await workshop.pods();
	t.deepEqual(pods.map(({metadata, status}) => [metadata.name === pod.metadata.name, status!.phase]), [[false, 'Succeeded']]);
});

test('activeDeadlineSeconds ends the pod and fails the Job', async t => {
	const workshop = await openWorkshop(t);
	const job = await workshop.run(script('sleep 30', {activeDeadlineSeconds: 1, backoffLimit: 5}));
	t.deepEqual(conditionsOf(job), {FailureTarget: 'True DeadlineExceeded', Failed: 'True DeadlineExceeded'});
	t.is(messageOf(job, 'Failed'), 'Job was active longer than specified deadline');
	t.deepEqual(await workshop.pods(), []);
});

test('a finished Job is deleted when its time to live is over, and its pods with it', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('true', {ttlSecondsAfterFinished: 1}));
	let left: readonly unknown[] = [undefined];
	while (left.length > 0) {
		await wait(20);
		left = [...await workshop.pods(), ...[await workshop.job()].filter(Boolean)];
	}

	t.deepEqual(left, []);
});

test('deleting a Job ends its processes and removes its pods', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('sleep 30'));
	await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	await workshop.cluster.client.delete({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'test', name: 'job',
	});
	await workshop.node.settled();
	t.deepEqual(await workshop.pods(), []);
});

test('deleting a Job in the foreground keeps it until its pods are gone', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('trap "sleep 0.3; exit 0" TERM; sleep 30 & wait'));
	await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	await workshop.cluster.client.delete({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'test', name: 'job',
	}, {propagationPolicy: 'Foreground'});
	const going = await workshop.job();
	t.truthy(going?.metadata.deletionTimestamp);
	await workshop.node.settled();
	t.deepEqual([await workshop.job(), await workshop.pods()], [undefined, []]);
});

test('a suspended Job has no pods, and starts when it is resumed', async t => {
	const workshop = await openWorkshop(t);
	const suspended = await workshop.run(script('true', {suspend: true}));
	t.deepEqual(conditionsOf(suspended), {Suspended: 'True JobSuspended'});
	t.is(suspended.status!.startTime, undefined);
	t.deepEqual(await workshop.pods(), []);
	await workshop.cluster.client.patch({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'test', name: 'job',
	}, {spec: {suspend: false}});
	await workshop.node.settled();
	const resumed = await workshop.job();
	t.like(conditionsOf(resumed), {Suspended: 'False JobResumed', Complete: 'True CompletionsReached'});
	t.truthy(resumed!.status!.startTime);
});

test('completions and parallelism are kept', async t => {
	const workshop = await openWorkshop(t);
	const job = await workshop.run(script('true', {completions: 3, parallelism: 2}));
	t.like(job.status, {succeeded: 3});
	const pods = await workshop.pods();
	t.is(pods.length, 3);
});

test('a Job whose pods would restart in place is refused', async t => {
	const workshop = await openWorkshop(t);
	const job = await workshop.run(script('true', {pod: {restartPolicy: 'OnFailure'}}));
	t.is(conditionsOf(job)['Failed'], 'True NotSupported');
	t.regex(messageOf(job, 'Failed')!, /restartPolicy OnFailure/v);
});

test('pods that were running when the node went away are Failed when one starts again', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('[ -e "$0" ] || { touch "$0"; sleep 30; }', {backoffLimit: 1, container: {args: [`${workshop.state}/once`]}}));
	await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	await workshop.node.close();
	const [before] = await workshop.pods();
	t.is(before!.status!.phase, 'Running');
	const again = await workshop.start();
	await again.settled();
	const pods = await workshop.pods();
	t.like(pods.find(({metadata}) => metadata.name === before!.metadata.name)!.status, {phase: 'Failed', reason: 'NodeLost'});
	const job = await workshop.job();
	t.like(job!.status, {failed: 1, succeeded: 1});
});

test('pods of a StatefulSet are left alone', async t => {
	const workshop = await openWorkshop(t);
	const {metadata: {uid}} = await workshop.cluster.apply({
		apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name: 'server'},
		spec: {selector: {matchLabels: {app: 'server'}}, serviceName: 'server', template: {metadata: {labels: {app: 'server'}}, spec: {containers: [{name: 'main', image: 'shell'}]}}},
	});
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'Pod',
		metadata: {
			name: 'server-0', ownerReferences: [{
				apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'server', uid, controller: true,
			}],
		},
		spec: {containers: [{name: 'main', image: 'shell', command: ['true']}]},
	});
	await workshop.node.settled();
	const [pod] = await workshop.pods();
	t.is(pod!.status!.phase, 'Pending');
});
