import {existsSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {checkout} from '../e2e/cluster/own-cluster.ts';
import {
	embeddedOnly, isScenario, representative, scenarioFiles,
} from '../e2e/scenarios/files.ts';
import {createTimes} from '../e2e/scenarios/times.ts';

test('every file that starts a scenario runs on a real API server, but for those that are named with a reason', async t => {
	const files = await scenarioFiles();
	t.true(files.includes('test/functions/backup-run.test.ts'));
	t.true(files.includes('test/system/schedule-missed.test.ts'));
	t.false(files.includes('test/functions/retention-sweep/policy.test.ts'));
	t.deepEqual(representative.filter(file => !files.includes(file)), []);
	t.deepEqual(Object.keys(embeddedOnly).filter(file => files.includes(file) || !existsSync(path.join(checkout, file))), []);
	t.true(files.every(file => isScenario(file)));
	t.false(isScenario('test/e2e/suites/pods.test.ts'));
	t.false(isScenario('test/crds/upgrade.test.ts'));
});

test('in answers of a real API server an object was made, and its deletion asked for, by the clock of the scenario', t => {
	let now = '2026-11-20T01:58:30.500Z';
	const times = createTimes(() => new Date(now));
	const made = {uid: 'a', creationTimestamp: '2031-01-01T00:00:00Z'};
	t.deepEqual(times({kind: 'Job', metadata: made, status: {startTime: 'x'}}), {kind: 'Job', metadata: {...made, creationTimestamp: '2026-11-20T01:58:30Z'}, status: {startTime: 'x'}});
	now = '2026-11-20T02:10:00Z';
	const doomed = {...made, deletionTimestamp: '2031-01-01T00:00:30Z', deletionGracePeriodSeconds: 30};
	const expected = {...doomed, creationTimestamp: '2026-11-20T01:58:30Z', deletionTimestamp: '2026-11-20T02:10:30Z'};
	t.deepEqual(times({type: 'MODIFIED', object: {metadata: doomed}}), {type: 'MODIFIED', object: {metadata: expected}});
	now = '2026-11-20T03:00:00Z';
	t.deepEqual(times({kind: 'PodList', metadata: {resourceVersion: '1'}, items: [{metadata: doomed}]}), {kind: 'PodList', metadata: {resourceVersion: '1'}, items: [{metadata: expected}]});
	t.deepEqual(times({kind: 'Table', rows: [{cells: ['a'], object: {metadata: doomed}}]}), {kind: 'Table', rows: [{cells: ['a'], object: {metadata: expected}}]});
	t.deepEqual(times({kind: 'Status', metadata: {}}), {kind: 'Status', metadata: {}});
});

test('an owner of fields has written when a real API server first shows another time, other fields, or within a second another generation', t => {
	let now = '2026-11-20T01:00:00Z';
	const times = createTimes(() => new Date(now));
	const shown = (generation: number, ...entries: ReadonlyArray<readonly [manager: string, time: string, subresource?: string]>) => {
		const metadata = {
			uid: 'a', creationTimestamp: '2031-01-01T00:00:00Z', generation, managedFields: entries.map(([manager, time, subresource]) => ({
				manager, time, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {'f:spec': {}}, ...(subresource && {subresource}),
			})),
		};
		const {metadata: {managedFields}} = times({kind: 'Neo4jBackup', metadata}) as {metadata: {managedFields: ReadonlyArray<{time: string}>}};
		return managedFields.map(({time}) => time.slice(11, 13)).join(' ');
	};

	t.is(shown(1, ['user', '00'], ['ours', '00', 'status']), '01 01');
	now = '2026-11-20T02:00:00Z';
	t.is(shown(1, ['user', '00'], ['ours', '01', 'status']), '01 02');
	now = '2026-11-20T03:00:00Z';
	t.is(shown(2, ['user', '00'], ['ours', '01', 'status']), '03 02');
	now = '2026-11-20T04:00:00Z';
	t.is(shown(3, ['user', '00'], ['ours', '01', 'status'], ['other', '05']), '03 02 04');
});
