import test from 'ava';
import {type FinalOutcome} from '../../../functions/job-completed/outcome.ts';
import {recordOutcome} from '../../../functions/job-completed/record-outcome.ts';
import {
	backup, openRun, runID, summary,
} from './objects.ts';
import {findCondition, type Condition} from '#shared/api/conditions.ts';
import {decodeSummary, encodeSummary} from '#shared/runs/summary.ts';
import {finishedRunsKept} from '#shared/runs/history.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';

const now = new Date('2026-11-20T02:06:00Z');

const succeeded = (changes: Partial<FinalOutcome> = {}): FinalOutcome => ({
	status: 'Succeeded', reason: 'BackupSucceeded', message: '2 artifacts proven in the store', startTime: '2026-11-20T02:00:02Z', completionTime: '2026-11-20T02:05:32Z', summary: summary(), ...changes,
});
const withoutWords = (): FinalOutcome => {
	const {summary: _, ...outcome} = succeeded();
	return outcome;
};

const failure: FinalOutcome = {
	status: 'Failed', reason: 'BackupFailed', message: 'connection refused', startTime: '2026-11-20T02:00:02Z', completionTime: '2026-11-20T02:05:32Z', summary: summary({
		outcome: 'failed', artifactCount: 0, bytes: 0, artifacts: [],
	}),
};
const partial: FinalOutcome = {
	...succeeded(), status: 'PartiallySucceeded', reason: 'PartiallySucceeded', message: '2 databases backed up, 1 missing: mydb',
};

const earlier: BackupRun = {
	...openRun({runID: '20261119020000-0a1b2c3d', startTime: '2026-11-19T02:00:02Z'}), status: 'Succeeded', completionTime: '2026-11-19T02:03:00Z', stats: {
		size: '1GB', duration: '2m58s', throughput: '5.6MB/s', fileCount: 2,
	},
};
const ready = (status: 'True' | 'False', lastTransitionTime: string): Condition => ({
	type: 'Ready', status, reason: 'X', message: 'x', lastTransitionTime,
});
const afterSuccess: Neo4jBackup['status'] = {
	history: [openRun(), earlier], stats: earlier.stats!, lastSuccessTime: '2026-11-19T02:03:00Z', lastRunTime: '2026-11-20T02:00:01Z', conditions: [ready('True', '2026-11-19T02:03:10Z')],
};

test('a success: entry, times, stats, storage, condition, phase', t => {
	const stats = {
		size: '2.8GB', duration: '5m30s', throughput: '8.3MB/s', fileCount: 2,
	};
	const status = recordOutcome(backup(), openRun(), succeeded(), now);
	t.deepEqual(status as unknown, {
		phase: 'Scheduled',
		observedGeneration: 3,
		message: `The run ${runID} succeeded: 2 artifacts proven in the store`,
		lastRunTime: '2026-11-20T02:00:02Z',
		lastSuccessTime: '2026-11-20T02:05:32Z',
		stats,
		storage: summary().storage,
		conditions: [{
			type: 'Ready', status: 'True', reason: 'BackupSucceeded', message: '2 artifacts proven in the store', lastTransitionTime: '2026-11-20T02:06:00Z', observedGeneration: 3,
		}],
		history: [{
			...openRun(), startTime: '2026-11-20T02:00:02Z', completionTime: '2026-11-20T02:05:32Z', status: 'Succeeded', reason: 'BackupSucceeded', artifacts: summary().artifacts, artifactCount: 2, stats,
		}],
	});
});

test('a failure: the error in the entry, in the message and in Ready; what the last success left stays', t => {
	const status = recordOutcome(backup({status: afterSuccess}), openRun(), failure, now);
	t.like(status, {
		phase: 'Scheduled', message: `The run ${runID} failed: connection refused`, lastRunTime: '2026-11-20T02:00:02Z', lastSuccessTime: '2026-11-19T02:03:00Z', stats: earlier.stats!,
	});
	t.like(status.history![0], {
		status: 'Failed', reason: 'BackupFailed', error: 'connection refused', completionTime: '2026-11-20T02:05:32Z', stats: undefined,
	});
	t.deepEqual(status.history![1], earlier);
	t.like(findCondition(status.conditions, 'Ready'), {
		status: 'False', reason: 'BackupFailed', message: 'connection refused', lastTransitionTime: '2026-11-20T02:06:00Z',
	});
});

test('a partial run is no success, though its artifacts are known', t => {
	const status = recordOutcome(backup({status: afterSuccess}), openRun(), partial, now);
	t.like(status, {lastSuccessTime: '2026-11-19T02:03:00Z', stats: earlier.stats!, message: `The run ${runID} backed up only some databases: 2 databases backed up, 1 missing: mydb`});
	t.like(status.history![0], {status: 'PartiallySucceeded', error: '2 databases backed up, 1 missing: mydb', artifactCount: 2});
	t.is(status.history![0]!.stats?.fileCount, 2);
	t.like(findCondition(status.conditions, 'Ready'), {status: 'False', reason: 'PartiallySucceeded'});
});

test('a success whose Pod could not speak has no stats yet, and those of an older run are not shown for it', t => {
	const status = recordOutcome(backup({status: afterSuccess}), openRun(), withoutWords(), now);
	t.is(status.lastSuccessTime, '2026-11-20T02:05:32Z');
	t.is(status.stats, undefined);
	t.like(status.history![0], {status: 'Succeeded', stats: undefined, artifactCount: undefined});
});

test('lastTransitionTime stays as long as the status does', t => {
	const status = recordOutcome(backup({status: afterSuccess}), openRun(), succeeded(), now);
	t.like(findCondition(status.conditions, 'Ready'), {status: 'True', reason: 'BackupSucceeded', lastTransitionTime: '2026-11-19T02:03:10Z'});
});

const overdue: Condition = {...ready('True', '2026-11-20T01:00:00Z'), type: 'Overdue'};
for (const [outcome, expected] of [[succeeded(), undefined], [failure, 'True'], [partial, 'True']] as const) {
	test(`Overdue after a run that ${outcome.status}`, t => {
		const status = recordOutcome(backup({status: {...afterSuccess, conditions: [overdue]}}), openRun(), outcome, now);
		t.is(findCondition(status.conditions, 'Overdue')?.status, expected);
	});
}

for (const [outcome, phase] of [[succeeded(), 'Completed'], [failure, 'Failed'], [partial, 'Failed']] as const) {
	test(`a one-shot that ${outcome.status} is ${phase}`, t => {
		const {schedule: _, ...spec} = backup().spec;
		t.is(recordOutcome({...backup(), spec}, openRun(), outcome, now).phase, phase);
	});
}

test('a suspended schedule is Suspended once its last run is over', t => {
	t.is(recordOutcome(backup({spec: {suspend: true}}), openRun(), succeeded(), now).phase, 'Suspended');
});

test('as long as another run goes on the phase is Running', t => {
	const other = openRun({runID: '20261120030000-0a1b2c3d', startTime: '2026-11-20T03:00:00Z'});
	t.is(recordOutcome(backup({status: {history: [other, openRun()]}}), openRun(), succeeded(), now).phase, 'Running');
});

test('the newest run says what the next must be', t => {
	const status = recordOutcome(backup({status: {...afterSuccess, nextBackupType: 'AUTO'}}), openRun(), succeeded({summary: summary({nextBackupType: 'FULL'})}), now);
	t.is(status.nextBackupType, 'FULL');
});

test('and that it may be anything, by saying nothing', t => {
	const status = recordOutcome(backup({status: {...afterSuccess, nextBackupType: 'AUTO'}}), openRun(), succeeded(), now);
	t.false('nextBackupType' in status);
});

test('an older run that is recorded late says nothing about the next, nor about the last start and the last success', t => {
	const newer: BackupRun = {
		...earlier, runID: '20261121020000-0a1b2c3d', startTime: '2026-11-21T02:00:02Z', completionTime: '2026-11-21T02:03:00Z',
	};
	const status = recordOutcome(backup({
		status: {
			history: [newer, openRun()], nextBackupType: 'FULL', lastRunTime: newer.startTime, lastSuccessTime: newer.completionTime!, stats: newer.stats!,
		},
	}), openRun(), succeeded({summary: summary({nextBackupType: 'AUTO'})}), now);
	t.like(status, {
		nextBackupType: 'FULL', lastRunTime: newer.startTime, lastSuccessTime: newer.completionTime!, stats: newer.stats!,
	});
});

test('thirty runs leave the newest ten, newest first, and the newest success behind failures', t => {
	let cr = backup({status: {history: []}});
	for (let day = 1; day <= 30; day++) {
		const at = (time: string) => `2026-11-${String(day).padStart(2, '0')}T${time}Z`;
		const run = openRun({runID: `run-${day}`, startTime: at('02:00:00')});
		const outcome = {...day <= 5 ? succeeded() : failure, startTime: at('02:00:01'), completionTime: at('02:01:00')};
		cr = {...cr, status: recordOutcome({...cr, status: {...cr.status, history: [run, ...cr.status!.history!]}}, run, outcome, now)};
	}

	t.deepEqual(cr.status?.history?.map(run => run.runID), [...Array.from({length: finishedRunsKept}, (_, index) => `run-${30 - index}`), 'run-5']);
	t.is(cr.status?.lastSuccessTime, '2026-11-05T02:01:00Z');
});

const longNames = Array.from({length: 200}, (_, index) => `a-database-with-a-name-as-long-as-names-may-be-${String(index).padStart(3, '0')}`);
const verbose = decodeSummary(encodeSummary(summary({
	outcome: 'failed',
	message: `neo4j-admin failed with exit code 1: ${'a line of its log; '.repeat(5000)}`,
	artifacts: longNames.map(database => ({
		name: `${database}-2026-11-20T02-00-10.backup`, database, size: 2_700_000_000, full: true,
	})),
	artifactCount: 200,
	missing: longNames,
	missingCount: 200,
})))!;

test('[X-038] a full history of runs of 200 databases that end with the longest words leaves a status of less than 64 KiB', t => {
	let cr = backup({status: {history: []}});
	for (let day = 1; day <= 30; day++) {
		const run = openRun({runID: `run-${day}`, startTime: `2026-11-${String(day).padStart(2, '0')}T02:00:00Z`});
		const outcome: FinalOutcome = day < 3 ? succeeded({summary: {...verbose, outcome: 'succeeded'}, message: verbose.message}) : {...failure, message: verbose.message, summary: verbose};
		cr = {...cr, status: recordOutcome({...cr, status: {...cr.status, history: [run, ...cr.status!.history!]}}, run, {...outcome, startTime: run.startTime}, now)};
	}

	const {history} = cr.status!;
	t.is(history!.length, finishedRunsKept + 1);
	t.true(history!.every(({error = '', artifacts = []}) => error.length <= 1200 && artifacts.length <= 20));
	t.true(history![0]!.artifacts!.length > 0);
	const bytes = JSON.stringify(cr.status).length;
	t.true(bytes < 64 * 1024, `${bytes} bytes`);
});
