import test from 'ava';
import {artifact, at} from '../../shared/catalogue/history.ts';
import {dailyFulls, startDirectory} from './directory.ts';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {type BackupSpec} from '#shared/runs/status.ts';

const full = (day: number, database = 'neo4j') => artifact(day, {database}).name;
const fulls = (...days: readonly number[]) => days.map(day => full(day)).toSorted();
const range = (from: number, to: number) => Array.from({length: to - from + 1}, (_, index) => from + index);
const diff = (day: number, lowestTx: number, change: Partial<ManifestArtifact> = {}) => artifact(day, {
	full: false, lowestTx, highestTx: lowestTx + 9, ...change,
});

/** What is left of one FULL on each of these days, half a day after the last. */
const leaves = test.macro(async (t, {days, retention, left}: {days: readonly number[]; retention: BackupSpec['retention']; left: readonly number[]}) => {
	const directory = await startDirectory(t, retention);
	for (const day of days) {
		await directory.run(day, [artifact(day)]);
	}

	directory.today = days.at(-1)! + 0.5;
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(...left));
});

test('[B-033] without retention nothing is ever deleted', leaves, {days: [1, 20, 400], retention: undefined, left: [1, 20, 400]});
test('[X-064] an empty retention deletes nothing', leaves, {days: [1, 20, 400], retention: {}, left: [1, 20, 400]});
test('[B-092] maxAge 30d: a backup older than 30 days expires, one of 29 days stays', leaves, {days: [1, 9, 10, 11, 12, 40], retention: {maxAge: '30d'}, left: [11, 12, 40]});
test('[B-093] maxAge 4w is 28 days', leaves, {days: [1, 11, 12, 13, 14, 40], retention: {maxAge: '4w'}, left: [13, 14, 40]});
test('[B-095] maxCount 12: the 12 newest backups stay, older ones expire', leaves, {days: range(1, 15), retention: {maxCount: 12}, left: range(4, 15)});
test('[B-099] deletePolicy Delete removes what has expired', leaves, {days: range(1, 5), retention: {maxCount: 2, deletePolicy: 'Delete'}, left: [4, 5]});
test('[X-069] the minCount newest stay beyond maxAge', leaves, {days: range(1, 6), retention: {maxAge: '1h', minCount: 3}, left: [4, 5, 6]});
test('deletePolicy Archive leaves what stays', leaves, {days: range(1, 5), retention: {maxCount: 2, deletePolicy: 'Archive'}, left: [4, 5]});
test('[X-071] keep alone: what no rule keeps expires', leaves, {days: range(1, 10), retention: {keep: {daily: 2, weekly: 2}}, left: [3, 9, 10]});
test('[X-071] keep protects from maxAge', leaves, {days: [5, 20, 30, 35, 39, 40], retention: {maxAge: '2d', keep: {monthly: 2}}, left: [30, 39, 40]});

test('[B-097] maxAge and maxCount together: past either limit is past policy', async t => {
	const directory = await startDirectory(t, {maxAge: '30d', maxCount: 30});
	for (let quarter = 1; quarter <= 40; quarter++) {
		await directory.run(quarter / 4, [artifact(quarter / 4)]);
	}

	await directory.sweepTwice();
	t.deepEqual(directory.files(), Array.from({length: 30}, (_, index) => full((index + 11) / 4)).toSorted());
	directory.today = 35;
	await directory.sweepTwice();
	t.deepEqual(directory.files(), Array.from({length: 21}, (_, index) => full((index + 20) / 4)).toSorted());
});

test('[B-095] maxCount counts each database by itself', async t => {
	const directory = await startDirectory(t, {maxCount: 2});
	await dailyFulls(directory, 4, 'foo');
	await directory.run(5, [artifact(5, {database: 'foo-bar'})]);
	await directory.sweepTwice();
	t.deepEqual(directory.files(), [full(3, 'foo'), full(4, 'foo'), full(5, 'foo-bar')].toSorted());
});

test('[X-065] a chain goes as a whole, and only when each of it may go', async t => {
	const directory = await startDirectory(t, {maxCount: 2});
	await directory.run(1, [artifact(1)]);
	await directory.run(2, [diff(2, 11)]);
	await directory.run(3, [diff(3, 21)]);
	await directory.run(4, [artifact(4)]);
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(1, 2, 3, 4), 'the last of the chain is still among the two newest');
	await directory.run(5, [artifact(5)]);
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(4, 5));
});

test('[X-066] a database dropped and made again under its name is another one, and what the manifests say counts', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await directory.run(1, [artifact(1, {databaseID: 'first'})]);
	await directory.run(2, [diff(2, 11, {databaseID: 'first'})]);
	await directory.run(3, [artifact(3, {databaseID: 'second'})]);
	await directory.run(4, [diff(4, 11, {databaseID: 'second'})]);
	await directory.run(5, [artifact(5, {databaseID: 'second'})]);
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(1, 2, 5), 'of the first database the newest chain stays, of the second the older one went');
});

test('[X-066] a renamed file confuses nothing: nothing is deleted', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 3);
	await directory.sweep();
	directory.today += 1 / 24;
	await directory.store.delete([full(3)]);
	await directory.s3.put('backups', `daily/${full(9)}`, 'x'.repeat(100));
	await directory.sweep();
	t.deepEqual(directory.files(), fulls(1, 2, 9));
});

test('[X-067] the newest restorable chain of every database stays, also of one that is gone', async t => {
	const directory = await startDirectory(t, {maxAge: '1m', maxCount: 1});
	await dailyFulls(directory, 3, 'gone');
	await directory.run(4, [artifact(4)]);
	await directory.run(5, [diff(5, 11)]);
	directory.today = 400;
	await directory.sweepTwice();
	t.deepEqual(directory.files(), [full(3, 'gone'), full(4), full(5)].toSorted());
});

test('[X-068] failed and empty backups never count as good and never push out a good one; one without verification does count', async t => {
	const directory = await startDirectory(t, {maxCount: 2});
	await directory.run(1, [artifact(1, {verification: 'passed'})]);
	await directory.run(2, [artifact(2)]);
	for (let day = 3; day <= 12; day++) {
		await directory.run(day, [artifact(day, {verification: 'failed'})]);
		await directory.run(day + 0.5, [artifact(day + 0.5, {full: false, lowestTx: 0, highestTx: 0})]);
	}

	await directory.sweepTwice();
	t.true(directory.files().includes(full(1)));
	t.true(directory.files().includes(full(2)));
	await directory.run(20, [artifact(20)]);
	await directory.sweepTwice();
	t.false(directory.files().includes(full(1)));
	t.true(directory.files().includes(full(2)));
});

test('[X-072] pinned runs and their chain never expire', async t => {
	const directory = await startDirectory(t, {maxCount: 1, pinned: ['20260103000000-0000abcd']});
	await directory.run(1, [artifact(1)]);
	await directory.run(2, [diff(2, 11)]);
	await directory.run(3, [artifact(3)]);
	await directory.run(4, [artifact(4)]);
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(1, 2, 4));
});

test('[X-073] an artifact dated in the future stays and counts for nothing', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await directory.run(1, [artifact(1)]);
	await directory.run(2, [artifact(2)]);
	await directory.run(3, [artifact(3, {name: full(90), time: at(90).toISOString()})]);
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(2, 90));
});

test('what was taken after a restore to an earlier point, or of a new target of the same name, is never joined with what was there before', async t => {
	const directory = await startDirectory(t, {maxCount: 1, pinned: ['20260103000000-0000abcd']});
	const target = {
		uid: 'another', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production',
	};
	await directory.run(1, [artifact(1, {highestTx: 100})]);
	// Restored to transaction 60: by now the numbers from 61 on were used a second time, and this one seems to go on where the FULL ends.
	await directory.run(2, [diff(2, 101, {timeline: 'restored'})]);
	await directory.run(3, [artifact(3, {highestTx: 120, timeline: 'restored'})]);
	await directory.run(4, [diff(4, 101, {timeline: '0'})], {target});
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(2, 3, 4), 'neither the pinned one nor the newest holds the first FULL');
});
