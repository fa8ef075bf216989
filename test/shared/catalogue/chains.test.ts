import test from 'ava';
import {artifact, at, manifest} from './history.ts';
import {liveArtifacts} from '#shared/catalogue/artifacts.ts';
import {buildChains, lineageOf} from '#shared/catalogue/chains.ts';
import {type ManifestArtifact, type RunManifest} from '#shared/catalogue/manifest.ts';

type Kind = 'F' | 'D';
type Line = readonly [kind: Kind, lowestTx: number, highestTx: number, change?: Partial<ManifestArtifact>];

const target = (version: string): RunManifest['target'] => ({
	uid: 'target-1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production', ...(version && {version}),
});

/** Chains as text: members by their number, a restorable one with `+`. */
const chainsOf = (lines: readonly Line[], version = '2026.02.0', places: {quarantined?: readonly number[]; archived?: readonly number[]} = {}): string => {
	const runs = lines.map(([kind, lowestTx, highestTx, change], day) => ({
		manifest: manifest(day, [artifact(day, {
			full: kind === 'F', lowestTx, highestTx, ...change,
		})], {target: target(version)}),
	}));
	const names = runs.map(({manifest: {artifacts: [only]}}) => only!.name);
	const {artifacts} = liveArtifacts(runs, {
		quarantined: new Set(places.quarantined?.map(day => names[day]!)), archived: new Set(places.archived?.map(day => names[day]!)),
	});
	return buildChains(artifacts).map(({members}) => members.map(({name, isRestorable}) => `${names.indexOf(name)}${isRestorable ? '+' : ''}`).join(' ')).join(' | ');
};

const chains = test.macro((t, lines: readonly Line[], expected: string, ...rest: readonly unknown[]) => {
	t.is(chainsOf(lines, ...rest as [string | undefined]), expected);
});

test('differential backups follow their FULL', chains, [['F', 1, 10], ['D', 11, 20], ['D', 21, 30]], '0+ 1+ 2+');
test('one database does not go on with the chain of another, also where both have one id', chains, [['F', 1, 10, {databaseID: 'same'}], ['D', 11, 20, {database: 'other', databaseID: 'same'}]], '0+ | 1');
test('a FULL starts a chain', chains, [['F', 1, 10], ['D', 11, 20], ['F', 1, 25], ['D', 26, 30]], '0+ 1+ | 2+ 3+');
test('an empty differential backup belongs to the chain that it follows', chains, [['F', 1, 10], ['D', 0, 0], ['D', 11, 20]], '0+ 1+ 2+');
test('what does not join is a chain of its own, and cannot be restored', chains, [['F', 1, 10], ['D', 21, 30], ['D', 31, 40]], '0+ | 1 2');
test('differential backups without any FULL cannot be restored', chains, [['D', 11, 20], ['D', 0, 0]], '0 1');
test('from 2026.02 on the first differential backup may overlap the FULL that it follows', chains, [['F', 1, 10], ['D', 11, 20], ['F', 1, 25], ['D', 21, 30], ['D', 31, 40]], '0+ 1+ | 2+ 3+ 4+');
test('before 2026.02 it may not, and never joins across a FULL', chains, [['F', 1, 10], ['D', 11, 20], ['F', 1, 25], ['D', 21, 30], ['D', 31, 40]], '0+ 1+ | 2+ | 3 4', '2026.01.9');
test('5.26 is older than 2026.02', chains, [['F', 1, 10], ['D', 5, 20]], '0+ | 1', '5.26.21');
test('so is an unknown version', chains, [['F', 1, 10], ['D', 5, 20]], '0+ | 1', '');
test('2026.10 is newer', chains, [['F', 1, 10], ['D', 5, 20]], '0+ 1+', '2026.10.0');
test('an overlapping backup goes at least as far as the FULL that it follows', chains, [['F', 1, 10], ['D', 2, 9], ['D', 2, 10]], '0+ 2+ | 1');
test('nothing builds on an empty differential backup', chains, [['F', 1, 10], ['D', 0, 0], ['D', 1, 5]], '0+ 1+ | 2');
test('a failed verification breaks the chain for what builds on it, not for what does not', chains, [['F', 1, 10], ['D', 11, 20, {verification: 'failed'}], ['D', 11, 30], ['D', 21, 25]], '0+ 1 2+ 3');
test('a FULL that failed its verification is no FULL to build on', chains, [['F', 1, 10], ['F', 1, 15, {verification: 'failed'}], ['D', 11, 20], ['D', 16, 20]], '0+ 2+ | 1 3');
test('an empty differential backup follows the most recent backup that can be restored, not a FULL that failed after it', chains, [['F', 1, 10], ['F', 1, 15, {verification: 'failed'}], ['D', 0, 0]], '0+ 2+ | 1');
test('a file without bytes breaks the chain', chains, [['F', 1, 10], ['D', 11, 20, {size: 0}], ['D', 21, 30]], '0+ 1 2');
test('another database id or timeline is another chain', chains, [['F', 1, 10], ['D', 11, 20, {databaseID: 'b'}], ['D', 11, 20, {timeline: 'b'}], ['D', 11, 20]], '0+ 3+ | 1 | 2');

test('another target is another chain, also where the database id is the same, as that of system is', t => {
	const runs = [artifact(0), artifact(1, {full: false, lowestTx: 11, highestTx: 20})].map((one, day) => ({
		manifest: manifest(day, [one], {target: {...target('2026.02.0'), uid: `target-${day}`}}),
	}));
	const {artifacts} = liveArtifacts(runs, {quarantined: new Set(), archived: new Set()});
	t.deepEqual(buildChains(artifacts).map(({members}) => members.map(({isRestorable}) => isRestorable)), [[true], [false]]);
});

test('of a file that two runs name, the worse verification counts', t => {
	for (const order of [['failed', 'notRequested'], ['notRequested', 'failed']] as const) {
		const runs = order.map((verification, day) => ({manifest: manifest(day, [artifact(0, {verification})])}));
		const {artifacts, contradictions} = liveArtifacts(runs, {quarantined: new Set(), archived: new Set()});
		t.deepEqual(artifacts.map(({verification}) => verification), ['failed']);
		t.deepEqual(contradictions, []);
	}
});

const encrypted: Partial<ManifestArtifact> = {encryption: {algorithm: 'AES256', keys: []}};
test('a differential backup never builds on an encrypted FULL, which neo4j-admin cannot see, but on the readable one before it', chains, [['F', 1, 10], ['F', 1, 20, encrypted], ['D', 11, 25], ['D', 0, 0]], '0+ 2+ 3+ | 1+');
test('where all else is encrypted, it builds on nothing', chains, [['F', 1, 10, encrypted], ['D', 11, 20]], '0+ | 1');

test('an archived or quarantined member breaks the chain', t => {
	const lines: readonly Line[] = [['F', 1, 10], ['D', 11, 20], ['D', 21, 30]];
	t.is(chainsOf(lines, undefined, {archived: [1]}), '0+ 1 2');
	t.is(chainsOf(lines, undefined, {quarantined: [0]}), '0 1 2');
});

test('a wrong clock in a header does not tear a chain apart', t => {
	t.is(chainsOf([['F', 1, 10, {time: at(300).toISOString()}], ['D', 11, 20], ['D', 21, 30, {time: at(-40).toISOString()}]]), '0+ 1+ 2+');
});

test('a file that two runs name is one artifact, with the worse verification', t => {
	const twice = [manifest(1, [artifact(1)]), manifest(2, [artifact(1, {verification: 'failed'})])].map(one => ({manifest: one}));
	const {artifacts, contradictions} = liveArtifacts(twice, {quarantined: new Set(), archived: new Set()});
	t.deepEqual(contradictions, []);
	t.deepEqual(artifacts.map(({verification}) => verification), ['failed']);
});

test('what a backup needs to be restored passes by a parent that failed where another ends at the same transaction', t => {
	const runs = [artifact(0), artifact(1, {full: false, lowestTx: 11, highestTx: 20}), artifact(2, {
		full: false, lowestTx: 11, highestTx: 20, verification: 'failed',
	}), artifact(3, {full: false, lowestTx: 21, highestTx: 30})].map((one, day) => ({manifest: manifest(day, [one])}));
	const {artifacts} = liveArtifacts(runs, {quarantined: new Set(), archived: new Set()});
	const [{members}] = buildChains(artifacts) as [ReturnType<typeof buildChains>[number]];
	t.deepEqual(lineageOf(members, members.at(-1)!).map(({name}) => name), [artifact(0).name, artifact(1).name, artifact(3).name]);
});
