import test from 'ava';
import {
	finishedRunsKept, newestFinished, newestSuccess, openRuns, withRun,
} from '#shared/runs/history.ts';
import {type BackupRun} from '#shared/runs/status.ts';

const run = (minute: number, status: BackupRun['status'] = 'Succeeded'): BackupRun => ({runID: `run-${minute}`, startTime: new Date(Date.UTC(2026, 10, 21, 0, minute)).toISOString(), status});
const fill = (entries: readonly BackupRun[]) => {
	let history: BackupRun[] = [];
	for (const entry of entries) {
		history = withRun(history, entry);
	}

	return history;
};

test('the history is newest first and holds ten', t => {
	const history = fill(Array.from({length: 30}, (_, minute) => run(minute)));
	t.deepEqual(history.map(({runID}) => runID), Array.from({length: finishedRunsKept}, (_, index) => `run-${29 - index}`));
});

test('the newest success stays behind any number of failures', t => {
	const history = fill([run(0), run(1), ...Array.from({length: 20}, (_, minute) => run(minute + 2, 'Failed'))]);
	t.is(history.length, finishedRunsKept + 1);
	t.is(newestSuccess(history)?.runID, 'run-1');
});

test('a run that goes on stays, however old it is', t => {
	const history = fill([run(0, 'Running'), ...Array.from({length: 20}, (_, minute) => run(minute + 1))]);
	t.deepEqual(openRuns(history).map(({runID}) => runID), ['run-0']);
});

test('an entry takes the place of the one of the same run', t => {
	const history = withRun(fill([run(0), run(1, 'Running')]), run(1, 'Failed'));
	t.deepEqual(history.map(({status}) => status), ['Failed', 'Succeeded']);
	t.is(newestFinished(history)?.runID, 'run-1');
});
