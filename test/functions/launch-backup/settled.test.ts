import test from 'ava';
import {isSettled} from '../../../functions/launch-backup/settled.ts';
import {sourceTypes} from '#shared/events/catalogue.ts';
import {type BackupStatus} from '#shared/runs/status.ts';

const run = {
	runID: 'r', jobName: 'daily-backup', startTime: '2026-11-20T02:00:00Z', status: 'Running',
} as const;

const update = (time: string | undefined, status: Partial<BackupStatus>, annotations: Readonly<Record<string, string>> = {}) => ({
	id: 'e',
	source: 'https://10.96.0.1:443',
	type: sourceTypes.updated,
	specversion: '1.0',
	...(time !== undefined && {time}),
	extensions: {},
	data: {metadata: {name: 'daily', generation: 1, annotations}, spec: {}, status: {observedGeneration: 1, phase: 'Running', ...status}},
} as const);

test('who states a run, and who records its Job, need not look at what they have written', t => {
	t.true(isSettled(update('2026-11-20T02:00:01.5Z', {history: [run]})));
	t.true(isSettled(update('2026-11-20T02:00:02Z', {history: [{...run, jobUID: 'u'}]})));
});

test('a change that is told of when a run that was stated should long have had its Job is looked at, and one that does not say when it was sent', t => {
	t.false(isSettled(update('2026-11-20T02:00:30Z', {history: [run]})));
	t.false(isSettled(update(undefined, {history: [run]})));
	t.false(isSettled(update('once', {history: [run]})));
});

test('a change with something new in it is looked at, whatever goes on', t => {
	const time = '2026-11-20T02:00:01Z';
	t.false(isSettled(update(time, {history: [run], observedGeneration: 0})));
	t.false(isSettled(update(time, {history: [run]}, {'neo4j.com/run-now': 'again'})));
	t.true(isSettled(update(time, {history: [run], lastRunNow: 'again'}, {'neo4j.com/run-now': 'again'})));
	t.false(isSettled(update(time, {history: [], phase: 'Waiting'})));
	t.false(isSettled({...update(time, {history: [run]}), type: sourceTypes.added}));
});
