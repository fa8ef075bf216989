import test, {type ExecutionContext} from 'ava';
import {launchWork} from '../../../functions/schedule-tick/launch-work.ts';
import {openRunWork, type JobObject} from '../../../functions/schedule-tick/open-run.ts';
import {overdueWork} from '../../../functions/schedule-tick/overdue-work.ts';
import {createPlanReader} from '../../../functions/schedule-tick/plan-reader.ts';
import {sweepWork} from '../../../functions/schedule-tick/sweep-work.ts';
import {type BackupRunEntry, type Work} from '../../../functions/schedule-tick/work.ts';
import {hourlyBackup, oneShotBackup} from './backup.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const plan = (backup: Neo4jBackup) => createPlanReader()(backup.spec);
const overdue = (backup: Neo4jBackup, now: Date) => overdueWork(backup, plan(backup), now);

const noon = new Date('2026-03-10T12:00:00Z');
const later = (minutes: number) => new Date(noon.getTime() + (minutes * 60_000));

const summary = (work: Work | undefined): string => work === undefined ? 'nothing' : (work.what === 'reconcile' ? `${work.handler}: ${work.reason}` : work.what);

const launches = (t: ExecutionContext, backup: Neo4jBackup, expected: string, now = later(30)) => {
	t.is(summary(launchWork(backup, plan(backup), now)), expected);
};

const upToDate = {lastScheduleTime: '2026-03-10T12:00:00Z'};
const run = {
	runID: 'r', jobName: 'j', jobUID: 'u', startTime: '2026-03-10T11:00:00Z', status: 'Running',
} as const;
const over = {...run, completionTime: '2026-03-10T11:05:00Z'};

test('a scheduled CR between its instants needs nothing', launches, hourlyBackup({status: upToDate}), 'nothing');
test('at its instant a run is due', launches, hourlyBackup(), 'due', noon);
test('and as long as nobody has decided on it', launches, hourlyBackup(), 'due');
test('during a run what is due is announced once', launches, hourlyBackup({status: {history: [run]}}), 'due', later(1));
test('and then waits without a word', launches, hourlyBackup({status: {history: [run]}}), 'nothing', later(2));
test('a suspended CR needs nothing', launches, hourlyBackup({spec: {suspend: true}, status: {observedSchedule: {expression: 'suspended', since: '2026-03-10T00:30:00Z'}}}), 'nothing');
test('an instant that is left out is told', launches, hourlyBackup({spec: {startingDeadline: '10m'}}), 'launch-backup: instants of the schedule were left out');
test('an edited CR that nobody has looked at', launches, hourlyBackup({metadata: {generation: 2}, status: upToDate}), 'launch-backup: the spec has not been looked at');
test('a new token', launches, hourlyBackup({metadata: {annotations: {'neo4j.com/run-now': 'b'}}, status: {...upToDate, lastRunNow: 'a'}}), 'launch-backup: a run was asked for by annotation');
test('a token that was honoured', launches, hourlyBackup({metadata: {annotations: {'neo4j.com/run-now': 'a'}}, status: {...upToDate, lastRunNow: 'a'}}), 'nothing');
test('a run without its Job', launches, hourlyBackup({
	status: {
		...upToDate, history: [{
			startTime: '2026-03-10T12:00:00Z', status: 'Running', runID: 'r', jobName: 'j',
		}],
	},
}), 'launch-backup: a run was stated and has no Job');
test('a CR that waits', launches, hourlyBackup({status: {...upToDate, phase: 'Waiting'}}), 'launch-backup: it waits for something that may be there now');
test('a one-shot that has not run', launches, oneShotBackup({status: {phase: 'Failed', lastRunGeneration: 1}, metadata: {generation: 2}}), 'launch-backup: the spec has not been looked at');
test('a one-shot whose run was lost', launches, oneShotBackup({status: {phase: 'Completed'}}), 'launch-backup: it has not run');
test('a one-shot that has run', launches, oneShotBackup({status: {phase: 'Completed', lastRunGeneration: 1}}), 'nothing');
test('a suspended one-shot', launches, oneShotBackup({spec: {suspend: true}, status: {phase: 'Suspended'}}), 'nothing');
test('an invalid CR is left alone', launches, oneShotBackup({status: {phase: 'Invalid'}}), 'nothing', later(31));
test('but for every tenth minute', launches, oneShotBackup({status: {phase: 'Invalid'}}), 'launch-backup: it was invalid');
test('a schedule that cannot be read is looked at once', launches, hourlyBackup({spec: {schedule: 'hello'}, status: {phase: 'Invalid'}}), 'nothing', later(31));
test('a chain to repair', launches, hourlyBackup({status: {...upToDate, nextBackupType: 'AUTO', history: [{...over, status: 'Failed', trigger: 'schedule'}]}}), 'launch-backup: a chain has to be repaired');
test('a repair is not repaired', launches, hourlyBackup({status: {...upToDate, nextBackupType: 'AUTO', history: [{...over, status: 'Failed', trigger: 'repair'}]}}), 'nothing');

test('a new CR has waited since its creation', t => {
	const {status: _, ...fresh} = hourlyBackup();
	t.deepEqual(launchWork(fresh, plan(fresh), new Date('2026-03-10T00:31:00Z'))?.waitingSince, new Date('2026-03-10T00:30:00Z'));
});

const job = (uid: string, status: JobObject['status'] = {}): JobObject => ({
	apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'j', namespace: 'n', uid}, ...(status && {status}),
});

const settles = (t: ExecutionContext, found: JobObject | undefined, expected: string, now = noon) => {
	t.is(summary(openRunWork({...run, startTime: '2026-03-10T11:58:00Z'}, found, now)), expected);
};

test('a Job under way', settles, job('u', {startTime: '2026-03-10T11:58:00Z'}), 'nothing');
test('a Job that is done', settles, job('u', {conditions: [{type: 'Complete', status: 'True'}]}), 'job-completed: the Job of run r has ended');
test('a Job that has failed', settles, job('u', {conditions: [{type: 'Failed', status: 'True'}]}), 'job-completed: the Job of run r has ended');
test('a Job about to fail', settles, job('u', {conditions: [{type: 'FailureTarget', status: 'True'}]}), 'nothing');
test('a Job that is gone', settles, undefined, 'job-completed: the Job of run r is gone');
test('another Job under its name', settles, job('other'), 'job-completed: the Job of run r is gone');
test('a Job that should have started by now', settles, job('u', {startTime: '2026-03-10T11:58:00Z'}), 'job-completed: the Job of run r is under way', later(13));

const sweeps = (t: ExecutionContext, {retention = {maxCount: 3}, status = {}, expected, now = noon}: {retention?: Neo4jBackup['spec']['retention'] | undefined; status?: Neo4jBackup['status']; expected: string; now?: Date}) => {
	t.is(summary(sweepWork(hourlyBackup({spec: {...(retention && {retention})}, status}), now)), expected);
};

test('no sweep since the last success', sweeps, {status: {retention: {lastSweepTime: '2026-03-10T10:06:00Z'}}, expected: 'retention-sweep: there was no sweep after the last success'});
test('no sweep ever', sweeps, {expected: 'retention-sweep: there was no sweep after the last success'});
test('a success so fresh that its own sweep is on the way', sweeps, {expected: 'nothing', now: new Date('2026-03-10T11:05:44Z')});
test('swept since', sweeps, {status: {retention: {lastSweepTime: '2026-03-10T11:06:00Z'}}, expected: 'nothing'});
test('past the time that the last sweep said', sweeps, {status: {retention: {lastSweepTime: '2026-03-10T11:06:00Z', nextSweepTime: '2026-03-10T11:30:00Z'}}, expected: 'retention-sweep: a sweep is due'});
test('before it', sweeps, {status: {retention: {lastSweepTime: '2026-03-10T11:06:00Z', nextSweepTime: '2026-03-10T12:30:00Z'}}, expected: 'nothing'});

test('without a retention policy nothing is swept', t => {
	t.is(sweepWork(hourlyBackup(), noon), undefined);
});

const unknown = (completionTime: string, facts: Partial<BackupRunEntry> = {}): Neo4jBackup['status'] => ({
	history: [{
		runID: 'r', startTime: '2026-03-10T11:00:00Z', completionTime, status: 'Succeeded', ...facts,
	}],
});

test('a run whose entry does not say what it wrote, without a policy too', t => {
	const at = (completionTime: string, facts?: Partial<BackupRunEntry>) => summary(sweepWork(hourlyBackup({status: unknown(completionTime, facts)}), noon));
	t.is(at('2026-03-10T11:59:00Z'), 'retention-sweep: the catalogue knows what run r wrote');
	t.is(at('2026-03-10T11:59:30Z'), 'nothing', 'its own sweep is on the way');
	t.is(at('2026-03-10T11:40:00Z'), 'nothing', 'there is no such manifest');
	t.is(at('2026-03-10T11:59:00Z', {status: 'Failed'}), 'nothing');
	t.is(at('2026-03-10T11:59:00Z', {
		artifactCount: 1, stats: {
			size: '1B', duration: '1s', throughput: '1B/s', fileCount: 1,
		},
	}), 'nothing');
});

test('an overdue backup is announced once per instant', t => {
	const first = overdue(hourlyBackup({status: {lastSuccessTime: '2026-03-10T09:05:00Z'}}), noon);
	t.is(first?.what, 'overdue');
	const message = first?.what === 'overdue' ? first.message : '';
	t.regex(message, /2026-03-10T11:00:00Z is overdue/v);
	const condition = {
		type: 'Overdue', status: 'True', reason: 'NoSuccess', message, lastTransitionTime: '2026-03-10T12:00:00Z',
	} as const;
	const announced = hourlyBackup({status: {lastSuccessTime: '2026-03-10T09:05:00Z', conditions: [condition]}});
	t.is(overdue(announced, later(59)), undefined);
	t.is(overdue(announced, later(60))?.what, 'overdue');
	t.is(overdue({...announced, status: {...announced.status, lastSuccessTime: '2026-03-10T12:10:00Z'}}, later(15))?.what, 'no-longer-overdue');
});

test('a CR that nobody has looked at, or whose schedule cannot be read, is not overdue', t => {
	const {status: _, ...fresh} = hourlyBackup();
	t.is(overdue(fresh, noon), undefined);
	t.is(overdue(hourlyBackup({spec: {schedule: 'hello'}}), noon), undefined);
});
