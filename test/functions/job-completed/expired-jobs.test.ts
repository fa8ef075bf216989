import test, {type ExecutionContext} from 'ava';
import {expiredJobs} from '../../../functions/job-completed/expired-jobs.ts';
import {type JobObject} from '../../../functions/job-completed/observation.ts';
import {type BackupRun} from '#shared/runs/status.ts';

/** One letter a Job, oldest first: c complete, f failed, r running. */
const jobsOf = (letters: string): JobObject[] => [...letters].map((letter, index) => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {
		name: `${letter}${index}`, uid: `uid-${index}`, namespace: 'neo4j', creationTimestamp: `2026-11-20T0${index}:00:00Z`, labels: {'neo4j.com/run': `run-${index}`},
	},
	...(letter !== 'r' && {status: {conditions: [{type: letter === 'c' ? 'Complete' : 'Failed', status: 'True'}]}}),
}));

const run = (index: number, status: BackupRun['status']): BackupRun => ({
	runID: `run-${index}`, jobUID: `uid-${index}`, startTime: `2026-11-20T0${index}:00:00Z`, status,
});

const leaves = (t: ExecutionContext, letters: string, {history = [], gone}: {history?: readonly BackupRun[]; gone: readonly string[]}) => {
	const jobs = jobsOf(letters);
	t.deepEqual(expiredJobs(jobs, history).map(({metadata}) => metadata.name).toSorted(), gone);
	t.deepEqual(expiredJobs(jobs.toReversed(), history).map(({metadata}) => metadata.name).toSorted(), gone);
};

test('none', leaves, '', {gone: []});
test('one finished Job stays', leaves, 'c', {gone: []});
test('the newest finished Job stays', leaves, 'cccc', {gone: ['c0', 'c1', 'c2']});
test('and behind it the newest failed one', leaves, 'ffcc', {gone: ['c2', 'f0']});
test('a failed Job that is the newest is both', leaves, 'ccff', {gone: ['c0', 'c1', 'f2']});
test('Jobs that run stay', leaves, 'rcrc', {gone: ['c1']});
test('a finished Job whose run is not recorded stays', leaves, 'ccc', {history: [run(0, 'Running'), run(1, 'Succeeded')], gone: ['c1']});
test('a Job that goes on though its run is recorded as over must not write any more', leaves, 'crc', {history: [run(1, 'Failed'), run(2, 'Succeeded')], gone: ['c0', 'r1']});
test('another Job under the name of that run stays', leaves, 'r', {history: [{...run(0, 'Failed'), jobUID: 'other'}], gone: []});
