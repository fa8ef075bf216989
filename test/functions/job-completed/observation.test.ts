import test, {type ExecutionContext} from 'ava';
import {observeJob, type JobObject, type PodObject} from '../../../functions/job-completed/observation.ts';
import {
	completed, ended, failed, failedWith, job, pod, reported, running, summary, waiting,
} from './objects.ts';

const observes = (t: ExecutionContext, {job: seen, pods = [], as}: {job?: JobObject | undefined; pods?: readonly PodObject[]; as: Readonly<Record<string, unknown>>}) => {
	t.like<Readonly<Record<string, unknown>>>(observeJob(seen, pods), as);
};

const started = {startTime: '2026-11-20T02:00:02Z'};
const over = {...started, completionTime: '2026-11-20T02:05:32Z'};

test('a Job that is gone is lost', observes, {job: undefined, as: {state: 'lost'}});
test('a complete Job, with what its Pod said', observes, {job: completed(), pods: [reported(summary(), 0)], as: {state: 'complete', ...over, summary: summary()}});
test('a complete Job without a Pod is complete all the same', observes, {job: completed(), as: {state: 'complete', ...over, summary: undefined}});
test('failed Pods do not make a failed Job: the counters are not looked at', observes, {
	job: job([], {active: 0}), pods: [reported(summary({outcome: 'failed'}), 1)], as: {state: 'active', ...started},
});
test('a Job that is about to fail still goes on', observes, {job: job([{type: 'FailureTarget', status: 'True', reason: 'BackoffLimitExceeded'}]), as: {state: 'active'}});
test('a condition that is not True says nothing', observes, {job: job([{type: 'Failed', status: 'False'}]), as: {state: 'active'}});
for (const code of [40, 41]) {
	test(`exit code ${code} of report, out of the Failed condition`, observes, {
		job: failedWith(code), as: {
			state: 'failed', ...over, reason: 'PodFailurePolicy', exitCode: code,
		},
	});
}

test('a failure by another rule has no exit code', observes, {job: failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'), as: {state: 'failed', reason: 'BackoffLimitExceeded', exitCode: undefined}});
test('where report never spoke, prepare did', observes, {
	job: failedWith(41, 'pod-1', 'prepare'),
	pods: [pod({
		phase: 'Failed',
		initContainerStatuses: [ended('prepare', 41, {message: JSON.stringify(summary({outcome: 'failed', reason: 'StorageConflict'}))}), waiting('backup', 'PodInitializing')],
		containerStatuses: [waiting('report', 'PodInitializing')],
	})],
	as: {state: 'failed', summary: summary({outcome: 'failed', reason: 'StorageConflict'})},
});

const sameSecond = {created: '2026-11-20T02:00:02Z'};

test('of a complete Job the Pod that succeeded speaks, also when another was made in the same second', observes, {
	job: completed(),
	pods: [reported(summary({outcome: 'failed', artifactCount: 0}), 1, {name: 'pod-a', ...sameSecond}), reported(summary(), 0, {name: 'pod-b', ...sameSecond})],
	as: {state: 'complete', summary: summary()},
});
test('of a failed Job the Pod that the condition names speaks', observes, {
	job: failedWith(40, 'pod-b'),
	pods: [reported(summary({outcome: 'failed'}), 1, {name: 'pod-a', ...sameSecond}), reported(summary({outcome: 'partial'}), 40, {name: 'pod-b', ...sameSecond})],
	as: {state: 'failed', exitCode: 40, summary: summary({outcome: 'partial'})},
});
test('otherwise the newest speaks', observes, {
	job: failed('BackoffLimitExceeded'),
	pods: [reported(summary({message: 'first'}), 1, {name: 'pod-a', created: '2026-11-20T02:00:02Z'}), reported(summary({message: 'second'}), 1, {name: 'pod-b', created: '2026-11-20T02:00:30Z'})],
	as: {state: 'failed', summary: summary({message: 'second'})},
});
test('a Pod of an earlier Job of the same name is not listened to', observes, {
	job: completed(), pods: [reported(summary(), 0, {owner: 'job-0'})], as: {state: 'complete', summary: undefined},
});
test('words that are not ours are no summary', observes, {
	job: completed(), pods: [pod({phase: 'Succeeded', containerStatuses: [ended('report', 0, {message: 'ok'})]})], as: {state: 'complete', summary: undefined},
});

const problem = (t: ExecutionContext, status: PodObject['status'], expected: RegExp) => {
	const observed = observeJob(job(), [pod(status!)]);
	t.regex(observed.state === 'active' ? observed.podProblem ?? '' : '', expected);
};

test('OOMKilled', problem, {phase: 'Failed', initContainerStatuses: [ended('backup', 137, {reason: 'OOMKilled'})]}, /^container backup ran out of memory \(OOMKilled\): raise options\.resources\.limits\.memory$/v);
test('evicted', problem, {phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage'}, /^the Pod was ended: Evicted: The node was low on resource: ephemeral-storage; give it room of its own with options\.tempStorage$/v);
test('evicted for its memory', problem, {phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.'}, /^the Pod was ended: Evicted: The node was low on resource: memory; ask for what it needs with options\.resources\.requests\.memory$/v);
test('an image that cannot be pulled', problem, {phase: 'Pending', initContainerStatuses: [ended('prepare'), waiting('backup', 'ImagePullBackOff', 'Back-off pulling image "neo4j:nope"')]}, /^container backup cannot start: ImagePullBackOff: Back-off pulling image "neo4j:nope"; check the image of the target, and that the node or the target's pull secrets have access to its registry$/v);
test('an image of our own that cannot be pulled', problem, {phase: 'Pending', initContainerStatuses: [waiting('prepare', 'ErrImagePull', 'failed to pull.')]}, /^container prepare cannot start: ErrImagePull: failed to pull; check the image of the functions, and /v);
test('a Secret that is missing', problem, {phase: 'Pending', initContainerStatuses: [waiting('prepare', 'CreateContainerConfigError', 'secret "keys" not found')]}, /^container prepare cannot start: CreateContainerConfigError: secret "keys" not found$/v);
test('no room on any node', problem, {
	phase: 'Pending', conditions: [{
		type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available: insufficient memory',
	}],
}, /^the Pod cannot be placed on a node: 0\/3 nodes are available: insufficient memory$/v);
test('a Pod on its way has no problem', problem, {phase: 'Pending', initContainerStatuses: [waiting('prepare', 'PodInitializing')], containerStatuses: [waiting('report', 'PodInitializing')]}, /^$/v);

const idle = (t: ExecutionContext, pods: readonly PodObject[], since: string | undefined) => {
	const observed = observeJob(job(), pods);
	t.is(observed.state === 'active' ? observed.idleSince : 'not active', since);
};

test('a Job without a Pod has been idle since it started', idle, [], '2026-11-20T02:00:02Z');
test('one whose Pod waits, since the Pod was made', idle, [pod({phase: 'Pending'}, {created: '2026-11-20T02:01:00Z'})], '2026-11-20T02:01:00Z');
test('a running container ends that', idle, [pod({phase: 'Pending', initContainerStatuses: [running('prepare')]})], undefined);
test('one whose second container cannot start, since the first has ended', idle, [pod({phase: 'Pending', initContainerStatuses: [ended('prepare', 0, {finishedAt: '2026-11-20T02:02:00Z'}), waiting('backup', 'ImagePullBackOff')]})], '2026-11-20T02:02:00Z');
test('a Pod that has succeeded waits for its Job to be told so, and that is not idleness', idle, [reported(summary(), 0)], undefined);

test('a Job that nobody has started yet has been idle since it was made', t => {
	const observed = observeJob({...job(), status: {}}, []);
	t.like(observed, {state: 'active', idleSince: '2026-11-20T02:00:01Z'});
});
