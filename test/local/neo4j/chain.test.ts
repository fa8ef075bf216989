import test from 'ava';
import {chainEndingAt, findParent} from '#local/neo4j/admin/chain.ts';
import {type Header} from '#local/neo4j/admin/artifact.ts';
import {parseVersion} from '#local/neo4j/admin/version.ts';

const artifact = (hour: number, full: boolean, [lowestTx, highestTx]: readonly [number, number], databaseID = 'one'): Header => ({
	database: 'neo4j',
	databaseID,
	time: new Date(Date.UTC(2026, 2, 4, hour)).toISOString(),
	full,
	compressed: true,
	lowestTx,
	highestTx,
	recovered: full,
	neo4jVersion: '2025.12.0',
	metadata: 'all',
	payloadBytes: 0,
	payloadSha256: '',
});

const full1 = artifact(1, true, [1, 10]);
const differential2 = artifact(2, false, [11, 20]);
const differential3 = artifact(3, false, [21, 30]);
const full4 = artifact(4, true, [1, 30]);
const empty5 = artifact(5, false, [0, 0]);

test('the parent is the newest backup that is not empty', t => {
	t.is(findParent([full1, differential2, full4, empty5], 'one', false), full4);
	t.is(findParent([full1, differential2, empty5], 'one', false), differential2);
});

test('a preferred differential is the parent unless there is none', t => {
	t.is(findParent([full1, differential2, differential3, full4], 'one', true), differential3);
	t.is(findParent([full1, full4], 'one', true), full4);
});

test('without a full backup of the same database there is no parent', t => {
	t.is(findParent([differential2, artifact(1, true, [1, 10], 'two')], 'one', false), undefined);
});

test('a chain is contiguous down to its full backup', t => {
	const version = parseVersion('2025.12.0');
	t.deepEqual(chainEndingAt([full1, differential2, differential3, full4], differential3, version), [full1, differential2, differential3]);
	t.deepEqual(chainEndingAt([full1, full4], full4, version), [full4]);
	t.is(chainEndingAt([full1, differential3], differential3, version), undefined);
});

test('from 2026.02 the first differential may overlap its full backup', t => {
	const overlapping = artifact(6, false, [21, 40]);
	const all = [full1, differential2, full4, overlapping];
	t.deepEqual(chainEndingAt(all, overlapping, parseVersion('2026.02.0')), [full4, overlapping]);
	t.deepEqual(chainEndingAt(all, overlapping, parseVersion('2026.01.0')), [full1, differential2, overlapping]);
	t.is(chainEndingAt([full4, overlapping], overlapping, parseVersion('2026.01.0')), undefined);
});
