import test from 'ava';
import {artifact, at, manifest} from '../catalogue/history.ts';
import {liveArtifacts} from '#shared/catalogue/artifacts.ts';
import {buildChains} from '#shared/catalogue/chains.ts';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {plan} from '#shared/retention/plan.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';

type Given = {
	readonly taken: readonly ManifestArtifact[];
	readonly retention?: RetentionSpec;
	readonly now?: number;
	readonly pinned?: readonly string[];
	readonly timeZone?: string;
	readonly trigger?: 'schedule' | 'rebuilt';
};

const reasonsOf = ({taken, retention, now = 40, pinned = [], timeZone = 'UTC', trigger = 'schedule'}: Given): readonly string[] => {
	const runs = taken.map((one, index) => ({manifest: manifest((Date.parse(one.time) - at(0).getTime()) / 86_400_000, [one], {attempt: index, trigger})}));
	const {artifacts} = liveArtifacts(runs, {quarantined: new Set(), archived: new Set()});
	const verdicts = plan({
		chains: buildChains(artifacts), policy: parsePolicy(retention, timeZone), now: at(now), pins: [{restore: 'neo4j/back', artifacts: pinned}],
	});
	return taken.map(({name}) => verdicts.find(verdict => verdict.artifact.name === name)!.reason);
};

const explains = test.macro((t, given: Given, expected: readonly string[]) => {
	t.deepEqual(reasonsOf(given), expected);
});

const diff = (days: number, lowestTx: number, change: Partial<ManifestArtifact> = {}) => artifact(days, {
	full: false, lowestTx, highestTx: lowestTx + 9, ...change,
});
const empty = (days: number) => diff(days, 0, {highestTx: 0});

test('without a policy', explains, {taken: [artifact(1)]}, ['kept: spec.retention lets nothing expire']);
test('by age', explains, {taken: [artifact(1), artifact(20), artifact(39)], retention: {maxAge: '30d'}}, [
	'expires: older than 30d', 'kept: not older than 30d', 'kept: newest restorable chain of neo4j',
]);
test('by count', explains, {taken: [artifact(1), artifact(20), artifact(39)], retention: {maxCount: 2}}, [
	'expires: not among the 2 newest of neo4j', 'kept: among the 2 newest of neo4j', 'kept: newest restorable chain of neo4j',
]);
test('by age, with a chain that ended', explains, {taken: [artifact(1), diff(9, 11), artifact(39)], retention: {maxAge: '30d'}}, [
	'expires: older than 30d, and its chain ended 31d ago', 'expires: older than 30d, and its chain ended 31d ago', 'kept: newest restorable chain of neo4j',
]);
test('held by a member of its chain', explains, {taken: [artifact(1), diff(20, 11), artifact(39)], retention: {maxAge: '30d'}}, [
	`kept: its chain holds ${artifact(20).name}, which stays`, 'kept: not older than 30d', 'kept: newest restorable chain of neo4j',
]);
test('held by minCount', explains, {taken: [artifact(1), artifact(2), artifact(3)], retention: {maxAge: '30d', minCount: 2}}, [
	'expires: older than 30d', 'kept: among the 2 newest of neo4j, which minCount protects', 'kept: newest restorable chain of neo4j',
]);
test('held by keep', explains, {taken: [artifact(1), artifact(2), artifact(39)], retention: {maxAge: '2d', keep: {monthly: 2}}}, [
	'expires: older than 2d', 'kept: newest of monthly 2026-01, which keep protects', 'kept: newest restorable chain of neo4j',
]);
test('held by no keep', explains, {taken: [artifact(1), artifact(2)], retention: {keep: {daily: 1}}}, ['expires: no rule of keep holds it', 'kept: newest restorable chain of neo4j']);
test('pinned by its run', explains, {taken: [artifact(1), artifact(2)], retention: {maxCount: 1, pinned: ['20260102000000-0000abcd']}}, [
	'kept: run 20260102000000-0000abcd is pinned in spec.retention.pinned', 'kept: newest restorable chain of neo4j',
]);
const rebuilt: Given = {taken: [artifact(1), artifact(2), artifact(3)], retention: {maxCount: 1, pinned: ['20260102000000-0000abcd', '20260101000000-ffffffff']}};
const lostPin = 'kept: it may be of run 20260101000000-ffffffff, which spec.retention.pinned names: the catalogue that knew was lost';
test('a pinned run that nobody knows', explains, rebuilt, ['kept: run 20260102000000-0000abcd is pinned in spec.retention.pinned', 'expires: not among the 1 newest of neo4j', 'kept: newest restorable chain of neo4j']);
test('a pinned run that a lost catalogue knew', explains, {...rebuilt, trigger: 'rebuilt'}, [lostPin, lostPin, 'kept: newest restorable chain of neo4j']);
test('pinned by a restore', explains, {taken: [artifact(1), artifact(2)], retention: {maxCount: 1}, pinned: [artifact(1).name]}, [
	'kept: restore neo4j/back reads it', 'kept: newest restorable chain of neo4j',
]);
const ahead = artifact(3, {time: at(90).toISOString()});
const runOf = (one: ManifestArtifact, day: number) => ({manifest: manifest(day, [one])});

test('[X-073] what is dated in the future takes no place among the newest, and is not the newest restorable one', t => {
	const {artifacts} = liveArtifacts([runOf(artifact(1), 1), runOf(artifact(2), 2), runOf(ahead, 3)], {quarantined: new Set(), archived: new Set()});
	const reasons = (retention: RetentionSpec) => plan({
		chains: buildChains(artifacts), policy: parsePolicy(retention), now: at(40), pins: [],
	}).map(({reason}) => reason);
	const stays = `kept: dated in the future (${at(90).toISOString()}), so that its clock cannot be trusted`;
	t.deepEqual(reasons({maxCount: 2}), ['kept: among the 2 newest of neo4j', 'kept: newest restorable chain of neo4j', stays]);
	t.deepEqual(reasons({maxAge: '1d', minCount: 0}), ['expires: older than 1d', 'kept: newest restorable chain of neo4j', stays]);
	t.deepEqual(reasons({maxAge: '1d', minCount: 2}), ['kept: among the 2 newest of neo4j, which minCount protects', 'kept: newest restorable chain of neo4j', stays]);
	t.deepEqual(reasons({keep: {daily: 2}}), ['kept: newest of daily 2026-01-02, which keep protects', 'kept: newest restorable chain of neo4j', stays]);
});

test('a store whose clock runs seconds ahead of the API server\'s does not make the newest backup one of the future', t => {
	const newest = artifact(3, {time: new Date(at(40).getTime() + 3000).toISOString()});
	const {artifacts} = liveArtifacts([runOf(artifact(1), 1), runOf(artifact(2), 2), runOf(newest, 3)], {quarantined: new Set(), archived: new Set()});
	const verdicts = plan({
		chains: buildChains(artifacts), policy: parsePolicy({maxCount: 1}), now: at(40), pins: [],
	});
	t.deepEqual(verdicts.map(({reason}) => reason), ['expires: not among the 1 newest of neo4j', 'expires: not among the 1 newest of neo4j', 'kept: newest restorable chain of neo4j']);
});

test('a database server whose clock is 40 days behind does not make its newest backups old', t => {
	const behind = artifact(-1, {name: artifact(39).name, time: at(-1).toISOString()});
	const {artifacts} = liveArtifacts([runOf(artifact(38), 38), runOf(behind, 39), runOf(artifact(39.5), 39.5)], {quarantined: new Set(), archived: new Set()});
	const verdicts = plan({
		chains: buildChains(artifacts), policy: parsePolicy({maxAge: '30d'}), now: at(40), pins: [],
	});
	t.deepEqual(verdicts.map(({verdict}) => verdict), ['keep', 'keep', 'keep']);
});

test('a failed verification', explains, {taken: [artifact(1, {verification: 'failed'}), artifact(39)], retention: {maxAge: '30d'}}, [
	'expires: its verification failed, and older than 30d', 'kept: newest restorable chain of neo4j',
]);
test('a failed verification that is young', explains, {taken: [artifact(30, {verification: 'failed'}), artifact(39)], retention: {maxAge: '30d'}}, [
	'kept: its verification failed, and it is not past policy', 'kept: newest restorable chain of neo4j',
]);
test('an empty differential backup says that the one before it was current until then', explains, {
	taken: [artifact(1), empty(9), artifact(39)], retention: {maxAge: '35d'},
}, [
	'kept: not older than 35d', `kept: its chain holds ${artifact(1).name}, which stays`, 'kept: newest restorable chain of neo4j',
]);
test('also where a backup that failed its verification came between them: it pushes nothing out', explains, {
	taken: [artifact(1), diff(3, 11, {verification: 'failed'}), empty(9), artifact(39)], retention: {maxAge: '35d'},
}, [
	'kept: not older than 35d', `kept: its chain holds ${artifact(1).name}, which stays`, `kept: its chain holds ${artifact(1).name}, which stays`, 'kept: newest restorable chain of neo4j',
]);
test('and goes with it', explains, {taken: [artifact(1), empty(3), artifact(39)], retention: {maxAge: '35d'}}, [
	'expires: older than 35d, and its chain ended 37d ago', 'expires: holds no transactions, and its chain goes', 'kept: newest restorable chain of neo4j',
]);
test('an empty differential backup that is dated in the future says nothing of when the one before it was current', t => {
	const runs = [runOf(artifact(1), 1), runOf(empty(90), 3), runOf(artifact(39), 39)];
	const {artifacts} = liveArtifacts(runs, {quarantined: new Set(), archived: new Set()});
	const [first] = plan({
		chains: buildChains(artifacts), policy: parsePolicy({maxAge: '30d'}), now: at(40), pins: [],
	});
	t.is(first!.reason, `kept: its chain holds ${empty(90).name}, which stays`);
});

test('what the end of a chain in the archive builds on stays when the policy deletes later, and goes after it when it archives', t => {
	const {artifacts} = liveArtifacts([runOf(artifact(1), 1), runOf(diff(2, 11), 2), runOf(artifact(39), 39)], {quarantined: new Set(), archived: new Set([diff(2, 11).name])});
	const verdicts = (deletePolicy: 'Delete' | 'Archive') => plan({
		chains: buildChains(artifacts), policy: parsePolicy({maxCount: 1, deletePolicy}), now: at(40), pins: [],
	}).map(({verdict}) => verdict);
	t.deepEqual(verdicts('Delete'), ['keep', 'keep', 'keep']);
	t.deepEqual(verdicts('Archive'), ['archive', 'keep', 'keep']);
});

test('Archive is another verdict with the same reason', t => {
	const {artifacts} = liveArtifacts([1, 2].map(day => ({manifest: manifest(day, [artifact(day)])})), {quarantined: new Set(), archived: new Set()});
	const verdicts = plan({
		chains: buildChains(artifacts), policy: parsePolicy({maxCount: 1, deletePolicy: 'Archive'}), now: at(3), pins: [],
	});
	t.like(verdicts[0], {verdict: 'archive', reason: 'expires: not among the 1 newest of neo4j'});
});

test('an age is counted in whole days from the last second on', explains, {taken: [artifact(10), artifact(39)], retention: {maxAge: '30d'}}, [
	'kept: not older than 30d', 'kept: newest restorable chain of neo4j',
]);

test('[X-070] keep: the newest of each of the last periods that have one stays, over a year of hourly backups', t => {
	const hours = Array.from({length: 365 * 24}, (_, hour) => hour);
	const retention: RetentionSpec = {
		keep: {
			hourly: 24, daily: 7, weekly: 4, monthly: 12, yearly: 3,
		},
	};
	const taken = hours.map(hour => artifact(hour / 24));
	const reasons = reasonsOf({taken, retention, now: 365});
	const kept = new Set(hours.filter(hour => reasons[hour]!.startsWith('kept')));
	// The reference: the last hour of each period, counted by the calendar of 2026. Its first of January is a Thursday.
	const last = 364;
	const expected = new Set([
		...Array.from({length: 24}, (_, index) => (last * 24) + index),
		...Array.from({length: 7}, (_, index) => ((last - index) * 24) + 23),
		...[last, 360, 353, 346].map(day => (day * 24) + 23),
		...[30, 58, 89, 119, 150, 180, 211, 242, 272, 303, 333, last].map(day => (day * 24) + 23),
	]);
	t.deepEqual([...kept].toSorted((one, other) => one - other), [...expected].toSorted((one, other) => one - other));
});

test('days begin at midnight of the time zone', t => {
	// 23:00 and 01:00 of Berlin, two days; in UTC it is one.
	const taken = [artifact(10 + (22 / 24)), artifact(10 + (23.5 / 24))];
	t.regex(reasonsOf({taken, retention: {keep: {daily: 2}}, timeZone: 'Europe/Berlin'})[0]!, /^kept/v);
	t.regex(reasonsOf({taken, retention: {keep: {daily: 2}}})[0]!, /^expires/v);
});

test('the hour that comes twice when clocks go back is two hours', t => {
	// The 25th of October 2026, 00:30 and 01:30 UTC: both are 02:30 in Berlin.
	const taken = [artifact(297 + (0.5 / 24)), artifact(297 + (1.5 / 24))];
	t.regex(reasonsOf({
		taken, retention: {keep: {hourly: 2}}, timeZone: 'Europe/Berlin', now: 300,
	})[0]!, /^kept/v);
});
